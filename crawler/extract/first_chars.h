// The characters that something may begin with. Most places of a text are none of them, and asking
// costs less than trying.
//
// Threads: safe from any while nobody adds.
// Cost:    Has is two loads. A set is 8 KiB: one for a kind of thing, not one for each list.
#pragma once

#include <bitset>
#include <cstddef>
#include <string_view>

namespace signboard::extract {

class FirstChars {
 public:
  // Characters behind one another, of one byte or of three, as all of Chinese are.
  explicit FirstChars(std::string_view characters) {
    for (size_t at = 0; at < characters.size(); at += Add(characters, at)) {
    }
  }
  void AddFirst(std::string_view word) { Add(word, 0); }

  bool Has(std::string_view text, size_t at) const {
    const unsigned lead = Byte(text, at);
    if (lead < 0x80) return ascii_[lead];
    return (lead & 0xF0U) == 0xE0U && at + 3 <= text.size() && others_[Character(text, at)];
  }

 private:
  static unsigned Byte(std::string_view text, size_t at) {
    return static_cast<unsigned char>(text[at]);
  }
  static size_t Character(std::string_view text, size_t at) {
    return (Byte(text, at) & 0x0FU) << 12 | (Byte(text, at + 1) & 0x3FU) << 6 |
           (Byte(text, at + 2) & 0x3FU);
  }
  size_t Add(std::string_view text, size_t at) {
    if (Byte(text, at) < 0x80) {
      ascii_.set(Byte(text, at));
      return 1;
    }
    others_.set(Character(text, at));
    return 3;
  }

  std::bitset<128> ascii_;
  std::bitset<0x10000> others_;
};

}  // namespace signboard::extract
