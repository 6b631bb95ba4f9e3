// The header fields of a mail: text as encoded words (RFC 2047), and what an address may be.
//
// Whatever a value holds, it ends no field and begins none: control characters become spaces, and
// what is not plain ASCII is encoded.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace signboard::net {

inline constexpr size_t kMailAddressBytesMax = 254;  // RFC 5321 section 4.5.3.1.3.

// One address as most have it, who@example.org: a dot-atom on each side (RFC 5322 section 3.4.1),
// no quotes, comments, literals or names; ASCII.
bool IsMailAddress(std::string_view text);

// `text` (UTF-8, or made so) for an unstructured field: as it is when it is short printable ASCII,
// else encoded words of at most 75 characters, one a line.
std::string EncodeMailText(std::string_view text);

}  // namespace signboard::net
