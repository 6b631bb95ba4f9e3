// Soft 404s: "this page does not exist", said with status 200. Without this a page that was taken
// down would count as edited, and each dead link as a page.
//
// A page is one when its title says so and there is little to read, or when what there is to read
// says little else. A page with a date, a source or an article's tags is never one: the news may
// speak of a page that is gone.
//
// Threads: a pure function.
// Cost:    linear in the title and the first kSoft404CodePointsMax code points of the text.
#pragma once

#include <string>
#include <string_view>

#include "crawler/extract/page_facts.h"

namespace signboard::extract {

// Whoever has more to say is a page.
inline constexpr size_t kSoft404CodePointsMax = 300;

// The words that give it away; empty: a page like others. `main_text` as FindMainText has it.
std::string Soft404Words(const PageFacts& facts, std::string_view main_text);

}  // namespace signboard::extract
