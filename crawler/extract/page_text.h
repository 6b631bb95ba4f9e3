// One page as the detector reads it: folded, cut into sentences, and every place of it traced back
// to the page's own characters.
//
// Threads: A value; constant once made.
// Cost:    Made in a pass or two over the text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/extract/finding.h"
#include "crawler/extract/fold.h"

namespace signboard::extract {

inline constexpr size_t kSentenceBytesMax = 2'048;  // Longer ones are cut.

struct Span {
  size_t from = 0;
  size_t to = 0;
};

class PageText {
 public:
  // `original` must outlive it.
  PageText(std::string_view original, size_t title_bytes);

  std::string_view text() const { return folded_.text; }  // Folded; positions are its bytes.
  size_t title_end() const { return title_end_; }
  // In order, without the space around them. The title's come first.
  const std::vector<Span>& sentences() const { return sentences_; }
  std::string_view Sentence(size_t index) const;
  // The sentence that holds `at`; one past the last where none does.
  size_t SentenceAt(size_t at) const;

  Quote MakeQuote(std::string_view field, size_t from, size_t to) const;
  // As the page writes it, but without pinyin in brackets and without spaces.
  std::string Written(size_t from, size_t to) const;

 private:
  void Split();

  std::string_view original_;
  Folded folded_;
  size_t title_end_;
  std::vector<Span> sentences_;
};

// A sentence that begins at `from` and ends with the text names a source or an author: 来源：…, 记者 李明.
// 记者从市委获悉，… is longer and tells something.
bool IsBylineAt(std::string_view text, size_t from);

// Behind the code point at `at`, and before the one that ends at `at`.
size_t NextAt(std::string_view text, size_t at);
size_t PreviousAt(std::string_view text, size_t at);
// What stands behind the last of the marks , : and ; in `front`.
std::string_view LastClause(std::string_view front);
// The front of `text`, of at most so many bytes, that ends where a character does.
std::string_view CutAtCharacter(std::string_view text, size_t bytes_max);

}  // namespace signboard::extract
