// The compiled gazetteer, as gazetteer_compile_main.cc writes it. Only gazetteer*.cc look inside
// (and English lookups share EnglishKey).
//
//   kRegionTable   regions by code                    kOldCodes     abolished code -> region
//   kNames         Chinese names, sorted by bytes     kNamesEn      EnglishKey()s, sorted by bytes
//   kPostings      regions of a name, those first that bear it in full
//   kNameStarts    [c - kFirstCharacter] the first name that begins with character c or a later one
//
// Threads:  Safe from any; constant data.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crawler/extract/gazetteer.h"

namespace signboard::extract {

// CJK Unified Ideographs: all names begin there.
inline constexpr char32_t kFirstCharacter = 0x4E00;
inline constexpr char32_t kLastCharacter = 0x9FFF;

struct NameEntry {
  std::string_view name;
  uint16_t first;       // Of kPostings.
  uint8_t count;
  uint8_t full_count;   // So many of them bear it as their full name.
};

struct OldCode {
  std::string_view code;
  uint16_t region;
};

extern const Region kRegionTable[];
extern const uint32_t kRegionCount;
extern const NameEntry kNames[];
extern const uint32_t kNameCount;
extern const NameEntry kNamesEn[];
extern const uint32_t kNameEnCount;
extern const uint16_t kPostings[];
extern const uint16_t kNameStarts[];
extern const OldCode kOldCodes[];
extern const uint32_t kOldCodeCount;

// What an English name is looked up by: its letters, lower case, without accents.
std::string EnglishKey(std::string_view name);

}  // namespace signboard::extract
