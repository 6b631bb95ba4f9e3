// A text cut into what is compared: sentences, lines, words. The pieces are views of the text, in
// order, and together all of it.
//
// Threads: pure functions.
// Errors:  none.
#pragma once

#include <string_view>
#include <vector>

namespace signboard::archive {

// With their line ends.
std::vector<std::string_view> Lines(std::string_view text);
// No sentence goes over a line's end.
std::vector<std::string_view> Sentences(std::string_view text);
// Words, and what stands between them.
std::vector<std::string_view> Words(std::string_view text);

}  // namespace signboard::archive
