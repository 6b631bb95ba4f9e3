// The host parser of https://url.spec.whatwg.org/#host-parsing.
//
// Domains pass through UTS #46 by ICU, as in the browsers: not transitional, bidirectional and
// joiner rules checked, hyphens and lengths not (DNS decides those).
//
// Threads: safe from any.
// Errors:  kInvalidArgument, quoting the host.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "proto/base/status.h"

namespace signboard::base {

enum class HostKind {
  kSpecial,  // Of http, https, ws, wss, ftp, file: a domain or an address.
  kOpaque,   // Of any other scheme: kept nearly as it is.
};

// `text` is valid UTF-8, as between the slashes, without userinfo and port. The result is
// serialized, IPv6 in brackets.
StatusOr<std::string> ParseHostOf(std::string_view text, HostKind kind);

enum class Uts46 {
  kNonTransitional,  // The standard's: faß.de is xn--fa-hia.de.
  kTransitional,     // As IDNA2003: faß.de is fass.de.
};
// nullopt: not a valid domain.
std::optional<std::string> DomainToAscii(std::string_view domain, Uts46 uts46);

}  // namespace signboard::base
