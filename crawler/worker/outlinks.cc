#include "crawler/worker/outlinks.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "crawler/extract/list_dates.h"
#include "proto/base/url.h"
#include "proto/base/url_canonical.h"

namespace signboard::worker {
namespace {

bool IsInside(const v1::Scope& scope, const v1::Outlink& link) {
  const std::string& host = link.queue();
  const bool same = host == scope.host();
  const bool below = scope.subdomains() && host.size() > scope.host().size() &&
                     host.ends_with("." + scope.host());
  if (!same && !below) return false;
  if (scope.path_prefix().empty() || scope.path_prefix() == "/") return true;
  const auto url = base::Url::Parse(link.url());
  return url.ok() && url->path().starts_with(scope.path_prefix());
}

v1::Outlink::Kind KindOf(extract::LinkKind kind) {
  switch (kind) {
    case extract::LinkKind::kPagination:
    case extract::LinkKind::kNext: return v1::Outlink::PAGINATION;
    case extract::LinkKind::kFeed: return v1::Outlink::FEED;
    case extract::LinkKind::kSitemap: return v1::Outlink::SITEMAP;
    default: return v1::Outlink::LINK;
  }
}

// YYYY-MM-DD; empty where something of it is not known.
std::string TextOf(extract::ListDay day) {
  if (!day.whole()) return "";
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", day.year, day.month, day.day);
  return text.data();
}

class Collector {
 public:
  // `canonical` as base::Canonical gives it; it outlives the collector.
  void Add(std::string_view canonical, v1::Outlink::Kind kind, v1::Priority priority,
           extract::ListDay listed = {}) {
    if (!seen_.insert(canonical).second) return;
    v1::Outlink& link = outlinks_.emplace_back();
    link.set_url(std::string(canonical));
    link.set_queue(std::string(base::QueueKeyOfCanonical(canonical)));
    link.set_kind(kind);
    link.set_priority(priority);
    link.set_listed_on(TextOf(listed));
  }
  std::vector<v1::Outlink> Take() { return std::move(outlinks_); }

 private:
  std::unordered_set<std::string_view> seen_;
  std::vector<v1::Outlink> outlinks_;
};

// Where a link stands in the report. Entries of a list by their day, the others as they came.
struct Place {
  int rank = 0;
  extract::ListDay day;
  bool operator<(const Place& other) const {
    return rank != other.rank ? rank < other.rank : other.day < day;
  }
};
Place PlaceOf(const extract::Link& link) {
  if (KindOf(link.kind) != v1::Outlink::LINK || link.is_column) return {0, {}};
  if (link.place != extract::LinkPlace::kList) return {2, {}};
  const extract::ListDay day = extract::DayOfLink(link);
  return day.empty() ? Place{2, {}} : Place{1, day};
}

}  // namespace

std::vector<v1::Outlink> CollectOutlinks(const extract::Links& links,
                                         const std::string& redirect_to) {
  std::string target;
  Collector collector;
  if (const auto url = base::Url::Parse(redirect_to); url.ok() && url->is_http()) {
    target = base::Canonical(*url);
    collector.Add(target, v1::Outlink::REDIRECT, v1::PRIORITY_NORMAL);
  }
  std::vector<std::pair<Place, const extract::Link*>> ordered;
  ordered.reserve(links.links.size());
  for (const extract::Link& link : links.links)
    if (!link.nofollow) ordered.emplace_back(PlaceOf(link), &link);
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [place, link] : ordered) {
    const v1::Outlink::Kind kind = KindOf(link->kind);
    const bool is_list = kind != v1::Outlink::LINK || link->is_column;
    collector.Add(link->url, kind, is_list ? v1::PRIORITY_HUB : v1::PRIORITY_NORMAL,
                  link->listed);
  }
  return collector.Take();
}

std::vector<v1::Outlink> SelectOutlinks(const v1::Lease& lease, std::vector<v1::Outlink> links) {
  std::vector<v1::Outlink> kept;
  if (!lease.has_scope() || lease.scope().host().empty()) return kept;
  const uint32_t deepest = lease.scope().depth_max() == 0 ? kDepthMax : lease.scope().depth_max();
  if (lease.depth() >= deepest) return kept;
  for (auto& link : links) {
    if (kept.size() == kOutlinksMax) break;
    if (IsInside(lease.scope(), link)) kept.push_back(std::move(link));
  }
  return kept;
}

}  // namespace signboard::worker
