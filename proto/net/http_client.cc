#include "proto/net/http_client.h"

#include <algorithm>
#include <utility>

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
      engine_(io) {}

asio::awaitable<HttpResult> HttpClient::Fetch(HttpRequest request) {
  HttpResult first = co_await Attempt(request, false);
  if (first.kind != HttpKind::kTls || options_.tls_unverified == TlsUnverified::kRefuse) {
    co_return first;
  }
  request.limits.total -= first.elapsed;
  if (request.limits.total <= Millis(0)) co_return first;
  HttpResult second = co_await Attempt(std::move(request), true);
  second.elapsed += first.elapsed;
  if (second.first_byte_after > Millis(0)) second.first_byte_after += first.elapsed;
  if (second.tls) {
    second.tls->verified = false;
    second.tls->verify_error = first.detail;
  }
  co_return second;
}

asio::awaitable<HttpResult> HttpClient::Attempt(HttpRequest request, bool anything) {
  const auto started = std::chrono::steady_clock::now();
  StatusOr<Route> route = Route::Parse(request.url, options_.connect_to);
  if (!route.ok()) co_return Failed(HttpKind::kBadUrl, std::string(base::Message(route.status())));
  const Millis most = std::min(request.limits.connect, request.limits.total);
  auto resolving = Resolve(&route.value(), started + most);
  const auto failed = co_await std::move(resolving);
  const auto spent =
      std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - started);
  if (failed) {
    HttpResult result = *failed;
    result.elapsed = spent;
    co_return result;
  }
  request.limits.connect = std::max(request.limits.connect - spent, Millis(1));
  request.limits.total = std::max(request.limits.total - spent, Millis(1));
  CurlTransfer transfer(std::move(request), std::move(*route), options_,
                        anything ? CurlTransfer::Tls::kAnything : CurlTransfer::Tls::kVerify);
  if (!transfer.Prepare()) co_return transfer.Result();
  transfer.OnStandstill([this, &transfer] { engine_.LookSoon(transfer.easy()); });
  CurlEngine::Watch watch = [&transfer] { return transfer.Watch(); };
  const CURLcode code = co_await engine_.Perform(transfer.easy(), std::move(watch));
  HttpResult result = transfer.Finish(code);
  result.elapsed += spent;
  if (result.first_byte_after > Millis(0)) result.first_byte_after += spent;
  co_return result;
}

asio::awaitable<std::optional<HttpResult>> HttpClient::Resolve(Route* route,
                                                               Resolver::Instant until) {
  if (route->connect_address) co_return std::nullopt;
  auto resolving = resolver_.Resolve(route->connect_host, until);
  Resolution found = co_await std::move(resolving);
  if (found.cancelled) co_return Failed(HttpKind::kCancelled, "cancelled");
  if (found.addresses.empty() && !found.refused.empty()) {
    co_return Failed(HttpKind::kGuardRefused, "the address guard refuses " + found.refused +
                                                  ", which is what " + route->connect_host +
                                                  " resolves to");
  }
  if (found.addresses.empty()) co_return Failed(HttpKind::kDns, std::move(found.failure));
  route->resolved = std::move(found.addresses);
  co_return std::nullopt;
}

}  // namespace signboard::net
