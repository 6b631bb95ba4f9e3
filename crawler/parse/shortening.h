// A page as short as a parser may see it. gumbo pays for every character; of most it does nothing
// but copy them. So a run of characters that mean nothing to it is replaced by one private letter
// that stands for it, and put back into the nodes afterwards: the tree is the same.
//
// A run is of a text, or a whole quoted value of an attribute. It holds nothing that any state of
// the HTML tokenizer looks at ('<', '&', a carriage return, "--", "]]", what is not a character of
// the basic plane, quotes in a value), and begins with something that is not white space, because
// that is all that the tree builder asks of a character. Values are replaced only of attributes
// that it does not read, and not in formatting elements, whose copies it compares.
//
// Who puts runs back must find every run of text once, and every value; the letter of one that is
// missing was somewhere else than the scan believed, and the page is parsed as it is.
//
// Threads: One page at a time.
// Cost:    Linear.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signboard::parse {

inline constexpr size_t kRunBytesMin = 8;
inline constexpr size_t kRunsMax = 0xFFF0;  // Letters of plane 15, the noncharacters left out.

struct Run {
  uint32_t from = 0;  // In the page.
  uint32_t bytes = 0;
  bool is_value = false;
  uint32_t letter_at = 0;  // In the shortened text; set by Shorten.
};

// The runs of a page, in its order.
class Runs {
 public:
  // The runs of a part of `page` that is text, or raw text (script, style): '&' is a letter there.
  void AddText(std::string_view page, size_t from, size_t to, bool is_raw);
  // The whole of a quoted value, where it is fit.
  void AddValue(std::string_view page, size_t from, size_t to);
  // What begins at `from` or behind it was no text after all.
  void DropFrom(size_t from);

  std::vector<Run> Take() { return std::move(runs_); }

 private:
  std::vector<Run> runs_;
};

// May letters stand for runs at all? Not where the page writes such letters itself.
bool MayShorten(std::string_view page);
std::string Shorten(std::string_view page, std::vector<Run>* runs);

inline constexpr size_t kLetterBytes = 4;
// The index of the run that the letter at `at` stands for; npos: there is none of our letters.
size_t RunAt(std::string_view text, size_t at);

// Where a place of the shortened text lies in the page.
size_t PlaceInPage(const std::vector<Run>& runs, size_t place);

}  // namespace signboard::parse
