// Percent-encoding: the sets of https://url.spec.whatwg.org/#percent-encoded-bytes.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace signboard::base {

// Each holds the one before it, except that kPath and kSpecialQuery both grow from kQuery and
// kQuery does not hold '`' of kFragment.
enum class PercentSet : uint8_t {
  kC0Control,
  kFragment,
  kQuery,
  kSpecialQuery,
  kPath,
  kUserinfo,
};

bool InPercentSet(PercentSet set, char byte);
// Bytes of `set` as %XX, in upper case; the rest, and '%' itself, as they are.
void AppendPercentEncoded(PercentSet set, std::string_view bytes, std::string* out);
void AppendPercent(char byte, std::string* out);

// %XX as bytes; a '%' that begins no escape stays.
std::string PercentDecode(std::string_view text);
// The value of a hexadecimal digit, -1 for anything else.
int HexDigit(char c);
// Whether `text` has an escape at `at`: a '%' and two hexadecimal digits.
bool IsEscape(std::string_view text, size_t at);

}  // namespace signboard::base
