#include "storage/warc/reader.h"

#include <algorithm>

#include "proto/base/text.h"

namespace signboard::warc {
namespace {

constexpr size_t kFirstBufferBytes = size_t{1} << 10;
constexpr size_t kBufferBytes = size_t{64} << 10;
constexpr size_t kGapBytesMax = 1'024;  // Of line ends between two records.
constexpr std::string_view kRecordEnd = "\r\n\r\n";  // Behind every block.

bool IsDamage(const Status& status) { return status.code() == StatusCode::kDataLoss; }

// A header that goes wrong is left at the first line that does: what is no header may be long.
bool IsHeaderLine(std::string_view line, bool is_first) {
  if (is_first) return line.starts_with("WARC/");
  return line.front() == ' ' || line.front() == '\t' || line.find(':') != std::string_view::npos;
}

}  // namespace

Reader::Reader(Source& source, uint64_t from) : members_(source), next_(from) {}

// False: the member has ended. Of zstd's a record may be in several.
StatusOr<bool> Reader::Fill() {
  if (at_ < buffer_.size()) return true;
  buffer_.resize(fill_bytes_);
  fill_bytes_ = std::min(2 * fill_bytes_, kBufferBytes);
  at_ = 0;
  auto count = members_.Read(buffer_.data(), buffer_.size());
  const bool goes_on = in_header_ || (open_ && left_ > 0);
  while (count.ok() && *count == 0 && goes_on && members_.kind() == Members::Kind::kZstd) {
    auto entered = members_.Enter(members_.end());
    count = entered.ok() ? StatusOr<size_t>(size_t{0}) : entered.status();
    if (!entered.ok() || !*entered) break;
    count = members_.Read(buffer_.data(), buffer_.size());
  }
  buffer_.resize(count.ok() ? *count : 0);
  if (!count.ok()) return count.status();
  plain_at_ = members_.end();
  record_bytes_ += *count;
  if (members_.kind() != Members::Kind::kPlain && record_bytes_ > kRecordBytesMax) {
    return base::DataLoss("it inflates to more than " + std::to_string(kRecordBytesMax) +
                          " bytes");
  }
  return *count > 0;
}

// Without its line end. False: the member ended within it.
StatusOr<bool> Reader::TakeLine(std::string* line, size_t bytes_max) {
  line->clear();
  while (true) {
    ASSIGN_OR_RETURN(const bool more, Fill());
    if (!more) return false;
    const size_t end = buffer_.find('\n', at_);
    const size_t count = (end == std::string::npos ? buffer_.size() : end) - at_;
    if (line->size() + count > bytes_max) {
      return base::DataLoss("its header is longer than " + std::to_string(kHeaderBytesMax) +
                            " bytes");
    }
    line->append(buffer_, at_, count);
    at_ += count + (end == std::string::npos ? 0 : 1);
    if (end == std::string::npos) continue;
    if (line->ends_with('\r')) line->pop_back();
    return true;
  }
}

StatusOr<std::string> Reader::TakeHeader() {
  std::string text;
  std::string line;
  size_t blank_count = 0;
  while (true) {
    ASSIGN_OR_RETURN(const bool whole, TakeLine(&line, kHeaderBytesMax - text.size()));
    if (!whole) return base::DataLoss("the file or its member ends within its header");
    if (line.empty() && text.empty() && ++blank_count < kGapBytesMax) continue;
    if (line.empty()) return text;
    if (!IsHeaderLine(line, text.empty()))
      return base::DataLoss(text.empty() ? "it does not begin with WARC/"
                                         : "a line of its header is no field");
    text += line + "\n";
    if (text.size() > kHeaderBytesMax) return base::DataLoss("its header is too long");
  }
}

Reader::Item Reader::Problem(const Status& status) const {
  Item item;
  item.kind = Item::kProblem;
  item.offset = offset_;
  item.problem = base::Message(status);
  return item;
}

StatusOr<size_t> Reader::Read(char* into, size_t count) {
  if (!open_ || left_ == 0) return size_t{0};
  auto more = Fill();
  if (more.ok() && !*more) {
    more = base::DataLoss("its block ends " + std::to_string(left_) +
                          " bytes before its Content-Length says");
  }
  if (!more.ok()) {
    open_ = false;
    damaged_ = true;
    return more.status();
  }
  const auto given = static_cast<size_t>(
      std::min<uint64_t>({count, left_, uint64_t{buffer_.size() - at_}}));
  buffer_.copy(into, given, at_);
  const size_t last = std::min(given, kRecordEnd.size());
  block_end_.append(into + given - last, last);
  block_end_.erase(0, block_end_.size() - std::min(block_end_.size(), kRecordEnd.size()));
  at_ += given;
  left_ -= given;
  return given;
}

StatusOr<std::string> Reader::ReadBlock(size_t bytes_max) {
  if (left_ > bytes_max) {
    return base::ResourceExhausted("its block has " + std::to_string(left_) +
                                   " bytes, more than " + std::to_string(bytes_max));
  }
  // It grows as bytes come: a length alone takes no memory.
  std::string block;
  while (left_ > 0) {
    const size_t at = block.size();
    block.resize(at + static_cast<size_t>(std::min<uint64_t>(left_, kBufferBytes)));
    ASSIGN_OR_RETURN(const size_t count, Read(block.data() + at, block.size() - at));
    block.resize(at + count);
  }
  return block;
}

Status Reader::SkipBlock() {
  std::string none(kBufferBytes, '\0');
  while (open_ && left_ > 0) RETURN_IF_ERROR(Read(none.data(), none.size()).status());
  return OkStatus();
}

// Past what is left of the last record and the line ends behind it. kDataLoss: its length is wrong.
Status Reader::Leave() {
  if (!open_) return OkStatus();
  RETURN_IF_ERROR(SkipBlock());
  open_ = false;
  for (size_t gap = 0; gap < kGapBytesMax; ++gap) {
    ASSIGN_OR_RETURN(const bool more, Fill());
    const char c = more ? buffer_[at_] : '\0';
    if (c == '\r' || c == '\n') {
      block_end_ += c;
      ++at_;
      continue;
    }
    // In a file of one record a member what follows is the page's, whatever it looks like.
    if (more && (c != 'W' || (one_each_ && !several_))) break;
    if (more) {
      first_in_member_ = false;
      several_ = true;
    } else {
      one_each_ = one_each_ || (first_in_member_ && members_.kind() != Members::Kind::kPlain);
      entered_ = false;
      next_ = members_.end();
    }
    if (gap < kRecordEnd.size() && block_end_.ends_with(kRecordEnd))
      return base::DataLoss("its Content-Length takes in the line ends behind its block");
    return OkStatus();
  }
  damaged_ = true;
  return base::DataLoss("its block goes on behind what its Content-Length says");
}

// Within this member, to the next line that begins a record. False: there is none.
StatusOr<bool> Reader::FindLine() {
  std::string line;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, Fill());
    if (!more) return false;
    if (std::string_view(buffer_).substr(at_).starts_with("WARC/")) return true;
    const size_t end = buffer_.find('\n', at_);
    // What stands across the border of two buffers is made one.
    if (end == std::string::npos || buffer_.size() - end - 1 < 5) {
      std::string rest = end == std::string::npos ? std::string() : buffer_.substr(end + 1);
      at_ = buffer_.size();
      ASSIGN_OR_RETURN(const bool next, Fill());
      if (!next) return false;
      if (end == std::string::npos) continue;
      buffer_.insert(0, rest);
      at_ = 0;
      continue;
    }
    at_ = end + 1;
  }
}

// Behind damage, to where the next record may begin. False: there is none.
StatusOr<bool> Reader::FindNext() {
  damaged_ = false;
  const bool is_plain = members_.kind() == Members::Kind::kPlain;
  const bool within = entered_ && !is_plain && (several_ || !one_each_);
  if (within) {
    auto found = FindLine();
    if (!found.ok() && !IsDamage(found.status())) return found.status();
    if (found.ok() && *found) {
      first_in_member_ = false;
      return true;
    }
  }
  entered_ = false;
  ASSIGN_OR_RETURN(const std::optional<uint64_t> found,
                   members_.Find((is_plain ? offset_ : member_) + 1));
  if (found) next_ = *found;
  return found.has_value();
}

// Stands before a record, or says that there is none.
StatusOr<bool> Reader::Begin() {
  if (damaged_) {
    ASSIGN_OR_RETURN(const bool found, FindNext());
    if (!found) return false;
  }
  if (!entered_) {
    offset_ = member_ = next_;
    buffer_.clear();
    at_ = 0;
    fill_bytes_ = kFirstBufferBytes;
    first_in_member_ = true;
    ASSIGN_OR_RETURN(const bool entered, members_.Enter(next_));
    if (!entered) return false;
    entered_ = true;
  }
  const bool is_plain = members_.kind() == Members::Kind::kPlain;
  if (is_plain && !first_in_member_) offset_ = plain_at_ - (buffer_.size() - at_);
  return true;
}

StatusOr<Reader::Item> Reader::TakeRecord() {
  record_bytes_ = buffer_.size() - at_;
  in_header_ = true;
  const auto text = TakeHeader();
  in_header_ = false;
  if (!text.ok()) return text.status();
  auto header = ParseRecordHeader(*text);
  if (!header.ok()) return base::DataLoss(base::Message(header.status()));
  Item item;
  item.kind = Item::kRecord;
  item.offset = offset_;
  item.header = std::move(*header);
  left_ = item.header.block_bytes;
  block_end_.clear();
  open_ = true;
  return item;
}

StatusOr<Reader::Item> Reader::Next() {
  const Status left = Leave();
  if (!left.ok() && !IsDamage(left)) return left;
  if (!left.ok()) {
    Item item = Problem(left);
    item.takes_back = true;
    return item;
  }
  auto begun = Begin();
  if (begun.ok() && !*begun) return Item();
  auto item = begun.ok() ? TakeRecord() : StatusOr<Item>(begun.status());
  if (item.ok() || !IsDamage(item.status())) return item;
  damaged_ = true;
  return Problem(item.status());
}

}  // namespace signboard::warc
