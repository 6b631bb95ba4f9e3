// Where a sentence says that something begins: the words of verbs.txt, and what is seen of it.
//
// A founding is told by a verb (揭牌, 投入运行) or by what the guests saw: the plaque of the centre hung
// up, the cloth drawn from it, the button pressed (SignOf).
//
// Threads: Safe from any; no state.
// Errors:  None.
// Cost:    Linear in the sentence; at most kVerbsMax verbs in one.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "crawler/extract/names.h"
#include "crawler/extract/page_text.h"

namespace signboard::extract {

inline constexpr size_t kVerbsMax = 48;

struct Verb {
  size_t from = 0;
  size_t to = 0;
  std::string_view event;
  bool closed = false;  // Takes no object.
  bool show = false;    // A centre that exists may be shown on a stage: 亮相.
  bool soft = false;
  bool torn = false;    // Only with a place before it: 迎江区迎来了国际传播中心.
  bool given = false;   // Only of whom it is given to: 为…授牌.
  bool gets = false;    // Of what follows only: 迎来.
  bool fresh = false;   // Only where a word says that it is new: 当天刚刚运行的.
  bool quoted = false;  // “点灯”: whatever it means, it is said of the name before it.
};

// Those outside the names `first` to `last`. `in_title`: headlines' words count.
std::vector<Verb> FindVerbs(std::string_view text, Span span, const std::vector<Name>& names,
                            size_t first, size_t last, bool in_title);

// What is seen of the founding of `name` in its sentence `span`, as a verb.
std::optional<Verb> SignOf(std::string_view text, Span span, const Name& name);

// Words that say that what follows or what is between them is new: 刚刚, 就此, 即日起.
bool SaysNew(std::string_view words);

}  // namespace signboard::extract
