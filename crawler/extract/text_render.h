// A piece of a page as lines of text, the way a reader sees it: one line a paragraph or row.
//
// Threads: Safe from any; no state.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "crawler/parse/document.h"

namespace signboard::extract {

inline constexpr size_t kTextBytesMax = size_t{1} << 20;

struct RenderOptions {
  bool skip_boilerplate = false;  // nav, header, footer, aside and their like.
  size_t bytes_max = kTextBytesMax;
  // It is enough when there are so many lines and so many bytes; 0 lines: never.
  size_t lines_enough = 0;
  size_t bytes_enough = 0;
};

// White space runs (ideographic and no-break spaces too) are one space, empty lines are dropped,
// lines end in '\n' except the last. Scripts, styles, templates and what is display:none are not
// text.
std::string RenderText(parse::Node node, const RenderOptions& options = {});

// Elements that stand on lines of their own.
bool IsBlock(std::string_view tag);
// Elements whose content nobody reads.
bool IsUnread(std::string_view tag);

}  // namespace signboard::extract
