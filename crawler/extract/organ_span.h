// Where an organ's name begins and ends: 靖安县融媒体中心, 曲靖市融媒体中心（曲靖日报社）.
//
// A name ends in a word of the list `organ` (宣传部, 日报社, 集团) and begins behind the nearest word that
// no organ's name holds (由, 与, a comma), unless that word is part of a place.
//
// Threads: Safe from any; no state.
// Errors:  None: what is no organ is an empty span.
// Cost:    Linear in kOrganBytesMax bytes around the position.
#pragma once

#include <string_view>
#include <vector>

#include "crawler/extract/page_text.h"

namespace signboard::extract {

inline constexpr size_t kOrganBytesMax = 90;
inline constexpr size_t kChainMax = 8;  // Organs joined by 、 and 与.

// What an organ is decides what 牵头 or 主办 makes it.
enum class OrganKind { kParty, kMedium, kOther };
OrganKind KindOf(std::string_view organ);

// 中心 by itself, at the beginning of a clause: 据介绍，中心由…. From `from` on; npos: none.
size_t FindBareCentre(std::string_view text, size_t from);
// Does the 中心 at `at` begin a clause?
bool IsBareCentreAt(std::string_view text, size_t at);

class OrganSpans {
 public:
  // `names`: spans of centres' names, which are no organs but partners.
  OrganSpans(std::string_view text, const std::vector<Span>& names) : text_(text), names_(names) {}

  // The organ that ends at `to` and begins at `floor` or behind it.
  Span EndingAt(size_t floor, size_t to) const;
  // The organ that begins at `from`: up to the last organ word before a mark or conjunction.
  Span BeginningAt(size_t from, size_t limit) const;
  // The organs before `to` joined by 、, 和, 与, 及, 联合: in the order of the text. `wide`: names of
  // centres count as organs.
  std::vector<Span> ChainEndingAt(size_t floor, size_t to, bool wide) const;

 private:
  size_t StartOf(size_t floor, size_t to) const;
  bool IsOrgan(size_t from, size_t to) const;

  const std::string_view text_;
  const std::vector<Span>& names_;
};

}  // namespace signboard::extract
