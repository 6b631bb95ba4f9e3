#include "crawler/extract/links.h"

#include <algorithm>
#include <array>
#include <optional>

#include "crawler/extract/anchors.h"
#include "crawler/extract/jpaas.h"
#include "crawler/extract/link_sink.h"
#include "crawler/extract/link_walk.h"
#include "crawler/extract/list_body.h"
#include "crawler/extract/pagination.h"
#include "crawler/extract/same_site.h"
#include "crawler/extract/script_lists.h"
#include "crawler/extract/script_redirect.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

using parse::Document;
using parse::Node;

constexpr size_t kInlineListsMax = 8;                        // <script type="text/xml"> of a page.
constexpr size_t kInlineListBytesMax = size_t{512} << 10;
constexpr size_t kScriptBytesMax = size_t{256} << 10;

// <meta http-equiv=refresh content="3; url='/index.html'">: the target, or "".
std::string_view RefreshTarget(std::string_view content) {
  const size_t separator = content.find_first_of(";,");
  if (separator == std::string_view::npos) return {};
  std::string_view rest = base::TrimAscii(content.substr(separator + 1));
  if (rest.size() > 3 && base::EqualsIgnoreCaseAscii(rest.substr(0, 3), "url")) {
    const std::string_view after = base::TrimAscii(rest.substr(3));
    if (after.starts_with('=')) rest = base::TrimAscii(after.substr(1));
  }
  if (!rest.empty() && (rest[0] == '"' || rest[0] == '\'')) {
    const size_t end = rest.find(rest[0], 1);
    rest = rest.substr(1, end == std::string_view::npos ? end : end - 1);
  }
  return rest;
}

class Finder {
 public:
  Finder(const base::Url& page_url, LinkSink* sink, bool nofollow)
      : page_url_(page_url), sink_(sink), nofollow_(nofollow) {}

  void Walk(const Document& document) {
    LinkWalk(LinkKind::kAnchor, nofollow_, sink_)
        .Run(document.root(), [this](Node n, std::string_view tag) {
          if (tag == "link") {
            LinkElement(n);
          } else if (tag == "iframe" || tag == "frame") {
            Add(n, "src", LinkKind::kFrame);
          } else if (tag == "img") {
            Add(n, "src", LinkKind::kImage);
          } else if (tag == "meta") {
            Meta(n);
          } else if (tag == "script") {
            Script(n);
          } else if (tag == "div" || tag == "ul" || tag == "section" || tag == "table") {
            DataUrl(n);
          }
        });
  }

 private:
  void Add(Node n, std::string_view attribute, LinkKind kind) {
    sink_->Add(n.Attribute(attribute), kind, std::string(n.Attribute("title")), "", nofollow_);
  }

  void LinkElement(Node n) {
    std::string rel = base::ToLowerAscii(n.Attribute("rel"));
    const std::string type = base::ToLowerAscii(n.Attribute("type"));
    LinkKind kind = LinkKind::kStyle;
    if (HasToken(rel, "canonical")) {
      kind = LinkKind::kCanonical;
    } else if (HasToken(rel, "next") || HasToken(rel, "prev")) {
      kind = LinkKind::kNext;
    } else if (HasToken(rel, "alternate") && !HasToken(rel, "stylesheet")) {
      const bool feed = type.find("rss") != std::string::npos ||
                        type.find("atom") != std::string::npos || type == "application/feed+json";
      kind = feed ? LinkKind::kFeed : LinkKind::kAlternate;
    } else if (HasToken(rel, "sitemap")) {
      kind = LinkKind::kSitemap;
    } else if (HasToken(rel, "icon") || HasToken(rel, "apple-touch-icon")) {
      kind = LinkKind::kImage;
    } else if (!HasToken(rel, "stylesheet")) {
      return;
    }
    sink_->Add(n.Attribute("href"), kind, std::string(n.Attribute("title")), std::move(rel),
               nofollow_);
  }

  void Meta(Node n) {
    if (!base::EqualsIgnoreCaseAscii(base::TrimAscii(n.Attribute("http-equiv")), "refresh")) return;
    sink_->Add(RefreshTarget(n.Attribute("content")), LinkKind::kRefresh, "", "", nofollow_);
  }

  void Script(Node n) {
    const std::string list =
        JpaasListUrl(n.Attribute("url"), n.Attribute("queryData"), n.Attribute("paramJson"));
    if (!list.empty()) sink_->Add(list, LinkKind::kNext, "", "", nofollow_);
    if (n.HasAttribute("src")) {
      Add(n, "src", LinkKind::kScript);
      return;
    }
    const std::string type = base::ToLowerAscii(n.Attribute("type"));
    // Hanweb's JPage keeps the first pages of a list in the page, where a parser leaves it alone.
    if (type == "text/xml" || type == "application/xml") {
      if (++inline_lists_ <= kInlineListsMax)
        AddXmlList(parse::RawTextOf(n, kInlineListBytesMax), nofollow_, sink_);
      return;
    }
    std::string kept;
    const std::string_view script = parse::RawTextOf(n, kScriptBytesMax, &kept);
    for (const std::string& page : PaginationOf(script))
      sink_->Add(page, LinkKind::kPagination, "", "", nofollow_);
    for (const std::string& target : ScriptRedirects(script))
      sink_->Add(target, LinkKind::kRefresh, "", "", nofollow_);
    for (const std::string& endpoint : ListEndpoints(script)) AddEndpoint(endpoint);
  }

  // <div data-url="/api/list?page=1">
  void DataUrl(Node n) {
    for (const std::string_view name : {"data-url", "data-api"}) {
      const std::string_view reference = n.Attribute(name);
      if (IsListEndpoint(reference)) AddEndpoint(reference);
    }
  }

  void AddEndpoint(std::string_view reference) {
    if (endpoints_ == kEndpointsMax) return;
    const StatusOr<base::Url> url = base::Url::Parse(reference, &sink_->base());
    if (!url.ok() || !url->is_http()) return;
    if (!same_site_) same_site_.emplace(page_url_);
    if (!same_site_->Holds(url->HrefWithoutFragment())) return;
    ++endpoints_;
    sink_->Add(reference, LinkKind::kNext, "", "", nofollow_);
  }

  const base::Url& page_url_;
  LinkSink* sink_;
  const bool nofollow_;
  size_t inline_lists_ = 0;
  size_t endpoints_ = 0;
  std::optional<SameSite> same_site_;
};

base::Url BaseOf(const Document& document, const base::Url& page_url) {
  for (Node n = document.root(); n; n = n.Next(document.root())) {
    if (n.tag() != "base" || !n.HasAttribute("href")) continue;
    const StatusOr<base::Url> given = base::Url::Parse(n.Attribute("href"), &page_url);
    return given.ok() && given->is_http() ? *given : page_url;
  }
  return page_url;
}

bool PageSaysNofollow(const Document& document) {
  const Node head = document.head();
  for (Node n = head; n; n = n.Next(head)) {
    if (n.tag() != "meta" || !base::EqualsIgnoreCaseAscii(n.Attribute("name"), "robots")) continue;
    const std::string content = base::ToLowerAscii(n.Attribute("content"));
    if (content.find("nofollow") != std::string::npos || base::TrimAscii(content) == "none")
      return true;
  }
  return false;
}

}  // namespace

Links FindLinks(const Document& document, const base::Url& page_url) {
  const base::Url base = BaseOf(document, page_url);
  LinkSink sink(base);
  Finder(page_url, &sink, PageSaysNofollow(document)).Walk(document);
  Links found = sink.Take();
  for (Link& link : found.links) {
    if (link.kind == LinkKind::kAnchor && IsPageOfList(page_url, link.url))
      link.kind = LinkKind::kNext;
  }
  return found;
}

bool IsTrap(std::string_view path) {
  std::array<std::string_view, kSegmentsMax> seen;
  int segments = 0;
  for (size_t at = 0; at < path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, end - at);
    at = end + 1;
    if (segment.empty()) continue;
    if (segments == kSegmentsMax) return true;
    const auto known = seen.begin() + segments;
    if (std::count(seen.begin(), known, segment) == kSegmentRepeatMax) return true;
    seen[static_cast<size_t>(segments++)] = segment;
  }
  return false;
}

}  // namespace signboard::extract
