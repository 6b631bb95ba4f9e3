// What most pages of a host repeat is its template, not what a page is about: share buttons, a list
// of the latest news, who may be sued where. Where no known container marks the text of a page
// (main_text.h), such lines cannot be told from it on one page alone; over several they can.
//
// For each host the lines at both ends of the last kTemplatePagesMax pages are remembered, as
// hashes. Pages are told apart by URL and by title: versions of one page, or one article under many
// addresses, count once. A line of most of them is the template's.
//
// What is refined depends on what was met before, so it never enters an archive's fingerprint:
// the caller keeps both and says "changed" only when both differ (ARCHITECTURE.md).
//
// Threads:  Safe from any.
// Errors:   None: what is not known refines nothing.
// Cost:     Linear in the text, and some thousand comparisons. At most kTemplateHostsMax hosts, the
//           least recently met forgotten first: 10 MiB in all.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "proto/base/mutex.h"
#include "proto/base/url.h"

namespace signboard::extract {

inline constexpr size_t kTemplateHostsMax = 2'048;
inline constexpr size_t kTemplatePagesMax = 16;   // Of a host.
inline constexpr size_t kTemplatePagesMin = 8;    // With fewer nothing is said.
inline constexpr size_t kTemplateLinesMax = 64;   // Of a page: half at its beginning.

class SiteTemplates {
 public:
  // Learns from a page, and gives its text without the lines that most pages of its host have.
  // None: too few pages are known, or too little would be left.
  std::optional<std::string> Refine(const std::string& host, std::string_view url,
                                    std::string_view title, std::string_view text);

 private:
  struct Page {
    uint64_t url = 0;
    uint64_t title = 0;
    std::vector<uint32_t> lines;  // Sorted, distinct.
  };
  struct Host {
    std::string name;
    std::vector<Page> pages;  // The oldest first.
  };

  Host& Touch(const std::string& host) REQUIRES_LOCK(mutex_);
  static void Learn(Page page, Host* host);

  base::Mutex mutex_;
  std::list<Host> hosts_ GUARDED_BY(mutex_);  // The last met first.
  std::unordered_map<std::string, std::list<Host>::iterator> by_name_ GUARDED_BY(mutex_);
};

struct Extracted;
// Refines the text of an HTML page that is no list and has no known container, if it has that much
// text before its scripts ran. `href` is `url` as it was fetched. True: it was refined.
bool RefineText(const base::Url& url, std::string_view href, SiteTemplates* templates,
                Extracted* found);

}  // namespace signboard::extract
