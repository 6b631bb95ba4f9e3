#include "proto/base/text.h"

#include <string.h>  // memmem

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "proto/base/text_runs.h"

namespace signboard::base {
namespace {

// Little-endian: the first byte is the lowest.
static_assert(std::endian::native == std::endian::little);
constexpr uint64_t kHighBits = 0x8080808080808080;

constexpr char32_t kReplacement = 0xFFFD;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
char Upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

// How long the front is that is valid.
size_t ValidUtf8Bytes(std::string_view text) {
  const auto* const bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto continues = [bytes](size_t at) { return (bytes[at] & 0xC0) == 0x80; };
  for (size_t at = 0; at < text.size();) {
    const uint8_t lead = bytes[at];
    if (lead < 0x80) {
      at += AsciiRun(text, at);
      continue;
    }
    if (const size_t chinese = ChineseRun(text, at); chinese > 0) {
      at += chinese;
      continue;
    }
    // Three bytes that nothing narrows (Unicode table 3-7).
    const bool plain = lead > 0xE0 && lead < 0xF0 && lead != 0xED;
    if (plain && at + 3 <= text.size() && continues(at + 1) && continues(at + 2)) {
      at += 3;
      continue;
    }
    const size_t from = at;
    bool valid = true;
    NextCodePoint(text, &at, &valid);
    if (!valid) return from;
  }
  return text.size();
}

}  // namespace

char32_t NextCodePoint(std::string_view text, size_t* position, bool* valid) {
  const auto byte = [text](size_t at) { return static_cast<uint8_t>(text[at]); };
  const uint8_t lead = byte((*position)++);
  if (valid != nullptr) *valid = true;
  if (lead < 0x80) return lead;
  int more = 0;
  // What the second byte may be; narrower than 80..BF where an overlong form, a surrogate or a
  // number past U+10FFFF would begin (Unicode table 3-7).
  uint8_t low = 0x80;
  uint8_t high = 0xBF;
  char32_t value = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    more = 1;
    value = lead & 0x1F;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    more = 2;
    value = lead & 0x0F;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    more = 3;
    value = lead & 0x07;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  }
  const bool lead_valid = more > 0;
  for (; more > 0 && *position < text.size(); --more) {
    const uint8_t next = byte(*position);
    if (next < low || next > high) break;
    low = 0x80;
    high = 0xBF;
    value = value << 6 | (next & 0x3F);
    ++*position;
  }
  if (lead_valid && more == 0) return value;
  if (valid != nullptr) *valid = false;
  return kReplacement;
}

size_t AsciiRun(std::string_view text, size_t at) {
  const size_t from = at;
  for (uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & kHighBits) != 0)
      return at - from + static_cast<size_t>(std::countr_zero(word & kHighBits)) / 8;
  }
  while (at < text.size() && (text[at] & 0x80) == 0) ++at;
  return at - from;
}

bool IsValidUtf8(std::string_view text) { return ValidUtf8Bytes(text) == text.size(); }

std::string ToValidUtf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (true) {
    const size_t valid = ValidUtf8Bytes(text);
    out.append(text, 0, valid);
    text.remove_prefix(valid);
    if (text.empty()) return out;
    size_t broken = 0;
    NextCodePoint(text, &broken);
    AppendUtf8(kReplacement, &out);
    text.remove_prefix(broken);
  }
}

void ForEachCodePoint(std::string_view text, const std::function<void(char32_t)>& visit) {
  for (size_t at = 0; at < text.size();) visit(NextCodePoint(text, &at));
}

size_t CountCodePoints(std::string_view text) {
  size_t count = 0;
  while (!text.empty()) {
    const size_t valid = ValidUtf8Bytes(text);
    // Every byte but those that continue a character.
    for (const char c : text.substr(0, valid)) count += (c & 0xC0) != 0x80 ? 1U : 0U;
    text.remove_prefix(valid);
    if (text.empty()) break;
    size_t broken = 0;
    NextCodePoint(text, &broken);
    text.remove_prefix(broken);
    ++count;
  }
  return count;
}

size_t Find(std::string_view text, std::string_view word, size_t from) {
  if (from > text.size()) return std::string_view::npos;
  if (word.empty()) return from;
  // An empty text has no address that memmem may be given.
  if (text.size() - from < word.size()) return std::string_view::npos;
  const void* const found =
      memmem(text.data() + from, text.size() - from, word.data(), word.size());
  return found == nullptr
             ? std::string_view::npos
             : static_cast<size_t>(static_cast<const char*>(found) - text.data());
}

void AppendUtf8(char32_t c, std::string* out) {
  if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) c = kReplacement;
  const auto put = [out](char32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

std::string_view TruncateUtf8(std::string_view text, size_t code_points_max) {
  size_t at = 0;
  for (size_t count = 0; at < text.size() && count < code_points_max; ++count)
    NextCodePoint(text, &at);
  return text.substr(0, at);
}

std::string_view TrimAscii(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

bool EqualsIgnoreCaseAscii(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

std::string ToLowerAscii(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), Lower);
  return out;
}

std::string ToUpperAscii(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), Upper);
  return out;
}

std::vector<std::string_view> SplitAscii(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  while (true) {
    const size_t end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

std::string_view FirstLines(std::string_view text, size_t lines_max) {
  size_t at = 0;
  for (size_t lines = 0; lines < lines_max; ++lines) {
    const size_t end = text.find('\n', at);
    if (end == std::string_view::npos) return text;
    at = end + 1;
  }
  return text.substr(0, at == 0 ? 0 : at - 1);
}

std::string NearestName(std::string_view word, const std::vector<std::string>& candidates) {
  if (word.size() > kNearestNameBytesMax) return "";
  const std::string a = ToLowerAscii(word);
  std::string best;
  size_t best_edits = std::max<size_t>(1, a.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kNearestNameBytesMax) continue;
    const std::string b = ToLowerAscii(candidate);
    // Rows of the edit matrix: of a's letters before last, of all but the last, and the last.
    std::vector<size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (size_t i = 1; i <= a.size(); ++i) {
      before.swap(last);
      last.swap(row);
      row[0] = i;
      for (size_t j = 1; j <= b.size(); ++j) {
        row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
        // Two neighbours swapped are one slip of the finger.
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
          row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    if (row[b.size()] < best_edits) {
      best_edits = row[b.size()];
      best = candidate;
    }
  }
  return best;
}

}  // namespace signboard::base
