#include "crawler/extract/news_columns.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "crawler/extract/hub.h"
#include "crawler/extract/rules.h"
#include "crawler/extract/same_site.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kNameCharsMin = 2;
constexpr size_t kNameCharsMax = 10;         // 要闻, 融媒体中心动态; a headline is longer.
constexpr size_t kNameAsciiBytesMax = 24;    // "News and Announcements"

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool IsShortName(std::string_view text) {
  if (IsAscii(text)) return text.size() >= kNameCharsMin && text.size() <= kNameAsciiBytesMax;
  if (text.size() > kNameCharsMax * 4) return false;
  const size_t chars = base::CountCodePoints(text);
  return chars >= kNameCharsMin && chars <= kNameCharsMax;
}

bool IsColumnName(std::string_view text) {
  if (!IsShortName(text)) return false;
  static const WordList& no = ListOf("column_no");
  static const WordList& names = ListOf("column");
  static const WordList& english = ListOf("column_en");
  if (no.In(text)) return false;
  return IsAscii(text) ? english.Has(base::ToLowerAscii(text)) : names.In(text);
}

// A directory that is named after news. Only under a name: an image or 更多 tells nothing else.
bool IsColumnPath(std::string_view path) {
  static const WordList& segments = ListOf("column_path");
  for (const std::string_view segment : base::SplitAscii(path, '/'))
    if (segment.size() <= kNameAsciiBytesMax && segments.Has(base::ToLowerAscii(segment)))
      return true;
  return false;
}

}  // namespace

void MarkNewsColumns(const base::Url& page_url, Links* links) {
  const bool is_home = page_url.path().empty() || page_url.path() == "/" ||
                       ShapeOfUrl(page_url) == UrlShape::kHub;
  SameSite same_site(page_url);
  size_t marked = 0;
  for (Link& link : links->links) {
    if (marked == kNewsColumnsMax) return;
    const bool is_here = link.place == LinkPlace::kNavigation ||
                         (is_home && link.place != LinkPlace::kFooter);
    if (link.kind != LinkKind::kAnchor || link.nofollow || !is_here) continue;
    if (!link.listed.empty() || link.text.size() > kNameCharsMax * 4) continue;
    const bool by_name = IsColumnName(link.text);
    if (!by_name && !IsShortName(link.text)) continue;
    const auto url = base::Url::Parse(link.url);
    if (!url.ok() || !(by_name || IsColumnPath(url->path()))) continue;
    if (ShapeOfUrl(*url) == UrlShape::kArticle || !same_site.Holds(link.url)) continue;
    link.is_column = true;
    ++marked;
  }
}

}  // namespace signboard::extract
