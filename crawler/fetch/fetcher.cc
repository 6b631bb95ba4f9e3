#include "crawler/fetch/fetcher.h"

#include <algorithm>
#include <utility>

#include "crawler/fetch/judge.h"
#include "proto/base/url.h"

namespace signboard::fetch {
namespace {

constexpr std::string_view kAccept =
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
constexpr std::string_view kAcceptLanguage = "zh-CN,zh;q=0.9,en;q=0.5";
constexpr std::string_view kAcceptEncoding = "gzip, deflate, br, zstd";

}  // namespace

Fetcher::Fetcher(net::HttpClient* client, const Clock* clock, FetcherOptions options)
    : client_(client), clock_(clock), options_(std::move(options)) {}

net::HttpRequest Fetcher::ToHttp(const FetchRequest& request) const {
  net::HttpRequest http;
  http.url = request.url.substr(0, request.url.find('#'));
  http.limits = options_.limits;
  if (request.deadline > Millis(0)) {
    http.limits.total = std::min(http.limits.total, request.deadline);
  }
  if (request.body_bytes_max > 0) {
    http.limits.body_bytes_max = std::min(http.limits.body_bytes_max, request.body_bytes_max);
  }
  http.free_body_bytes = request.free_body_bytes;
  http.grow = request.grow;
  http.headers = {{"User-Agent", options_.user_agent},
                  {"Accept", std::string(kAccept)},
                  {"Accept-Language", std::string(kAcceptLanguage)},
                  {"Accept-Encoding", std::string(kAcceptEncoding)},
                  {"If-None-Match", request.etag},
                  {"If-Modified-Since", request.last_modified}};
  return http;
}

boost::asio::awaitable<FetchOutcome> Fetcher::Fetch(FetchRequest request) {
  const UnixTime started = clock_->Now();
  net::HttpRequest http = ToHttp(request);
  FetchOutcome fetched;
  if (const StatusOr<Url> url = Url::Parse(request.url); url.ok()) {
    ProxyRules::Choice choice = options_.proxies.Choose(url->host(), request.place_code);
    http.proxy = choice.proxy;
    fetched.vantage = std::move(choice.vantage);
  }
  fetched.http = co_await client_->Fetch(std::move(http));
  const bool answered = fetched.http.first_byte_after > Millis(0);
  fetched.first_byte_at = answered ? started + fetched.http.first_byte_after : clock_->Now();
  const bool conditional = !request.etag.empty() || !request.last_modified.empty();
  Judge(request.url, conditional, request.judged_later, options_.decode, clock_->Now(), &fetched);
  co_return fetched;
}

std::string Fetcher::DecodedStart(const FetchOutcome& fetched, size_t bytes_max) const {
  return StartOf(fetched, options_.decode, bytes_max);
}

}  // namespace signboard::fetch
