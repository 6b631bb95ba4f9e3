// The references of a style sheet: url(...) in any spelling, and the strings of @import.
//
// The tokens are those of CSS Syntax Level 3, sections 4.3.4 to 4.3.7, as far as they tell where a
// reference begins and ends; everything else is passed over.
//
// Threads: a scanner belongs to one style sheet.
// Errors:  none: what is no style sheet has no references.
// Cost:    linear.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace signboard::extract {

struct StyleReference {
  size_t from = 0;  // Bytes of the sheet, half open: of the string, or of url(...) as a whole.
  size_t to = 0;
  std::string value;  // Escapes undone.
  bool is_import = false;  // Another style sheet.
  bool is_function = false;  // url(...), and no bare string.
};

class StyleScanner {
 public:
  // `css` outlives the scanner.
  explicit StyleScanner(std::string_view css) : css_(css) {}

  // In order; nullopt: there are no more.
  std::optional<StyleReference> Next();

 private:
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < css_.size() ? css_[at_ + ahead] : '\0';
  }
  std::optional<StyleReference> String();
  std::optional<StyleReference> Name();
  std::string TakeString();
  std::string TakeUrl();
  void Escape(std::string* value);

  const std::string_view css_;
  size_t at_ = 0;
  bool importing_ = false;  // Behind @import: what comes next is a style sheet.
};

}  // namespace signboard::extract
