#include "storage/gateway/memento.h"

#include "proto/base/text.h"
#include "proto/base/url.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

using boost::asio::awaitable;
using Found = StatusOr<std::optional<v1::Snapshot>>;

constexpr int64_t kSecond = 1'000;

awaitable<Found> Find(const Backend* backend, v1::GetRequest get) {
  get.set_with_body_only(true);
  auto found = co_await backend->Find(std::move(get));
  if (found.status().code() == StatusCode::kNotFound) co_return std::optional<v1::Snapshot>();
  if (!found.ok()) co_return found.status();
  co_return std::optional<v1::Snapshot>(*std::move(found));
}

v1::GetRequest Ask(std::string url, std::optional<int64_t> at, v1::Nearest nearest,
                   bool or_observed) {
  v1::GetRequest get;
  get.set_url(std::move(url));
  get.set_nearest(nearest);
  if (at) get.set_at_ms(*at);
  get.set_or_observed(or_observed);
  return get;
}

}  // namespace

awaitable<Found> FindShown(const Backend* backend, std::string url, std::optional<int64_t> at,
                           v1::Nearest nearest) {
  v1::GetRequest get = Ask(std::move(url), at, nearest, true);
  co_return co_await Find(backend, std::move(get));
}

awaitable<Found> FindMemento(const Backend* backend, std::string url, std::optional<int64_t> at) {
  if (at) {
    const int64_t second = *at / kSecond;
    auto exact =
        co_await FindShown(backend, url, second * kSecond + kSecond - 1, v1::NEAREST_AT);
    if (!exact.ok()) co_return exact.status();
    if (*exact && (*exact)->captured_ms() / kSecond == second && (*exact)->url() == url)
      co_return exact;
  }
  co_return co_await FindClosest(backend, std::move(url), at);
}

awaitable<Found> FindClosest(const Backend* backend, std::string url, std::optional<int64_t> at) {
  v1::GetRequest get = Ask(url, at, v1::NEAREST_CLOSEST, false);
  auto content = co_await Find(backend, std::move(get));
  if (!content.ok() || *content) co_return content;
  co_return co_await FindShown(backend, std::move(url), at, v1::NEAREST_CLOSEST);
}

std::string SelfOf(const HttpServerRequest& request) {
  const std::string_view said = request.Header("X-Forwarded-Proto").value_or("");
  const std::string scheme = base::EqualsIgnoreCaseAscii(said, "https") ? "https://" : "http://";
  const auto parsed = Url::Parse(scheme + request.authority + "/");
  if (!parsed.ok()) return "";
  std::string self = parsed->href();
  self.pop_back();
  return self;
}

std::string LinkTarget(std::string_view url) {
  std::string out;
  for (const char c : url) {
    if (c == ';') {
      out += "%3B";
    } else if (c == ',') {
      out += "%2C";
    } else if (c == '>') {
      out += "%3E";
    } else {
      out += c;
    }
  }
  return out;
}

std::string LinksOf(const std::string& self, std::string_view url) {
  const std::string target = LinkTarget(url);
  return "<" + target + ">; rel=\"original\", <" + self + "/web/" + target +
         ">; rel=\"timegate\", <" + self + "/web/timemap/link/" + target +
         ">; rel=\"timemap\"; type=\"application/link-format\"";
}

std::string MementoLink(const std::string& self, int64_t captured_ms, std::string_view url,
                        std::string_view rel) {
  return "<" + self + LinkTarget(ViewPath(captured_ms, url)) + ">; rel=\"" + std::string(rel) +
         "\"; datetime=\"" + base::FormatHttpDate(FromMillis(captured_ms)) + "\"";
}

}  // namespace signboard::gateway
