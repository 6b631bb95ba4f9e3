#include "crawler/render/request_gate.h"

#include <algorithm>
#include <array>
#include <utility>

#include "proto/base/text.h"
#include "proto/base/url.h"

namespace signboard::render {
namespace {

constexpr std::string_view kAcceptEncoding = "gzip, deflate, br, zstd";
constexpr std::string_view kAcceptLanguage = "zh-CN,zh;q=0.9,en;q=0.5";

bool IsWanted(std::string_view type) {
  return type == "Script" || type == "XHR" || type == "Fetch";
}

// What the browser adds that a site may need to answer; not what it says of itself.
bool IsPassedOn(std::string_view name) {
  static constexpr std::array<std::string_view, 5> kNames = {"Accept", "Referer", "Origin",
                                                             "X-Requested-With", "Content-Type"};
  return std::any_of(kNames.begin(), kNames.end(), [name](std::string_view known) {
    return base::EqualsIgnoreCaseAscii(known, name);
  });
}

// What the browser needs to judge the answer: type, target, and who may read it.
bool IsGivenBack(std::string_view name) {
  return base::EqualsIgnoreCaseAscii(name, "Content-Type") ||
         base::EqualsIgnoreCaseAscii(name, "Location") ||
         base::ToLowerAscii(name).starts_with("access-control-");
}

SubAnswer Refuse(std::string why) {
  SubAnswer answer;
  answer.why = std::move(why);
  return answer;
}

SubAnswer EmptyStyleSheet() {
  SubAnswer answer;
  answer.refused = false;
  answer.status = 200;
  answer.headers = {{"Content-Type", "text/css"}, {"Access-Control-Allow-Origin", "*"}};
  return answer;
}

}  // namespace

RequestGate::RequestGate(net::HttpClient* client, RequestGateOptions options)
    : client_(client), options_(std::move(options)) {}

net::HttpRequest RequestGate::ToHttp(const SubRequest& request, Millis most,
                                     size_t bytes_max) const {
  net::HttpRequest http;
  http.method = request.method;
  http.url = request.url;
  http.limits = options_.limits;
  http.limits.total = std::min(http.limits.total, most);
  http.limits.body_bytes_max = std::min(http.limits.body_bytes_max, bytes_max);
  http.limits.html_bytes_max = std::min(http.limits.html_bytes_max, bytes_max);
  http.headers = {{"User-Agent", options_.user_agent}};
  for (const auto& field : request.headers)
    if (IsPassedOn(field.first)) http.headers.push_back(field);
  http.headers.emplace_back("Accept-Language", kAcceptLanguage);
  http.headers.emplace_back("Accept-Encoding", kAcceptEncoding);
  return http;
}

boost::asio::awaitable<SubAnswer> RequestGate::Ask(SubRequest request, Millis most,
                                                   size_t bytes_max) {
  const auto url = base::Url::Parse(request.url);
  if (!url.ok() || !url->is_http()) co_return Refuse("not http");
  if (request.method != "GET" && request.method != "HEAD") {
    co_return Refuse("method " + request.method);
  }
  if (request.type == "Stylesheet") co_return EmptyStyleSheet();
  if (!IsWanted(request.type)) co_return Refuse("type " + request.type);
  request.url = url->HrefWithoutFragment();
  if (options_.may_fetch) {
    auto asking = options_.may_fetch(request.url);
    const bool may = co_await std::move(asking);
    if (!may) co_return Refuse("not allowed");
  }
  auto fetching = client_->Fetch(ToHttp(request, most, bytes_max));
  net::HttpResult result = co_await std::move(fetching);
  SubAnswer answer;
  answer.fetched = true;
  if (result.status == 0 || result.body_truncated) {
    answer.why = result.detail.empty() ? "body cut" : result.detail;
    co_return answer;
  }
  answer.refused = false;
  answer.status = result.status;
  for (auto& field : result.headers)
    if (IsGivenBack(field.first)) answer.headers.push_back(std::move(field));
  const auto coding = net::FindHeader(result.headers, "Content-Encoding");
  if (!coding || coding->empty() || base::EqualsIgnoreCaseAscii(*coding, "identity")) {
    answer.body = std::move(result.body);
  } else if (options_.decode) {
    answer.body = options_.decode(result.body, *coding, bytes_max);
  }
  co_return answer;
}

}  // namespace signboard::render
