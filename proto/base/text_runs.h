// What can be told of UTF-8 text eight bytes at a time.
//
// Threads: pure functions.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace signboard::base {

// The first byte of a word is its lowest.
static_assert(std::endian::native == std::endian::little);

// How many bytes from `at` on are pairs of characters from U+1000 to U+EFFF without surrogates:
// most of Chinese, and nothing that Unicode table 3-7 or a markup narrows. Zero: look closer.
inline size_t ChineseRun(std::string_view text, size_t at) {
  constexpr uint64_t kShapeBits = 0xC0C0F0'C0C0F0;  // Of two characters: 1110xxxx 10xxxxxx 10xxxxxx
  constexpr uint64_t kShape = 0x8080E0'8080E0;
  constexpr unsigned kLeads = 0x5FFE;  // E1 to EC, and EE.
  const size_t from = at;
  for (uint64_t word = 0; at + sizeof word <= text.size(); at += 6) {
    std::memcpy(&word, text.data() + at, sizeof word);
    const bool plain = (kLeads >> (word & 0xF) & kLeads >> (word >> 24 & 0xF) & 1U) != 0;
    if ((word & kShapeBits) != kShape || !plain) break;
  }
  return at - from;
}

// The bytes that are not ASCII.
inline size_t CountHighBytes(std::string_view text) {
  constexpr uint64_t kEachByte = 0x0101010101010101;
  size_t count = 0;
  size_t at = 0;
  for (uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    count += (word >> 7 & kEachByte) * kEachByte >> 56;
  }
  for (; at < text.size(); ++at) count += (text[at] & 0x80) != 0 ? 1U : 0U;
  return count;
}

}  // namespace signboard::base
