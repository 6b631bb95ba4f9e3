// Numbers as Chinese and English news write them: 3000万, 70多, 1.2亿, 三千万, 百余, "3.2 million".
//
// Threads:  Safe from any; no state.
// Cost:     Linear in the number's own length, which is cut at kNumberBytesMax.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace signboard::extract {

inline constexpr size_t kNumberBytesMax = 64;

struct Number {
  int64_t value = 0;
  size_t from = 0;  // Bytes; behind 万, 余, 多, + and "million", before measure words.
  size_t to = 0;
};

// The number that begins at `at`. Nothing for percentages, for a sole Chinese digit (一 is mostly a
// word) and beyond 10^15.
std::optional<Number> NumberAt(std::string_view text, size_t at);

// 一 to 九十九 and 1 to 99, without units: days, months, ranks. `*at` moves past it.
std::optional<int> SmallNumberAt(std::string_view text, size_t* at);

}  // namespace signboard::extract
