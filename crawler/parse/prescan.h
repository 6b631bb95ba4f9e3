// The linear pass that makes a page safe for a quadratic parser.
//
// It reads tags the way the HTML tokenizer does (comments, raw text, quoted attributes) and follows
// the stack of open elements closely enough to know how deep the tree would be: implied ends,
// scopes, formatting that is reconstructed, foreign content. Start tags beyond the depth, with
// their end tags, and attributes beyond the count are overwritten with spaces. It need not be
// exact: what it misjudges meets the arena's budget.
//
// Threads: Safe from any; no state.
#pragma once

#include <cstddef>
#include <string>

#include "crawler/parse/shortening.h"

namespace signboard::parse {

struct PrescanResult {
  size_t tags_blanked = 0;
  size_t attributes_blanked = 0;
};

// Blanks in place, and notes in `runs` what a parser need not see (shortening.h).
PrescanResult BlankExcess(std::string& html, size_t depth_max, size_t attributes_max, Runs* runs);

}  // namespace signboard::parse
