// The administrative divisions of China, compiled in: codes, names, where names stand in a text.
//
// Provinces, prefectures and counties of GB/T 2260 with their full and short names, aliases, the
// names they bore since 2000, English and pinyin. The table is made at build time from
// data/gazetteer*.{csv,tsv} by gazetteer_compile_main.cc; nothing is read or allocated at run time.
// What was abolished from 2000 to 2024 answers with what it became; what was abolished in 2025 and
// 2026 is kept and names its successor.
//
// Text is UTF-8, folded to simplified characters by the caller. Positions are bytes.
//
// Threads:  Safe from any; constant data.
// Errors:   None: what is unknown is null or empty.
// Cost:     Lookups are binary searches. FindMentions is linear in the text: at each character it
//           follows one name to its end, and names have at most 18 characters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signboard::extract {

enum class Level : uint8_t { kProvince, kPrefecture, kCounty };

struct Region {
  std::string_view code;       // 360925
  std::string_view name_zh;    // 靖安县
  std::string_view short_zh;   // 靖安
  std::string_view type_zh;    // 县
  std::string_view name_en;    // Jing'an County
  std::string_view short_en;   // Jing'an
  std::string_view pinyin;     // jing an
  std::string_view parent;     // 360900; empty: a province.
  std::string_view successor;  // Of an abolished region; empty: it exists.
  Level level;
  float lat;                   // Zero with lon: not known.
  float lon;
};

// province, prefecture, county
std::string_view LevelName(Level level);

// By code of six digits. Codes abolished since 2000 answer with their successor if they have one
// only. Null: unknown.
const Region* RegionOf(std::string_view code);
// Null: a province.
const Region* Parent(const Region& region);
const Region& ProvinceOf(const Region& region);
// `region` is `outer`, or lies in it.
bool IsWithin(const Region& region, const Region& outer);

// All that bear the name: full, short, alias, old. Those to which it is the full name come first.
std::vector<const Region*> RegionsNamed(std::string_view name);
// English names or pinyin, with or without City, County, District, Province; letter case, spaces,
// hyphens and apostrophes do not count.
std::vector<const Region*> RegionsNamedEn(std::string_view name);

// 新华, 光明, 城区: words of the language that are names of regions too. They never count bare.
bool IsOrdinaryWord(std::string_view name);

struct Mention {
  size_t from = 0;
  size_t to = 0;
  // A full name names only those that bear it in full. Never empty.
  std::vector<const Region*> regions;
  bool is_full = false;
};
// Names in the text, longest first from left to right, not overlapping. Ordinary words are left
// out, except 城区, 郊区, 矿区 right behind their own prefecture's name.
std::vector<Mention> FindMentions(std::string_view text);
// The same for the longest name that begins at `at`; a mention with `from == to`: none does.
Mention MentionAt(std::string_view text, size_t at);

}  // namespace signboard::extract
