// UTF-8 and ASCII text: checking, counting, cutting, and printing what strangers wrote.
//
// UTF-8 as Unicode 15 section 3.9 defines it: no overlong forms, no surrogates, nothing past
// U+10FFFF. A broken sequence is replaced as WHATWG's decoder does it: one U+FFFD for each maximal
// part that could have become a character.
//
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace signboard::base {

bool IsValidUtf8(std::string_view text);
std::string ToValidUtf8(std::string_view text);
// The code point at `*position`, which moves past it; U+FFFD for a broken sequence. `*position`
// must be below text.size(). `valid`, when given, says whether the bytes were valid.
char32_t NextCodePoint(std::string_view text, size_t* position, bool* valid = nullptr);
// Calls `visit` with every code point; a broken sequence gives U+FFFD.
void ForEachCodePoint(std::string_view text, const std::function<void(char32_t)>& visit);
size_t CountCodePoints(std::string_view text);
void AppendUtf8(char32_t code_point, std::string* out);
// At most `code_points_max` code points from the front, never cut inside one.
std::string_view TruncateUtf8(std::string_view text, size_t code_points_max);

// Columns on a terminal: two for East Asian wide and full-width characters, none for combining
// marks and control characters (UAX #11).
size_t DisplayWidth(std::string_view text);

// As std::string_view::find, which stops at each first letter: for long texts.
size_t Find(std::string_view text, std::string_view word, size_t from = 0);

// How many bytes from `at` on are ASCII.
size_t AsciiRun(std::string_view text, size_t at);

// Space, tab, CR, LF, form feed and vertical tab.
std::string_view TrimAscii(std::string_view text);
bool EqualsIgnoreCaseAscii(std::string_view a, std::string_view b);
std::string ToLowerAscii(std::string_view text);
std::string ToUpperAscii(std::string_view text);
// The pieces between separators, empty ones too: "a,,b" has three, "" has one.
std::vector<std::string_view> SplitAscii(std::string_view text, char separator);

// The front of `text` that has `lines_max` lines, without the line break behind the last.
std::string_view FirstLines(std::string_view text, size_t lines_max);

// Fit to be printed: control characters, bidirectional overrides and broken bytes become visible
// escapes (\n, \x1b, \u202e, \xff), so that no page or URL can drive a terminal or forge a line.
std::string EscapeTerminal(std::string_view text);

// For "did you mean": the candidate with the fewest edits (Damerau-Levenshtein, letter case
// ignored), if those are no more than a third of the word's letters, and at least one is allowed.
// Empty: none is near. Words longer than kNearestNameBytesMax have no neighbour.
inline constexpr size_t kNearestNameBytesMax = 128;
std::string NearestName(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace signboard::base
