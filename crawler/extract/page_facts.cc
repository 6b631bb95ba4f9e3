#include "crawler/extract/page_facts.h"

#include <initializer_list>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "crawler/extract/byline.h"
#include "crawler/extract/dates.h"
#include "proto/base/text.h"
#include "proto/base/url_canonical.h"

namespace signboard::extract {
namespace {

using parse::Document;
using parse::Node;
using Metas = std::unordered_map<std::string, std::string>;

constexpr size_t kMetasMax = 300;
constexpr std::string_view kRobotName = "signboard";

std::string Fact(std::string_view text) {
  std::string clean;
  bool space = false;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= 0x20) {
      space = true;
      continue;
    }
    if (space && !clean.empty()) clean.push_back(' ');
    space = false;
    clean.push_back(c);
  }
  return std::string(base::TruncateUtf8(clean, kFactBytesMax / 4));
}

// name or property, in lower case -> content. The first non-empty one counts; those of robots are
// joined, because each of them binds.
Metas ReadMetas(const Document& document) {
  Metas metas;
  for (Node n = document.root(); n && metas.size() < kMetasMax; n = n.Next(document.root())) {
    if (n.tag() != "meta") continue;
    std::string_view name = n.Attribute("name");
    if (name.empty()) name = n.Attribute("property");
    if (name.empty()) name = n.Attribute("http-equiv");
    if (name.empty() || name.size() > 64) continue;
    std::string key = base::ToLowerAscii(base::TrimAscii(name));
    std::string& content = metas[key];
    if (key == "robots" || key == kRobotName) {
      content += "," + base::ToLowerAscii(n.Attribute("content").substr(0, kFactBytesMax));
    } else if (content.empty()) {
      content = Fact(n.Attribute("content"));
    }
  }
  return metas;
}

std::string Get(const Metas& metas, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto at = metas.find(name);
    if (at != metas.end() && !at->second.empty()) return at->second;
  }
  return {};
}

std::string SoleHeading(const Document& document) {
  std::string heading;
  for (Node n = document.body(); n; n = n.Next(document.body())) {
    if (n.tag() != "h1") continue;
    if (!heading.empty()) return {};
    heading = parse::TextOf(n, kFactBytesMax);
  }
  return heading;
}

std::string TitleElement(const Document& document) {
  for (Node n = document.head(); n; n = n.Next(document.head()))
    if (n.tag() == "title") return Fact(parse::RawTextOf(n, kFactBytesMax * 4));
  return {};
}

std::string FindTitle(const Document& document, const PageFacts& facts, const Metas& metas) {
  if (!facts.article_title.empty()) return facts.article_title;
  std::string title = Get(metas, {"og:title"});
  if (!title.empty()) return title;
  title = ShortTitle(TitleElement(document), facts.site_name);
  // A heading that the title holds is the title without the site's name.
  std::string heading = SoleHeading(document);
  if (base::CountCodePoints(heading) >= 4 &&
      (title.empty() || title.find(heading) != std::string::npos)) {
    return heading;
  }
  return title;
}

bool Says(const std::string& robots, std::string_view word) {
  for (std::string_view piece : base::SplitAscii(robots, ','))
    if (base::TrimAscii(piece) == word) return true;
  return false;
}

void FindPublished(const Document& document, const base::Url& url, const Metas& metas,
                   std::optional<UnixTime> by_text, PageFacts* facts) {
  for (const char* name : {"pubdate", "publishdate", "article:published_time", "publish_time",
                           "firstpublishedtime", "dc.date", "dcterms.created",
                           "og:published_time", "bytedance:published_time", "apub:time",
                           "weibo:article:create_at", "releasedate"}) {
    facts->published = ParsePageTime(Get(metas, {name}));
    if (!facts->published) continue;
    // A day alone begins at midnight; the page may show the hour of it.
    if (by_text && *by_text > *facts->published &&
        *by_text < *facts->published + std::chrono::hours(24) &&
        Get(metas, {name}).find(':') == std::string::npos)
      facts->published = by_text;
    facts->published_basis = "meta";
    return;
  }
  const auto by_url = TimeOfUrlPath(url.path());
  // The text is finer than the URL when both name about the same day.
  const bool same_day = by_url && by_text && *by_text >= *by_url - std::chrono::hours(24) &&
                        *by_text < *by_url + std::chrono::hours(72);
  if (by_text && (!by_url || same_day)) {
    facts->published = by_text;
    facts->published_basis = "text";
  } else if (by_url) {
    facts->published = by_url;
    facts->published_basis = "url";
  } else if (const auto declared = DeclaredTime(document)) {
    facts->published = declared;
    facts->published_basis = "script";
  }
}

std::string CanonicalOf(const Document& document, const base::Url& page_url) {
  for (Node n = document.root(); n; n = n.Next(document.root())) {
    if (n.tag() != "link" || !base::EqualsIgnoreCaseAscii(n.Attribute("rel"), "canonical"))
      continue;
    const StatusOr<base::Url> url = base::Url::Parse(n.Attribute("href"), &page_url);
    if (url.ok() && url->is_http()) return base::Canonical(*url);
  }
  return {};
}

}  // namespace

std::string ShortTitle(const std::string& title, const std::string& site_name) {
  if (site_name.empty() || title.size() <= site_name.size()) return title;
  const size_t at = title.rfind(site_name);
  if (at == std::string::npos || at + site_name.size() != title.size()) return title;
  std::string_view head = base::TrimAscii(std::string_view(title).substr(0, at));
  bool separated = false;
  for (bool cut = true; cut;) {
    cut = false;
    for (std::string_view mark : {"-", "_", "|", "–", "—", "－", "｜", "·", ">"}) {
      if (!head.ends_with(mark)) continue;
      head = base::TrimAscii(head.substr(0, head.size() - mark.size()));
      cut = separated = true;
    }
  }
  return separated && !head.empty() ? std::string(head) : title;
}

PageFacts FindPageFacts(const Document& document, const base::Url& page_url,
                        const std::string& visible_text) {
  const Metas metas = ReadMetas(document);
  Byline byline = FindByline(visible_text);
  PageFacts facts;
  facts.article_title = Get(metas, {"articletitle"});
  facts.site_name = Get(metas, {"sitename", "og:site_name"});
  facts.site_domain = Get(metas, {"sitedomain"});
  facts.site_id_code = Get(metas, {"siteidcode"});
  facts.column_name = Get(metas, {"columnname"});
  facts.keywords = Get(metas, {"keywords"});
  facts.description = Get(metas, {"description", "og:description"});
  facts.title = FindTitle(document, facts, metas);
  facts.source = Get(metas, {"contentsource", "source"});
  if (facts.source.empty()) facts.source = std::move(byline.source);
  facts.author = Get(metas, {"author"});
  if (facts.author.empty()) facts.author = std::move(byline.author);
  facts.canonical_url = CanonicalOf(document, page_url);
  facts.language = Fact(document.html().Attribute("lang"));
  if (facts.language.empty()) facts.language = Get(metas, {"content-language", "og:locale"});
  auto by_text = TimeInText(visible_text);
  if (!by_text) by_text = byline.published;
  FindPublished(document, page_url, metas, by_text, &facts);
  const std::string robots = Get(metas, {"robots"}) + "," + Get(metas, {"signboard"});
  facts.noindex = Says(robots, "noindex") || Says(robots, "none");
  facts.nofollow = Says(robots, "nofollow") || Says(robots, "none");
  return facts;
}

}  // namespace signboard::extract
