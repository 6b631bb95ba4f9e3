// Candidate names of centres in a page: what ends in 国际传播中心 and its like, from the left edge of
// the name to the unit behind it (…红河州分中心, …文成基地).
//
// The left edge: back from the head over the letters of a name, to the nearest word that no name
// holds (在, 揭牌, 记者, …), unless that word is part of a place (和县) or protected (日报); then, where
// the rest holds a place, on to the place. A place torn from its centre (在西藏成立国际传播中心) and two
// places before one head (望城、浏阳国际传播中心) give names too. 县国际传播中心 is the site's own county's.
//
// Threads: Safe from any; no state.
// Errors:  None.
// Cost:    Linear; at most kNamesMax names, each looked at within kNameBytesMax.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crawler/extract/gazetteer.h"
#include "crawler/extract/page_text.h"

namespace signboard::extract {

inline constexpr size_t kNamesMax = 256;
inline constexpr size_t kNameBytesMax = 120;  // To either side of the head.

struct Name {
  size_t from = 0;         // The whole name: what is quoted.
  size_t to = 0;
  size_t anchor_from = 0;  // Verbs attach to it: the head alone where the place is torn off.
  size_t anchor_to = 0;
  size_t sentence = 0;
  std::string prefix;      // Folded: 靖安, 大湾区(南沙); what stands before the head.
  std::string tail;        // 红河州分中心
  std::string written;     // As the page writes it; a torn name is put together.
  std::string unit = "centre";  // branch, base, station, liaison
  bool generic = false;    // 国际传播中心 alone: whose, only the context says.
  bool pronoun = false;    // 该中心: said of the centre named last; 桓仁中心: of the one of `prefix`.
  int plural = 0;          // 三市国际传播中心: said of so many that the page names.
  bool torn = false;
  bool weak = false;       // 国际媒体中心: may be the press room of a conference.
  bool is_private = false; // An association's, a company's, a university's.
  bool english = false;    // Or another language, then `language` says which.
  std::string_view language = {};
};

// `site`: whose 县 and 我市 the page speaks of; may be null.
std::vector<Name> FindNames(const PageText& page, const Region* site);
// International Communication Center of …; english.cc.
std::vector<Name> FindEnglishNames(const PageText& page);

// 国際コミュニケーションセンター, центр международной коммуникации, …; foreign.cc.
std::vector<Name> FindForeignNames(const PageText& page);

// Might the text hold a name in any script? Reads the raw bytes, and folds only what stands around
// a 中心.
bool MayHoldName(std::string_view text);
// The characters without which it cannot, in whatever rules.
bool HoldsNameSigns(std::string_view text);

}  // namespace signboard::extract
