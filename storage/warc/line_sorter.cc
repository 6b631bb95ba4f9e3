#include "storage/warc/line_sorter.h"

#include <algorithm>
#include <queue>
#include <utility>

namespace signboard::warc {
namespace {

constexpr size_t kReadBytes = size_t{64} << 10;

// The lines of a run, one after the other.
class Run {
 public:
  explicit Run(Source& source) : source_(source) {}

  // False: there are no more.
  StatusOr<bool> Next() {
    line.clear();
    while (true) {
      const size_t end = window_.find('\n', at_);
      line.append(window_, at_, (end == std::string::npos ? window_.size() : end) - at_);
      if (end != std::string::npos) {
        at_ = end + 1;
        return true;
      }
      window_.resize(kReadBytes);
      auto count = source_.ReadAt(offset_, window_.data(), window_.size());
      window_.resize(count.ok() ? *count : 0);
      at_ = 0;
      if (!count.ok()) return count.status();
      if (*count == 0) return false;
      offset_ += *count;
    }
  }

  std::string line;

 private:
  Source& source_;
  uint64_t offset_ = 0;
  std::string window_;
  size_t at_ = 0;
};

}  // namespace

Status LineSorter::Add(std::string line) {
  bytes_ += line.size() + sizeof(std::string);
  lines_.push_back(std::move(line));
  return bytes_ > bytes_max_ ? Spill() : OkStatus();
}

Status LineSorter::Spill() {
  std::sort(lines_.begin(), lines_.end());
  ASSIGN_OR_RETURN(auto run, Spool::Create());
  for (const std::string& line : lines_) RETURN_IF_ERROR(run->Write(line + "\n"));
  RETURN_IF_ERROR(run->Flush());
  runs_.push_back(std::move(run));
  lines_.clear();
  bytes_ = 0;
  return OkStatus();
}

Status LineSorter::Give(const std::function<Status(const std::string&)>& take) {
  if (runs_.empty()) {
    std::sort(lines_.begin(), lines_.end());
    for (const std::string& line : lines_) RETURN_IF_ERROR(take(line));
    return OkStatus();
  }
  RETURN_IF_ERROR(Spill());
  std::vector<std::unique_ptr<Run>> runs;
  const auto later = [&runs](size_t a, size_t b) { return runs[a]->line > runs[b]->line; };
  std::priority_queue<size_t, std::vector<size_t>, decltype(later)> first(later);
  for (const auto& spool : runs_) {
    runs.push_back(std::make_unique<Run>(*spool));
    ASSIGN_OR_RETURN(const bool any, runs.back()->Next());
    if (any) first.push(runs.size() - 1);
  }
  while (!first.empty()) {
    const size_t run = first.top();
    first.pop();
    RETURN_IF_ERROR(take(runs[run]->line));
    ASSIGN_OR_RETURN(const bool more, runs[run]->Next());
    if (more) first.push(run);
  }
  return OkStatus();
}

}  // namespace signboard::warc
