#include "crawler/worker/outlinks.h"

#include <string>
#include <utility>

#include "proto/base/url.h"

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

}  // namespace

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
