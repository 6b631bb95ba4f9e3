// What a page says of itself: title, source, publication time, the tags that Chinese government
// sites carry (国办发〔2017〕47号: SiteName, SiteIDCode, ColumnName, ArticleTitle, PubDate,
// ContentSource).
//
// Tag names match in any letter case; sites do not agree on it.
//
// Threads: Safe from any; no state.
#pragma once

#include <optional>
#include <string>

#include "crawler/parse/document.h"
#include "proto/base/time.h"
#include "proto/base/url.h"

namespace signboard::extract {

inline constexpr size_t kFactBytesMax = 1'024;  // Of each text below.
inline constexpr size_t kFactLinesMax = 400;    // Of visible text that facts are looked for in.

struct PageFacts {
  std::string title;          // ArticleTitle, else og:title, else a sole <h1>, else <title>.
  std::string article_title;  // As the tag has it.
  std::string source;         // ContentSource, else visible 来源：…
  std::string author;
  std::string account_id;     // Of a WeChat account: gh_…
  std::string site_name;
  std::string site_domain;
  std::string site_id_code;   // Not digits alone: central bodies have letters.
  std::string column_name;
  std::string keywords;
  std::string description;
  std::string canonical_url;  // Resolved; empty: the page names none.
  std::string language;       // As declared: zh-CN.
  std::optional<UnixTime> published;
  std::string published_basis = "none";  // meta, url, text, script, none
  bool noindex = false;       // robots meta, for all or for us.
  bool nofollow = false;
};

// `visible_text` is the page's text as lines, boilerplate included: kFactLinesMax of them, or all.
PageFacts FindPageFacts(const parse::Document& document, const base::Url& page_url,
                        const std::string& visible_text);

// Title for things people read: the site's name cut off "…_靖安县人民政府".
std::string ShortTitle(const std::string& title, const std::string& site_name);

}  // namespace signboard::extract
