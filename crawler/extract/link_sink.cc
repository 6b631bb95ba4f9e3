#include "crawler/extract/link_sink.h"

#include "crawler/extract/list_dates.h"
#include "proto/base/text.h"
#include "proto/base/url_canonical.h"

namespace signboard::extract {

namespace {

// "/a", "//host/a" and "http://host/a" lead to the same place from every page of a site.
bool IsRooted(std::string_view reference) {
  if (reference.front() == '/') return true;
  const std::string start = base::ToLowerAscii(reference.substr(0, 8));
  return start.starts_with("http://") || start.starts_with("https://");
}

}  // namespace

size_t LinkSink::Add(std::string_view reference, LinkKind kind, std::string text, std::string rel,
                     bool nofollow) {
  // A place in this page is no link to another; an empty reference is the page itself.
  const size_t start = reference.find_first_not_of(" \t\r\n\f");
  if (start == std::string_view::npos || reference[start] == '#') return kNone;
  if (rooted_only_ && !IsRooted(reference.substr(start))) return kNone;
  if (reference.size() > base::kUrlBytesMax) {
    ++found_.dropped_count;
    return kNone;
  }
  const StatusOr<base::Url> url = base::Url::Parse(reference, &base_);
  if (!url.ok() || !url->is_http() || url->host().empty()) return kNone;
  Link link{.url = base::Canonical(*url), .text = std::move(text), .rel = std::move(rel),
            .kind = kind, .nofollow = nofollow};
  if (link.url.size() > kLinkUrlBytesMax || IsTrap(*url)) {
    ++found_.dropped_count;
    return kNone;
  }
  if (kind >= LinkKind::kImage) {
    if (!requisites_seen_.insert(link.url).second) return kNone;
    if (found_.requisites.size() >= kLinksMax) {
      ++found_.dropped_count;
      return kNone;
    }
    found_.requisites.push_back(std::move(link));
    return kNone;
  }
  if (const auto known = link_at_.find(link.url); known != link_at_.end()) {
    Link& first = found_.links[known->second];
    if (first.text.empty()) first.text = std::move(link.text);
    first.nofollow = first.nofollow && nofollow;
    return known->second;
  }
  if (full()) {
    ++found_.dropped_count;
    return kNone;
  }
  link_at_.emplace(link.url, found_.links.size());
  found_.links.push_back(std::move(link));
  return found_.links.size() - 1;
}

Links LinkSink::Take() {
  FindYears(&found_);
  return std::move(found_);
}

}  // namespace signboard::extract
