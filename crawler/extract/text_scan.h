// TextScan: about where in a text the words of many lists may begin, found in one pass.
//
// A page that names a centre is searched for the words of dozens of lists, nearly always in vain.
// The scan looks once at every character and the one behind it, and notes for each block of
// kBlockBytes which lists may have a word that begins there, and which signs (digits, letters,
// quotation marks, ...) it holds. While a TextScan lives, WordList::First passes over the blocks of
// its text that cannot hold a word of the list, whatever part of that text it is asked about; what
// it finds is the same.
//
// Threads:  A ScanTable is constant and safe from any; a TextScan is of one thread.
// Cost:     A pass, and eight bytes for each block.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "crawler/extract/rules.h"

namespace signboard::extract {

inline constexpr size_t kWordLetters = 5;

// What single characters tell of a text.
enum class Sign : uint8_t {
  kNumeral,    // An ASCII digit, or a unit of Chinese numbers: 十百千万亿.
  kOrdinal,    // A digit, 第, 首, 头, or a letter that an English ordinal begins with.
  kLetter,     // An ASCII letter.
  kWord,       // The last of kWordLetters letters in a row.
  kForeign,    // A character of another script, or with an accent.
  kQuotation,  // “ " 「, or the front of «
  kCentre,     // 中心
  kCount,
};

inline constexpr size_t kScannedLists = 43;
// The bit of a list that is scanned for; 0: it is none of those.
uint64_t ScanBitOf(std::string_view kind);

// The beginnings of all words that are scanned for, of one set of rules.
class ScanTable {
 public:
  // All lists of a set, in the order of their numbers; the bits are those of the compiled lists.
  explicit ScanTable(const std::vector<const WordList*>& lists);

  // What may begin at `at`: with a character of three bytes, or with another byte.
  uint64_t LookAtCharacter(std::string_view text, size_t at) const;
  uint64_t LookAtByte(std::string_view text, size_t at) const;

 private:
  static constexpr size_t kFilterBits = 16;
  struct Entry {
    uint64_t key = 0;
    uint64_t lists = 0;
  };

  void AddSigns();
  void Add(std::string_view word, uint64_t bit);
  void Put(uint64_t key, uint64_t bit);
  size_t PlaceOf(uint64_t key) const;  // Its own, or the free one that it would take.
  uint64_t ListsOf(uint64_t key) const { return entries_[PlaceOf(key)].lists; }

  std::bitset<0x10000> begins_;  // Characters of three bytes that something begins with.
  std::bitset<0x10000> alone_;   // Those that are a word, or begin one of less than two.
  std::bitset<size_t{1} << kFilterBits> pairs_;  // By a hash of the first two characters.
  std::array<uint64_t, 256> first_ = {};  // By other first bytes.
  std::bitset<256> begins_ascii_;         // Words of three letters and more.
  std::vector<Entry> entries_;            // A hash table of beginnings: six bytes, or three.
  size_t used_ = 0;
};

// Of the rules in force.
const ScanTable& ScanTableInForce();

class TextScan {
 public:
  // `text` must outlive it, and stay where it is.
  explicit TextScan(std::string_view text);
  ~TextScan();
  TextScan(const TextScan&) = delete;
  TextScan& operator=(const TextScan&) = delete;

  // `part` is of the scanned text.
  bool Covers(std::string_view part) const {
    return part.data() >= text_.data() &&
           part.data() + part.size() <= text_.data() + text_.size();
  }
  // The first byte of `part` from `from` on in whose block something of `bits` may begin, and where
  // that block ends; part.size() for both: none does.
  struct Stretch {
    size_t from;
    size_t to;
  };
  Stretch Next(std::string_view part, size_t from, uint64_t bits) const;

 private:
  static constexpr size_t kBlockBytes = 64;

  const std::string_view text_;
  std::vector<uint64_t> blocks_;
  uint64_t all_ = 0;
  const TextScan* const before_;
};

// May `text` hold the sign? Yes where it is no part of a text that is scanned.
bool MayHold(std::string_view text, Sign sign);

// The parts of `text` that what holds a word of kWordLetters letters or a foreign character lies
// in, if it has at most `bytes_max` bytes. In order and apart; all of it where it is not scanned.
std::vector<std::string_view> PartsInLetters(std::string_view text, size_t bytes_max);

}  // namespace signboard::extract
