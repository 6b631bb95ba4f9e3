// A URL as browsers understand it: the parser and serializer of https://url.spec.whatwg.org.
//
// What two spellings have in common is decided here and nowhere else, so a link found in a page, a
// seed typed by a person and a redirect agree on what they name. The parser is the standard's state
// machine with UTF-8 as the only query encoding; hosts pass through UTS #46 (libidn2, not
// transitional), the IPv4 number forms and IPv6 compression. Parts are kept serialized.
//
// Threads: a value.
// Errors:  kInvalidArgument, naming what is wrong and quoting the part of the input it is in.
// Cost:    linear in the input.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proto/base/status.h"

namespace signboard::base {

// Longer input is refused before it is parsed.
inline constexpr size_t kUrlBytesMax = 2048 * 4;

class Url {
 public:
  // Tabs and line ends are removed and outer spaces trimmed, as the standard has it. A relative
  // `input` is resolved against `base`; without one it is an error. Bytes that are not UTF-8 count
  // as U+FFFD.
  static StatusOr<Url> Parse(std::string_view input, const Url* base = nullptr);

  // The whole URL, serialized. Parsing it again gives an equal Url.
  const std::string& href() const { return href_; }
  std::string HrefWithoutFragment() const;

  const std::string& scheme() const { return scheme_; }  // Lower case, no colon.
  const std::string& username() const { return username_; }
  const std::string& password() const { return password_; }
  // A domain in ASCII, a dotted IPv4 address, or an IPv6 address in brackets. Empty: none.
  const std::string& host() const { return host_; }
  // Absent when it is the scheme's own.
  std::optional<uint16_t> port() const { return port_; }
  const std::string& path() const { return path_; }
  const std::optional<std::string>& query() const { return query_; }        // Without '?'.
  const std::optional<std::string>& fragment() const { return fragment_; }  // Without '#'.

  bool is_http() const { return scheme_ == "http" || scheme_ == "https"; }
  // port(), or what the scheme has for it; 0 when it has none.
  uint16_t effective_port() const;

  friend bool operator==(const Url& a, const Url& b) { return a.href_ == b.href_; }

 private:
  friend class UrlParser;
  Url() = default;
  void Serialize();

  std::string href_;
  std::string scheme_;
  std::string username_;
  std::string password_;
  std::string host_;
  std::optional<uint16_t> port_;
  std::string path_;
  std::optional<std::string> query_;
  std::optional<std::string> fragment_;
  bool has_host_ = false;     // file:///x has a host, the empty one; mailto:x has none.
  bool opaque_path_ = false;  // mailto:x, data:...: the path is one string, not segments.
};

// A host as a URL of a special scheme has it: lower case, ASCII, IPv4 numbers written dotted.
// kInvalidArgument: no host that a URL could have.
StatusOr<std::string> ParseHost(std::string_view text);

// The dotted form of four decimal numbers, which is what ParseHost makes of every IPv4 address.
bool IsIpv4(std::string_view host);
// A host in brackets.
bool IsIpv6(std::string_view host);

}  // namespace signboard::base

namespace signboard {
using base::Url;
}  // namespace signboard
