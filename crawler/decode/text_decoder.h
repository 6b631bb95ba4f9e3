// Bytes of one known encoding to UTF-8, error by error as the WHATWG decoders do it.
//
// Threads: Safe from any; no state.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace signboard::decode {

// Text that is mostly UTF-8 has so many well-formed sequences for each that is not.
inline constexpr size_t kGoodPerBad = 10;

// What bytes look like as UTF-8. They are read as far as it takes: where so many sequences are
// ill-formed that, whatever follows, they will be more than a tenth of the others, the count ends.
struct Utf8Shape {
  size_t two_byte = 0;    // Well-formed sequences by length.
  size_t three_byte = 0;  // Three or four bytes.
  size_t bad = 0;         // Ill-formed ones (each becomes one U+FFFD).
  bool ends_inside = false;  // The last bad sequence is one cut off by the end.
};
Utf8Shape MeasureUtf8(std::string_view bytes);

// `name` is one that EncodingOfLabel gives. Adds to `*replaced_count` each U+FFFD put in.
std::string DecodeAs(std::string_view name, std::string_view bytes, size_t* replaced_count);

}  // namespace signboard::decode
