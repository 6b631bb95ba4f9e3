#include "crawler/extract/site_templates.h"

#include <algorithm>
#include <utility>

#include "crawler/extract/extract.h"
#include "proto/base/text.h"
#include "proto/base/url_canonical.h"

namespace signboard::extract {
namespace {

constexpr size_t kLeftCharsMin = 40;
// A line is the template's from this share of the pages on: three of five.
constexpr size_t kShareOf = 5;
constexpr size_t kShare = 3;

// FNV-1a: hashes are kept in memory only, and a host that makes them collide harms itself.
uint64_t HashOf(std::string_view text) {
  uint64_t hash = 14'695'981'039'346'656'037ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1'099'511'628'211ULL;
  }
  return hash;
}

uint32_t LineHash(std::string_view line) {
  const uint64_t hash = HashOf(line);
  return static_cast<uint32_t>(hash ^ (hash >> 32));
}

std::vector<uint32_t> EndsOf(const std::vector<uint32_t>& lines) {
  std::vector<uint32_t> ends;
  if (lines.size() <= kTemplateLinesMax) {
    ends = lines;
  } else {
    constexpr auto kHalf = static_cast<std::ptrdiff_t>(kTemplateLinesMax / 2);
    ends.assign(lines.begin(), lines.begin() + kHalf);
    ends.insert(ends.end(), lines.end() - kHalf, lines.end());
  }
  std::sort(ends.begin(), ends.end());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  return ends;
}

}  // namespace

SiteTemplates::Host& SiteTemplates::Touch(const std::string& host) {
  if (const auto known = by_name_.find(host); known != by_name_.end()) {
    hosts_.splice(hosts_.begin(), hosts_, known->second);
    return hosts_.front();
  }
  if (hosts_.size() == kTemplateHostsMax) {
    by_name_.erase(hosts_.back().name);
    hosts_.pop_back();
  }
  hosts_.push_front({host, {}});
  by_name_.emplace(host, hosts_.begin());
  return hosts_.front();
}

void SiteTemplates::Learn(Page page, Host* host) {
  std::erase_if(host->pages, [&page](const Page& other) {
    return other.url == page.url || other.title == page.title;
  });
  if (host->pages.size() == kTemplatePagesMax) host->pages.erase(host->pages.begin());
  host->pages.push_back(std::move(page));
}

std::optional<std::string> SiteTemplates::Refine(const std::string& host, std::string_view url,
                                                 std::string_view title, std::string_view text) {
  const std::vector<std::string_view> lines = base::SplitAscii(text, '\n');
  std::vector<uint32_t> hashes;
  hashes.reserve(lines.size());
  for (const std::string_view line : lines) hashes.push_back(LineHash(line));
  std::vector<uint32_t> repeated;  // Sorted.
  {
    std::vector<uint32_t> ends = EndsOf(hashes);
    base::MutexLock lock(mutex_);
    Host& known = Touch(host);
    Learn({HashOf(url), HashOf(title), ends}, &known);
    if (known.pages.size() < kTemplatePagesMin) return std::nullopt;
    for (const uint32_t line : ends) {
      const auto count = std::count_if(
          known.pages.begin(), known.pages.end(), [line](const Page& page) {
            return std::binary_search(page.lines.begin(), page.lines.end(), line);
          });
      if (static_cast<size_t>(count) * kShareOf >= known.pages.size() * kShare)
        repeated.push_back(line);
    }
  }
  std::string kept;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (std::binary_search(repeated.begin(), repeated.end(), hashes[i])) continue;
    if (!kept.empty()) kept.push_back('\n');
    kept += lines[i];
  }
  if (base::CountCodePoints(kept) < kLeftCharsMin) return std::nullopt;
  return kept;
}

bool RefineText(const base::Url& url, std::string_view href, SiteTemplates* templates,
                Extracted* found) {
  const bool is_guess =
      found->main_container == "body" || found->main_container.starts_with("density:");
  if (!is_guess || !found->app_shell_why.empty()) return false;
  auto refined =
      templates->Refine(base::QueueKey(url), href, found->facts.title, found->main_text);
  if (!refined) return false;
  found->main_text = *std::move(refined);
  return true;
}

}  // namespace signboard::extract
