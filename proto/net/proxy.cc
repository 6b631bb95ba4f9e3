#include "proto/net/proxy.h"

#include <charconv>
#include <utility>

namespace signboard::net {
namespace {

constexpr std::pair<std::string_view, Proxy::Kind> kSchemes[] = {
    {"http", Proxy::Kind::kHttp},
    {"socks5", Proxy::Kind::kSocks5},
    {"socks5h", Proxy::Kind::kSocks5h},
};

}  // namespace

StatusOr<Proxy> Proxy::Parse(std::string_view text) {
  const auto wrong = base::InvalidArgument(
      "proxy '" + std::string(text) +
      "' is not http://, socks5:// or socks5h:// with ADDRESS:PORT, such as "
      "socks5h://10.0.0.2:1080");
  const size_t slashes = text.find("://");
  if (slashes == std::string_view::npos) return wrong;
  for (const auto& [scheme, kind] : kSchemes) {
    if (scheme != text.substr(0, slashes)) continue;
    const std::string_view rest = text.substr(slashes + 3);
    const size_t colon = rest.rfind(':');
    if (colon == std::string_view::npos) return wrong;
    std::string_view host = rest.substr(0, colon);
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) host = host.substr(1, host.size() - 2);
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(std::string(host), error);
    uint16_t port = 0;
    const char* end = rest.data() + rest.size();
    const auto parsed = std::from_chars(rest.data() + colon + 1, end, port);
    if (error || address.is_v6() != bracketed || parsed.ec != std::errc() || parsed.ptr != end ||
        port == 0) {
      return wrong;
    }
    return Proxy{kind, {address, port}};
  }
  return wrong;
}

std::string Proxy::Spell() const {
  std::string text;
  for (const auto& [scheme, one] : kSchemes)
    if (one == kind) text = std::string(scheme) + "://";
  const std::string host = endpoint.address().to_string();
  return text + (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" +
         std::to_string(endpoint.port());
}

}  // namespace signboard::net
