#include "crawler/extract/hub.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "crawler/extract/dates.h"
#include "crawler/extract/pagination.h"
#include "crawler/extract/same_site.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kHeadlineCharsMin = 8;  // Menu words are shorter.
constexpr size_t kHeadlinesMin = 8;
constexpr size_t kDatedHeadlinesMin = 4;    // Each with its own date beside it.
constexpr size_t kHeadlinesOfPagedMin = 2;  // The last page of a list may hold few.

std::string_view Stem(std::string_view file) { return file.substr(0, file.rfind('.')); }

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return c >= '0' && c <= '9'; });
}

bool IsArticleName(std::string_view stem) {
  for (std::string_view prefix : {"art_", "content_", "c_", "article_", "news_", "detail_"})
    if (stem.starts_with(prefix)) return true;
  return false;
}

// The directory of a URL, with digits as one: /art/2025/11/8/ and /art/2024/3/12/ are one list.
std::string ShapeOfDirectory(std::string_view url) {
  std::string shape;
  for (const char c : url.substr(0, url.rfind('/'))) {
    const bool digit = c >= '0' && c <= '9';
    if (digit && !shape.empty() && shape.back() == '#') continue;
    shape.push_back(digit ? '#' : c);
  }
  return shape;
}

// Links to pages that differ from this one by their page number.
bool IsPagedByQuery(const base::Url& page_url, const Links& links) {
  return std::any_of(links.links.begin(), links.links.end(), [&](const Link& link) {
    return link.kind == LinkKind::kNext && IsPageOfList(page_url, link.url);
  });
}

HubVerdict JudgeByStructure(const base::Url& page_url, const Links& links, const MainText& main) {
  SameSite same_site(page_url);
  std::unordered_map<std::string, size_t> lists;
  size_t headline_chars = 0;
  size_t largest = 0;
  size_t headlines = 0;
  size_t dated = 0;
  for (const Link& link : links.links) {
    const size_t chars = base::CountCodePoints(link.text);
    if (link.kind != LinkKind::kAnchor || chars < kHeadlineCharsMin) continue;
    if (!same_site.Holds(link.url)) continue;
    ++headlines;
    if (!link.listed.empty()) ++dated;
    headline_chars += chars;
    largest = std::max(largest, ++lists[ShapeOfDirectory(link.url)]);
  }
  const size_t text_chars = base::CountCodePoints(main.text);
  HubVerdict verdict;
  const size_t least =
      IsPagedByQuery(page_url, links) ? kHeadlinesOfPagedMin : kHeadlinesMin;
  const bool is_list = largest >= least || dated >= kDatedHeadlinesMin;
  verdict.is_hub = is_list && headline_chars * 2 >= text_chars;
  verdict.why = "links:" + std::to_string(largest) + " of " + std::to_string(headlines) +
                " headlines in one list, " + std::to_string(dated) + " dated, " +
                std::to_string(text_chars) + " characters of text";
  return verdict;
}

}  // namespace

UrlShape ShapeOfUrl(const base::Url& url) {
  const std::vector<std::string_view> segments = base::SplitAscii(url.path(), '/');
  const std::string file = base::ToLowerAscii(segments.empty() ? "" : segments.back());
  const std::string_view stem = Stem(file);
  if (url.path().empty() || url.path() == "/") return UrlShape::kHub;
  if (TimeOfUrlPath(url.path()).has_value() || IsArticleName(stem)) return UrlShape::kArticle;
  // Sudy and Boda: /info/1013/53183.htm
  if (segments.size() >= 3 && segments[segments.size() - 3] == "info" && AllDigits(stem))
    return UrlShape::kArticle;
  const bool is_list = file.empty() || IsListName(stem);
  const std::string query = url.query().value_or("");
  if (!query.empty() && !HasPageNumber(query)) return UrlShape::kUnknown;
  return is_list ? UrlShape::kHub : UrlShape::kUnknown;
}

HubVerdict JudgeHub(const base::Url& page_url, const PageFacts& facts, const Links& links,
                    const MainText& main) {
  const UrlShape shape = ShapeOfUrl(page_url);
  const bool root = page_url.path().empty() || page_url.path() == "/";
  if (links.links.empty()) return {false, "links:none"};
  if (root) return {true, "url:root"};
  if (!facts.article_title.empty()) return {false, "meta:ArticleTitle"};
  const bool paged = std::any_of(links.links.begin(), links.links.end(), [](const Link& link) {
    return link.kind == LinkKind::kPagination;
  });
  if (paged) return {true, "pagination"};
  if (shape == UrlShape::kArticle) return {false, "url:article"};
  if (shape == UrlShape::kHub) return {true, "url:list"};
  if (facts.published_basis == "meta") return {false, "meta:PubDate"};
  const bool known = !main.container.starts_with("density:") && main.container != "body";
  if (known) return {false, "container:" + main.container};
  return JudgeByStructure(page_url, links, main);
}

}  // namespace signboard::extract
