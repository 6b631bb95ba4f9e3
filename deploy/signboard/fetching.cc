#include "deploy/signboard/fetching.h"

#include <vector>

#include "crawler/decode/content_coding.h"

namespace signboard::cli {
namespace {

// Hosts that may be fetched although nobody can be asked who crawls: those an operator named.
bool IsNamedHost(const Settings& settings, const std::vector<net::ConnectTo>& connect_to,
                 const Url& url) {
  for (const auto& rule : connect_to)
    if (rule.Matches(url.host(), url.effective_port())) return true;
  if (settings.guard_allow.empty()) return false;
  return base::IsIpv4(url.host()) || base::IsIpv6(url.host()) || url.host() == "localhost";
}

}  // namespace

std::string DecodeBody(std::string_view wire, std::string_view coding, size_t most) {
  decode::DecodeLimits limits;
  limits.decoded_bytes_max = most;
  return decode::DecodeContent(wire, coding, limits).bytes;
}

StatusOr<Fetching> Fetching::Make(boost::asio::io_context& io, const Settings& settings,
                                  const Clock* clock) {
  Fetching made;
  ASSIGN_OR_RETURN(auto connect_to, net::ConnectTo::ParseAll(settings.connect_to));
  net::HttpClientOptions http;
  http.connect_to = connect_to;
  ASSIGN_OR_RETURN(http.guard, net::AddressGuard::Make(settings.guard_allow));
  ASSIGN_OR_RETURN(http.resolver.servers, net::Resolver::ParseServers(settings.dns_servers));
  http.cookies.keep = settings.cookies;
  http.cookies.session = settings.cookie_session;
  ASSIGN_OR_RETURN(http.tls_unverified, net::ParseTlsUnverified(settings.tls_unverified));
  made.http = std::make_unique<net::HttpClient>(io, http);
  fetch::FetcherOptions fetching;
  fetching.user_agent = settings.UserAgent();
  fetching.limits = settings.Limits();
  ASSIGN_OR_RETURN(fetching.proxies, fetch::ProxyRules::Parse(settings.proxy_rules));
  fetching.decode = DecodeBody;
  made.fetcher = std::make_unique<fetch::Fetcher>(made.http.get(), clock, fetching);
  robots::RobotsCacheOptions robots;
  robots.user_agent_token = settings.robots_token;
  made.robots = std::make_unique<robots::RobotsCache>(made.fetcher.get(), clock, robots);
  if (settings.contact_url.empty()) {
    made.without_contact = [&settings, connect_to](const Url& url) {
      return IsNamedHost(settings, connect_to, url);
    };
  }
  return made;
}

}  // namespace signboard::cli
