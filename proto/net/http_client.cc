#include "proto/net/http_client.h"

#include <algorithm>
#include <utility>

#include "proto/base/slot.h"
#include "proto/net/curl_transfer.h"

namespace signboard::net {

namespace asio = boost::asio;

namespace {

HttpResult Failed(HttpKind kind, std::string detail) {
  HttpResult result;
  result.kind = kind;
  result.detail = std::move(detail);
  return result;
}

}  // namespace

StatusOr<TlsUnverified> ParseTlsUnverified(std::string_view text) {
  if (text == "record") return TlsUnverified::kRecord;
  if (text == "refuse") return TlsUnverified::kRefuse;
  return base::InvalidArgument("tls_unverified '" + std::string(text) +
                               "' is neither record nor refuse");
}

HttpClient::HttpClient(asio::io_context& io, HttpClientOptions options)
    : options_(std::move(options)),
      resolver_(io, &options_.guard, options_.resolver),
      cookies_(options_.cookies),
      engine_(io) {}

asio::awaitable<HttpResult> HttpClient::Fetch(HttpRequest request) {
  Manner manner;
  Millis before{0};          // Spent on attempts that failed.
  std::string verify_error;  // Of the attempt that asked for a certificate.
  while (true) {
    auto attempting = Attempt(request, manner);
    Attempted attempted = co_await std::move(attempting);
    HttpResult& result = attempted.result;
    request.limits.total -= result.elapsed;
    const bool unverified = result.kind == HttpKind::kTls && !manner.any_tls &&
                            options_.tls_unverified == TlsUnverified::kRecord;
    const bool not_http2 = attempted.http2_failed;
    if ((unverified || not_http2) && request.limits.total > Millis(0)) {
      if (unverified) verify_error = result.detail;
      manner.any_tls |= unverified;
      manner.http1_only |= not_http2;
      before += result.elapsed;
      continue;
    }
    result.elapsed += before;
    if (result.first_byte_after > Millis(0)) result.first_byte_after += before;
    if (result.tls && manner.any_tls) result.tls->verify_error = std::move(verify_error);
    co_return std::move(result);
  }
}

asio::awaitable<HttpClient::Attempted> HttpClient::Attempt(HttpRequest request, Manner manner) {
  const auto started = std::chrono::steady_clock::now();
  StatusOr<Route> route = Route::Parse(request.url, options_.connect_to);
  Attempted attempted;
  HttpResult& result = attempted.result;
  if (!route.ok()) {
    result = Failed(HttpKind::kBadUrl, std::string(base::Message(route.status())));
    co_return attempted;
  }
  if (!route->rule) route->proxy = request.proxy;
  const Millis most = std::min(request.limits.connect, request.limits.total);
  auto resolving = Resolve(&route.value(), started + most);
  auto failed = co_await std::move(resolving);
  const auto spent =
      std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - started);
  if (failed) {
    result = std::move(*failed);
    result.elapsed = spent;
    co_return attempted;
  }
  request.limits.connect = std::max(request.limits.connect - spent, Millis(1));
  request.limits.total = std::max(request.limits.total - spent, Millis(1));
  // A session that began behind one address is not continued from another.
  const std::string session = base::RegistrableDomain(route->host) +
                              (route->proxy ? " " + route->proxy->Spell() : std::string());
  CurlTransfer transfer(std::move(request), std::move(*route), options_, manner);
  if (!transfer.Prepare()) {
    result = transfer.Result();
    co_return attempted;
  }
  transfer.OnStandstill([this, &transfer] { engine_.LookSoon(transfer.easy()); });
  std::vector<std::string> cookies;
  if (options_.cookies.keep) {
    cookies = cookies_.Take(session);
    transfer.SetCookies(cookies);
  }
  CurlEngine::Watch watch = [&transfer] { return transfer.Watch(); };
  const CURLcode code = co_await engine_.Perform(transfer.easy(), std::move(watch));
  result = transfer.Finish(code);
  result.elapsed += spent;
  // The client may be gone: what it closes ends as cancelled.
  if (result.kind == HttpKind::kCancelled) co_return attempted;
  if (options_.cookies.keep && result.status != 0)
    cookies_.BringBack(session, cookies, transfer.Cookies());
  attempted.http2_failed = transfer.MayHaveFailedAtHttp2(code);
  if (result.first_byte_after > Millis(0)) result.first_byte_after += spent;
  co_return attempted;
}

asio::awaitable<std::optional<HttpResult>> HttpClient::Resolve(Route* route,
                                                               Resolver::Instant until) {
  const auto refused = [route](const std::string& address) {
    return Failed(HttpKind::kGuardRefused,
                  "the address guard refuses " + address +
                      (route->connect_address
                           ? std::string()
                           : ", which is what " + route->connect_host + " resolves to"));
  };
  // Through a proxy nobody asks the guard at the connect.
  const auto is_forbidden = [route, this](const asio::ip::address& address) {
    const asio::ip::tcp::endpoint end(address, route->connect_port);
    return route->proxy && !options_.guard.Allows(end.data(), static_cast<socklen_t>(end.size()));
  };
  const std::string port = ":" + std::to_string(route->connect_port);
  if (route->connect_address) {
    if (!is_forbidden(*route->connect_address)) co_return std::nullopt;
    co_return refused(route->connect_host + port);
  }
  auto resolving = resolver_.Resolve(route->connect_host, until);
  Resolution found = co_await std::move(resolving);
  if (found.cancelled) co_return Failed(HttpKind::kCancelled, "cancelled");
  // Which of the addresses a proxy that resolves would take, nobody knows.
  const bool any_counts = route->proxy && route->proxy->resolves();
  if (!found.refused.empty() && (found.addresses.empty() || any_counts))
    co_return refused(found.refused);
  if (found.addresses.empty()) co_return Failed(HttpKind::kDns, std::move(found.failure));
  for (const asio::ip::address& address : found.addresses)
    if (is_forbidden(address)) co_return refused(address.to_string() + port);
  if (!any_counts) route->resolved = std::move(found.addresses);
  co_return std::nullopt;
}

}  // namespace signboard::net
