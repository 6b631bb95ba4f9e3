// The words behind an organ that say what it is to a centre: 主管, 负责日常运营, 联合打造.
//
// Single words are in organs.txt. Who runs a centre and who made it together is said in words put
// together freely, and is read so: 负责|日常|运营, 携手|组建.
//
// Threads: Safe from any; no state.
// Errors:  None.
// Cost:    Linear in the text; at most kOrganCuesMax cues.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace signboard::extract {

inline constexpr size_t kOrganCuesMax = 64;

struct OrganCue {
  size_t from = 0;
  size_t to = 0;
  std::string_view role;  // As in organs.txt: lead, kind, guiding, operator, partner, …
  bool strong = false;    // It needs no 由 or 在 before the organ.
};

// In the order of the text, from `from` on.
std::vector<OrganCue> FindOrganCues(std::string_view text, size_t from);

// Is the daily work of a centre spoken of: 日常运营, 采编?
bool SpeaksOfRunning(std::string_view words);

}  // namespace signboard::extract
