#include "proto/net/route.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "proto/base/text.h"
#include "proto/base/url.h"

namespace signboard::net {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::string PartOf(CURLU* url, CURLUPart part, unsigned int flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK || text == nullptr) return "";
  std::string copy = text;
  curl_free(text);
  return copy;
}

// "a.cn:80" of "http://me@a.cn:80/x".
std::string AuthorityOf(std::string_view url) {
  url.remove_prefix(url.find("://") + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  return std::string(url.substr(url.rfind('@') + 1));
}

bool IsPrintable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

StatusOr<Route> Route::Parse(const std::string& url, const std::vector<ConnectTo>& rules) {
  if (!base::EqualsIgnoreCaseAscii(url.substr(0, 8), "https://") &&
      !base::EqualsIgnoreCaseAscii(url.substr(0, 7), "http://")) {
    return base::InvalidArgument("the URL is neither http nor https");
  }
  if (url.size() > base::kUrlBytesMax || !IsPrintable(url)) {
    return base::InvalidArgument(
        "the URL is too long, or holds spaces, control characters or what is not ASCII");
  }
  const std::unique_ptr<CURLU, FreeUrl> parsed(curl_url());
  const CURLUcode code = curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(),
                                      CURLU_PATH_AS_IS | CURLU_DISALLOW_USER);
  if (code != CURLUE_OK) return base::InvalidArgument(curl_url_strerror(code));

  Route route;
  route.authority = AuthorityOf(url);
  route.host = PartOf(parsed.get(), CURLUPART_HOST);
  if (!IsPrintable(route.host)) return base::InvalidArgument("the host is not ASCII");
  if (route.host.size() > 2 && route.host.front() == '[')
    route.host = route.host.substr(1, route.host.size() - 2);
  const std::string port = PartOf(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  std::from_chars(port.data(), port.data() + port.size(), route.port);

  route.connect_host = route.host;
  route.connect_port = route.port;
  const auto rule = std::find_if(rules.begin(), rules.end(), [&](const ConnectTo& one) {
    return one.Matches(route.host, route.port);
  });
  if (rule != rules.end()) {
    route.rule = *rule;
    route.connect_host = rule->target_host;
    route.connect_port = rule->target_port;
  }
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(route.connect_host, error);
  if (!error) route.connect_address = address;
  return route;
}

}  // namespace signboard::net
