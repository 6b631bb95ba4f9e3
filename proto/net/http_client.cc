#include "proto/net/http_client.h"

#include <utility>

#include "proto/net/curl_transfer.h"

namespace signboard::net {

namespace asio = boost::asio;

StatusOr<TlsUnverified> ParseTlsUnverified(std::string_view text) {
  if (text == "record") return TlsUnverified::kRecord;
  if (text == "refuse") return TlsUnverified::kRefuse;
  return base::InvalidArgument("tls_unverified '" + std::string(text) +
                               "' is neither record nor refuse");
}

HttpClient::HttpClient(asio::io_context& io, HttpClientOptions options)
    : options_(std::move(options)), engine_(io) {}

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
  CurlTransfer transfer(std::move(request), options_,
                        anything ? CurlTransfer::Tls::kAnything : CurlTransfer::Tls::kVerify);
  if (!transfer.Prepare()) co_return transfer.Result();
  transfer.OnStandstill([this, &transfer] { engine_.LookSoon(transfer.easy()); });
  CurlEngine::Watch watch = [&transfer] { return transfer.Watch(); };
  const CURLcode code = co_await engine_.Perform(transfer.easy(), std::move(watch));
  co_return transfer.Finish(code);
}

}  // namespace signboard::net
