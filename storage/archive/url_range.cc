#include "storage/archive/url_range.h"

#include <algorithm>
#include <utility>

#include "proto/base/slot.h"
#include "proto/base/surt.h"
#include "proto/base/url.h"

namespace signboard::archive {
namespace {

// The last instant that an id has digits for: the end of the year 9999.
constexpr int64_t kLastInstantMs = 253'402'300'799'999;

// "a.cn", "a.cn/x", "http://a.cn/x", and "*.a.cn", which is how other archives spell a domain.
std::string UrlOf(std::string query) {
  if (query.starts_with("*.")) query.erase(0, 2);
  return query.find("://") == std::string::npos ? "http://" + query : query;
}

StatusOr<std::string> HostOf(const std::string& url) {
  auto parsed = Url::Parse(url);
  if (!parsed.ok()) return base::Annotate(parsed.status(), "query");
  if (parsed->host().empty()) return base::InvalidArgument("query names no host");
  return parsed->host();
}

// A domain's hosts share a slot unless it is a public suffix, whose sites are spread over all.
Status CheckOneSite(const std::string& host) {
  if (base::IsIpv4(host) || base::IsIpv6(host)) return OkStatus();
  const std::string below = "any." + host;
  if (base::RegistrableDomain(below) != below) return OkStatus();
  return base::InvalidArgument("query " + host +
                               " is no site's domain but a suffix under which sites are "
                               "registered: ask for one of them");
}

StatusOr<base::SurtRange> RangeOf(const std::string& url, v1::ListUrlsRequest::Match match) {
  switch (match) {
    case v1::ListUrlsRequest::PREFIX: return base::SurtRangeOf(url, base::SurtMatch::kPrefix);
    case v1::ListUrlsRequest::HOST: return base::SurtRangeOf(url, base::SurtMatch::kHost);
    case v1::ListUrlsRequest::DOMAIN: return base::SurtRangeOf(url, base::SurtMatch::kDomain);
    default: break;
  }
  // Keys go on after the SURT with a zero byte.
  base::SurtRange range;
  ASSIGN_OR_RETURN(range.first, base::Surt(url));
  range.end = range.first;
  range.first.push_back('\0');
  range.end.push_back('\x01');
  return range;
}

}  // namespace

StatusOr<UrlRange> UrlRangeOf(const std::string& query, v1::ListUrlsRequest::Match match) {
  const std::string url = UrlOf(query);
  ASSIGN_OR_RETURN(const std::string host, HostOf(url));
  if (match == v1::ListUrlsRequest::DOMAIN) RETURN_IF_ERROR(CheckOneSite(host));
  auto range = RangeOf(url, match);
  if (!range.ok()) return base::Annotate(range.status(), "query");
  return UrlRange{base::SlotOfHost(host), std::move(range->first), std::move(range->end)};
}

UnixTime InstantOf(int64_t ms) {
  return FromMillis(std::clamp<int64_t>(ms, -1, kLastInstantMs));
}

}  // namespace signboard::archive
