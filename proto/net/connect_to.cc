#include "proto/net/connect_to.h"

#include <charconv>

#include "proto/base/text.h"

namespace signboard::net {
namespace {

struct HostPort {
  std::string host;
  uint16_t port = 0;
};

// "a.cn:80", "[::1]:80". False: neither.
bool ParseHostPort(std::string_view text, HostPort* out) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  std::string_view host = text.substr(0, colon);
  if (host.front() == '[') {
    if (host.size() < 4 || host.back() != ']') return false;
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return false;
  }
  if (host.find_first_of("[]/@ \t\r\n") != std::string_view::npos) return false;
  const std::string_view digits = text.substr(colon + 1);
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), out->port);
  if (error != std::errc() || end != digits.data() + digits.size() || out->port == 0) return false;
  out->host = host;
  return true;
}

// curl tells host and port apart by colons, so an IPv6 literal needs its brackets.
std::string Bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

}  // namespace

StatusOr<ConnectTo> ConnectTo::Parse(std::string_view text) {
  const size_t equals = text.find('=');
  HostPort from;
  HostPort to;
  if (equals == std::string_view::npos || !ParseHostPort(text.substr(0, equals), &from) ||
      !ParseHostPort(text.substr(equals + 1), &to) || to.host == "*") {
    return base::InvalidArgument("connect_to '" + std::string(text) +
                                 "' is not HOST:PORT=ADDRESS:PORT, such as *:80=127.0.0.1:18080");
  }
  return ConnectTo{base::ToLowerAscii(from.host), from.port, to.host, to.port};
}

StatusOr<std::vector<ConnectTo>> ConnectTo::ParseAll(const std::vector<std::string>& texts) {
  std::vector<ConnectTo> all;
  for (const std::string& text : texts) {
    ASSIGN_OR_RETURN(ConnectTo one, Parse(text));
    all.push_back(std::move(one));
  }
  return all;
}

bool ConnectTo::Matches(std::string_view url_host, uint16_t url_port) const {
  return url_port == port && (host == "*" || base::EqualsIgnoreCaseAscii(host, url_host));
}

std::string ConnectTo::ForCurl() const {
  return (host == "*" ? std::string() : Bracketed(host)) + ":" + std::to_string(port) + ":" +
         Bracketed(target_host) + ":" + std::to_string(target_port);
}

}  // namespace signboard::net
