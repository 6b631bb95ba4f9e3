// What differs between two texts: by sentences or lines, and by words within those that changed.
//
// Units are aligned by a shortest edit script (Wu, Manber, Myers and Miller, "An O(NP) Sequence
// Comparison Algorithm", 1990; by the library dtl). Of what then differs, units that share half of
// their words are one that changed, told word by word; Chinese is cut into words by ICU's
// dictionary (UAX #29).
//
// The degree of change is the share of characters, of both texts together, that differ: 0 they are
// the same, 1 nothing is left.
//
// Threads: pure functions.
// Errors:  none. Texts that differ in too many places are compared more coarsely, never cut.
// Cost:    linear in texts that are alike; at most a second for the worst of hostile ones.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crawler/extract/links.h"
#include "signboard/v1/archive.pb.h"

namespace signboard::archive {

enum class TextUnit { kSentence, kLine };

// Adds edits and the degree to `reply`. Both texts are UTF-8, broken bytes are shown as such.
void DiffTexts(std::string_view before, std::string_view after, TextUnit unit,
               v1::CompareReply* reply);

// Links are compared as a set, by URL; in the order of the page that has them.
void DiffLinks(const std::vector<extract::Link>& before, const std::vector<extract::Link>& after,
               v1::CompareReply* reply);

}  // namespace signboard::archive
