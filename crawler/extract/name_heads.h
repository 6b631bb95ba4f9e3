// Where the names of centres end: 国际传播中心 and its like; and where a centre is spoken of without
// its name (该中心, 中心 at the beginning of a clause, 桓仁中心, 崇左分中心), behind the first name.
//
// Threads: Safe from any; no state.
// Errors:  None.
// Cost:    Linear; at most kNamesMax.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace signboard::extract {

struct NameHead {
  size_t from;
  size_t to;
  std::string_view tag;  // weak; pronoun: 该中心; short: 桓仁中心
};

// In the order of the text.
std::vector<NameHead> FindNameHeads(std::string_view text);

// Does a name end where the folded text ends?
bool EndsInHead(std::string_view text);
// No such ending is longer.
size_t HeadBytesMax();

// 桓仁 of 桓仁中心.
std::string_view PlaceOfShort(std::string_view text, const NameHead& head);

}  // namespace signboard::extract
