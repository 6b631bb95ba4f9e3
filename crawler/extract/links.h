// What a page points to.
//
// Links lead on to other pages; requisites (images, scripts, style sheets) are what the page itself
// is made of, and are kept apart. Both are resolved against <base href>, made canonical
// (base::Canonical), http(s) only, distinct, in document order. Pages that a script makes (TRS
// createPageHTML, Hanweb's <script type="text/xml"> lists) count as written out. Lists without a
// page around them are read by list_body.h.
//
// Left out and counted: URLs over kUrlBytesMax, traps (a path segment more than
// kSegmentRepeatMax times, or more than kSegmentsMax segments), everything past kLinksMax.
//
// Threads:  Safe from any; no state.
// Errors:   None: what does not parse is not a link.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/extract/list_day.h"
#include "crawler/parse/document.h"
#include "proto/base/url.h"

namespace signboard::extract {

inline constexpr size_t kLinksMax = 5'000;
inline constexpr size_t kLinkUrlBytesMax = 2'048;
inline constexpr size_t kAnchorTextBytesMax = 512;
inline constexpr int kSegmentRepeatMax = 3;
inline constexpr int kSegmentsMax = 20;
inline constexpr int kPaginationPagesMax = 500;

enum class LinkKind {
  kAnchor,       // <a>, <area>
  kCanonical,    // <link rel=canonical>
  kNext,         // Another page of this list: rel=next|prev, ?page=2; a list its script asks for
  kAlternate,    // <link rel=alternate>, another language or form of the page
  kFeed,         // <link rel=alternate type=application/rss+xml and the like>
  kSitemap,      // <link rel=sitemap>, an entry of a sitemap index
  kFrame,        // <iframe>, <frame>
  kRefresh,      // <meta http-equiv=refresh>, location.href = "…" in a small script
  kPagination,   // A later page of this list, made by a script.
  kImage,        // From here on: requisites.
  kScript,
  kStyle,
};

// Where a link stands in its page.
enum class LinkPlace {
  kBody,        // In what there is to read, or nobody knows.
  kList,        // An entry of a list: a headline in a list's element, or one with a date beside it.
  kNavigation,  // <nav>, <header>, what is named a menu, a path of bread crumbs
  kAside,       // <aside>, a side bar
  kFooter,      // <footer>, friendly links, the lines about copyright
};

struct Link {
  std::string url;   // Canonical, no fragment.
  std::string text;  // Anchor text, else title or alt; at most kAnchorTextBytesMax.
  std::string rel;   // Lower case, as written.
  LinkKind kind = LinkKind::kAnchor;
  bool nofollow = false;
  bool is_column = false;  // A news column of the site (news_columns.h).
  LinkPlace place = LinkPlace::kBody;
  ListDay listed{};  // The day shown beside it. Without a year where nothing on the page tells it.
};

struct Links {
  std::vector<Link> links;       // At most kLinksMax.
  std::vector<Link> requisites;  // At most kLinksMax.
  size_t dropped_count = 0;      // Distinctness aside: too long, traps, past the maximum.
};

Links FindLinks(const parse::Document& document, const base::Url& page_url);

// True for the path of a URL that a crawler had better not follow: see the two constants above.
bool IsTrap(std::string_view path);

}  // namespace signboard::extract
