#include "storage/archive/text_units.h"

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <algorithm>
#include <memory>
#include <string>

#include "crawler/extract/page_text.h"
#include "proto/base/log.h"

namespace signboard::archive {
namespace {

// What ICU is given at once: it keeps notes of a text as it goes.
constexpr size_t kPieceBytesMax = 16 << 10;

using Iterator = std::unique_ptr<icu::BreakIterator>;

Iterator Made(bool words) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Locale locale("zh");
  Iterator made(words ? icu::BreakIterator::createWordInstance(locale, error)
                      : icu::BreakIterator::createSentenceInstance(locale, error));
  if (U_SUCCESS(error)) return made;
  base::Log(base::kError, "compare.no_breaks", {{"why", u_errorName(error)}});
  return nullptr;
}

// Whole characters; of bytes that are none, however many.
std::string_view PieceOf(std::string_view text) {
  const std::string_view piece = extract::CutAtCharacter(text, kPieceBytesMax);
  return piece.empty() ? text.substr(0, kPieceBytesMax) : piece;
}

void Cut(std::string_view text, icu::BreakIterator* breaks,
         std::vector<std::string_view>* pieces) {
  while (!text.empty()) {
    const std::string_view piece = PieceOf(text);
    text.remove_prefix(piece.size());
    UErrorCode error = U_ZERO_ERROR;
    UText* const chars =
        utext_openUTF8(nullptr, piece.data(), static_cast<int64_t>(piece.size()), &error);
    if (breaks != nullptr && U_SUCCESS(error)) breaks->setText(chars, error);
    if (breaks == nullptr || U_FAILURE(error)) {
      pieces->push_back(piece);
    } else {
      size_t from = 0;
      breaks->first();
      for (int32_t at = breaks->next(); at != icu::BreakIterator::DONE; at = breaks->next()) {
        const size_t to = std::min(static_cast<size_t>(at), piece.size());
        if (to > from) pieces->push_back(piece.substr(from, to - from));
        from = std::max(from, to);
      }
      if (from < piece.size()) pieces->push_back(piece.substr(from));
    }
    utext_close(chars);
  }
}

}  // namespace

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const size_t size = end == std::string_view::npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

std::vector<std::string_view> Sentences(std::string_view text) {
  const Iterator breaks = Made(false);
  std::vector<std::string_view> sentences;
  for (const std::string_view line : Lines(text)) Cut(line, breaks.get(), &sentences);
  return sentences;
}

std::vector<std::string_view> Words(std::string_view text) {
  const Iterator breaks = Made(true);
  std::vector<std::string_view> words;
  Cut(text, breaks.get(), &words);
  return words;
}

}  // namespace signboard::archive
