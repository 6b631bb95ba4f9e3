#include "crawler/extract/link_sink.h"

#include "proto/base/url_canonical.h"

namespace signboard::extract {

void LinkSink::Add(std::string_view reference, LinkKind kind, std::string text, std::string rel,
                   bool nofollow) {
  // A place in this page is no link to another; an empty reference is the page itself.
  const size_t start = reference.find_first_not_of(" \t\r\n\f");
  if (start == std::string_view::npos || reference[start] == '#') return;
  if (reference.size() > base::kUrlBytesMax) {
    ++found_.dropped_count;
    return;
  }
  const StatusOr<base::Url> url = base::Url::Parse(reference, &base_);
  if (!url.ok() || !url->is_http() || url->host().empty()) return;
  Link link{base::Canonical(*url), std::move(text), std::move(rel), kind, nofollow};
  if (link.url.size() > kLinkUrlBytesMax || IsTrap(*url)) {
    ++found_.dropped_count;
    return;
  }
  if (kind >= LinkKind::kImage) {
    if (!requisites_seen_.insert(link.url).second) return;
    if (found_.requisites.size() >= kLinksMax) {
      ++found_.dropped_count;
      return;
    }
    found_.requisites.push_back(std::move(link));
    return;
  }
  if (const auto known = link_at_.find(link.url); known != link_at_.end()) {
    Link& first = found_.links[known->second];
    if (first.text.empty()) first.text = std::move(link.text);
    first.nofollow = first.nofollow && nofollow;
    return;
  }
  if (full()) {
    ++found_.dropped_count;
    return;
  }
  link_at_.emplace(link.url, found_.links.size());
  found_.links.push_back(std::move(link));
}

}  // namespace signboard::extract
