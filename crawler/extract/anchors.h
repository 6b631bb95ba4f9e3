// The <a> elements of a page, or of a piece of HTML that something else carries.
//
// Threads: Safe from any; no state.
#pragma once

#include <string>

#include "crawler/extract/link_sink.h"
#include "crawler/extract/links.h"
#include "crawler/parse/document.h"

namespace signboard::extract {

// Whether the words of a list (rel, for instance) hold `token`.
bool HasToken(std::string_view list, std::string_view token);

struct AddedAnchor {
  size_t index = LinkSink::kNone;  // As LinkSink::Add returns it.
  size_t text_chars = 0;           // Code points of this anchor's text.
};

// One <a> or <area>, as `kind` unless its rel says next or prev. Without href: nothing.
AddedAnchor AddAnchor(parse::Node anchor, LinkKind kind, bool nofollow, LinkSink* sink);

// All of them in a piece of HTML. What does not parse has none.
void AddAnchorsOf(std::string html, LinkKind kind, bool nofollow, LinkSink* sink);

}  // namespace signboard::extract
