#include "crawler/decode/text_decoder.h"

#include <unicode/ucnv.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>

#include "crawler/decode/charset_labels.h"
#include "proto/base/text.h"
#include "proto/base/text_runs.h"

namespace signboard::decode {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr size_t kUnitsMax = 8192;  // UTF-16 units between two calls of the converter.

// ISO-8859-16 from 0xA0 on: the one encoding of the standard that ICU lacks.
constexpr std::array<char16_t, 96> kIso885916 = {
    0x00A0, 0x0104, 0x0105, 0x0141, 0x20AC, 0x201E, 0x0160, 0x00A7,
    0x0161, 0x00A9, 0x0218, 0x00AB, 0x0179, 0x00AD, 0x017A, 0x017B,
    0x00B0, 0x00B1, 0x010C, 0x0142, 0x017D, 0x201D, 0x00B6, 0x00B7,
    0x017E, 0x010D, 0x0219, 0x00BB, 0x0152, 0x0153, 0x0178, 0x017C,
    0x00C0, 0x00C1, 0x00C2, 0x0102, 0x00C4, 0x0106, 0x00C6, 0x00C7,
    0x00C8, 0x00C9, 0x00CA, 0x00CB, 0x00CC, 0x00CD, 0x00CE, 0x00CF,
    0x0110, 0x0143, 0x00D2, 0x00D3, 0x00D4, 0x0150, 0x00D6, 0x015A,
    0x0170, 0x00D9, 0x00DA, 0x00DB, 0x00DC, 0x0118, 0x021A, 0x00DF,
    0x00E0, 0x00E1, 0x00E2, 0x0103, 0x00E4, 0x0107, 0x00E6, 0x00E7,
    0x00E8, 0x00E9, 0x00EA, 0x00EB, 0x00EC, 0x00ED, 0x00EE, 0x00EF,
    0x0111, 0x0144, 0x00F2, 0x00F3, 0x00F4, 0x0151, 0x00F6, 0x015B,
    0x0171, 0x00F9, 0x00FA, 0x00FB, 0x00FC, 0x0119, 0x021B, 0x00FF,
};

std::string DecodeUtf8(std::string_view bytes, size_t* replaced_count) {
  if (base::IsValidUtf8(bytes)) return std::string(bytes);
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (size_t at = 0; at < bytes.size();) {
    bool valid = true;
    const char32_t c = base::NextCodePoint(bytes, &at, &valid);
    if (!valid) ++*replaced_count;
    base::AppendUtf8(c, &out);
  }
  return out;
}

template <class Map>
std::string DecodeBytewise(std::string_view bytes, const Map& map) {
  std::string out;
  out.reserve(bytes.size());
  for (const char c : bytes) {
    const auto u = static_cast<unsigned char>(c);
    base::AppendUtf8(u < 0x80 ? char32_t{u} : map(u), &out);
  }
  return out;
}

// UTF-16 to UTF-8 across the converter's pieces: a pair may be cut by a piece's end.
class Utf16Joiner {
 public:
  explicit Utf16Joiner(std::string* out) : out_(out) {}
  void Append(char16_t unit) {
    if (unit >= 0xD800 && unit < 0xDC00) {
      high_ = unit;
    } else if (unit >= 0xDC00 && unit < 0xE000 && high_ != 0) {
      base::AppendUtf8(0x10000 + ((char32_t{high_} - 0xD800) << 10U) + (unit - 0xDC00U), out_);
      high_ = 0;
    } else {
      base::AppendUtf8(unit >= 0xDC00 && unit < 0xE000 ? kReplacement : char32_t{unit}, out_);
    }
  }

 private:
  std::string* out_;
  char16_t high_ = 0;
};

// What stands for the bytes that the converter refused: usually U+FFFD.
void AppendRefused(UConverter* converter, std::string_view name, size_t* replaced_count,
                   std::string* out) {
  std::array<char, 32> refused{};
  auto count = static_cast<int8_t>(refused.size());
  UErrorCode error = U_ZERO_ERROR;
  ucnv_getInvalidChars(converter, refused.data(), &count, &error);
  const bool gb = name == "gbk" || name == "gb18030";
  if (U_SUCCESS(error) && gb && count == 1 && refused[0] == '\x80') {
    out->append("\xE2\x82\xAC");  // The euro of code page 936, which WHATWG keeps.
    return;
  }
  ++*replaced_count;
  base::AppendUtf8(kReplacement, out);
  // A lead byte must not swallow the markup after it: an ASCII second byte stands for itself.
  if (U_SUCCESS(error) && count == 2 && (refused[1] & 0x80) == 0 && !name.starts_with("utf-16") &&
      name != "iso-2022-jp") {
    out->push_back(refused[1]);
  }
}

std::string DecodeByIcu(std::string_view name, const char* icu, std::string_view bytes,
                        size_t* replaced_count) {
  UErrorCode error = U_ZERO_ERROR;
  const std::unique_ptr<UConverter, void (*)(UConverter*)> converter(ucnv_open(icu, &error),
                                                                     ucnv_close);
  if (U_FAILURE(error)) return DecodeUtf8(bytes, replaced_count);
  ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr,
                      &error);
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 2);
  Utf16Joiner joiner(&out);
  std::array<UChar, kUnitsMax> units;
  const char* in = bytes.data();
  const char* const end = in + bytes.size();
  for (;;) {
    UChar* next = units.data();
    error = U_ZERO_ERROR;
    ucnv_toUnicode(converter.get(), &next, units.data() + units.size(), &in, end, nullptr, true,
                   &error);
    for (const UChar* u = units.data(); u != next; ++u) joiner.Append(*u);
    if (error == U_BUFFER_OVERFLOW_ERROR) continue;
    if (U_SUCCESS(error)) return out;
    AppendRefused(converter.get(), name, replaced_count, &out);
    // After a character cut off by the end there is nothing left to read.
    if (error == U_TRUNCATED_CHAR_FOUND && in == end) return out;
  }
}

// The pairs of GB18030 as UTF-8, asked of the converter once: calling it for each page costs more
// than all else that is done to find a page's text.
class GbPairs {
 public:
  static constexpr unsigned kLeadMin = 0x81;
  static constexpr unsigned kTrailMin = 0x40;

  struct Letter {
    std::array<char, 3> bytes{};
    uint8_t count = 0;  // 0: no such pair.
  };
  static_assert(sizeof(Letter) == 4);

  explicit GbPairs(const char* icu) {
    for (unsigned lead = kLeadMin; lead <= 0xFE; ++lead) {
      for (unsigned trail = kTrailMin; trail <= 0xFE; ++trail) {
        const std::array<char, 2> pair = {static_cast<char>(lead), static_cast<char>(trail)};
        size_t refused = 0;
        const std::string utf8 = DecodeByIcu("gb18030", icu, {pair.data(), 2}, &refused);
        if (refused != 0 || utf8.size() > 3) continue;
        Letter& letter = letters_[lead - kLeadMin][trail - kTrailMin];
        std::copy(utf8.begin(), utf8.end(), letter.bytes.begin());
        letter.count = static_cast<uint8_t>(utf8.size());
      }
    }
  }
  // Null: no pair.
  const Letter* Find(unsigned char lead, unsigned char trail) const {
    if (lead < kLeadMin || lead == 0xFF || trail < kTrailMin || trail == 0xFF) return nullptr;
    const Letter& letter = letters_[lead - kLeadMin][trail - kTrailMin];
    return letter.count == 0 ? nullptr : &letter;
  }

 private:
  std::array<std::array<Letter, 0xFF - kTrailMin>, 0xFF - kLeadMin> letters_;
};

// ASCII and pairs here; from the first other byte on (four of them, or damage) by the converter.
std::string DecodeGb(std::string_view name, const char* icu, std::string_view bytes,
                     size_t* replaced_count) {
  static const auto* const kPairs = new GbPairs(icu);
  // Two bytes become three at most; a letter is written with the byte that counts it.
  std::string out(bytes.size() + bytes.size() / 2 + sizeof(GbPairs::Letter), '\0');
  char* end = out.data();
  size_t at = 0;
  while (at < bytes.size()) {
    const auto lead = static_cast<unsigned char>(bytes[at]);
    if (lead < 0x80) {
      const size_t ascii = base::AsciiRun(bytes, at);
      end = std::copy_n(bytes.data() + at, ascii, end);
      at += ascii;
      continue;
    }
    if (at + 1 == bytes.size()) break;
    const GbPairs::Letter* const letter =
        kPairs->Find(lead, static_cast<unsigned char>(bytes[at + 1]));
    if (letter == nullptr) break;
    std::memcpy(end, letter, sizeof *letter);
    end += letter->count;
    at += 2;
  }
  out.resize(static_cast<size_t>(end - out.data()));
  if (at < bytes.size()) out += DecodeByIcu(name, icu, bytes.substr(at), replaced_count);
  return out;
}

}  // namespace

Utf8Shape MeasureUtf8(std::string_view bytes) {
  Utf8Shape shape;
  const auto continues = [bytes](size_t at) { return (bytes[at] & 0xC0) == 0x80; };
  for (size_t at = 0; at < bytes.size();) {
    const auto lead = static_cast<unsigned char>(bytes[at]);
    if (lead < 0x80) {
      at += base::AsciiRun(bytes, at);
      continue;
    }
    if (const size_t chinese = base::ChineseRun(bytes, at); chinese > 0) {
      shape.three_byte += chinese / 3;
      at += chinese;
      continue;
    }
    // Three bytes that nothing narrows (Unicode table 3-7).
    const bool plain = lead > 0xE0 && lead < 0xF0 && lead != 0xED;
    if (plain && at + 3 <= bytes.size() && continues(at + 1) && continues(at + 2)) {
      ++shape.three_byte;
      at += 3;
      continue;
    }
    const size_t from = at;
    bool valid = true;
    base::NextCodePoint(bytes, &at, &valid);
    if (!valid) {
      ++shape.bad;
      shape.ends_inside = at == bytes.size() && (bytes[from] & 0x40) != 0;
      const size_t good_max = shape.two_byte + shape.three_byte + (bytes.size() - at) / 2;
      if ((shape.bad - 1) * kGoodPerBad > good_max) break;
    } else if (at - from == 2) {
      ++shape.two_byte;
    } else {
      ++shape.three_byte;
    }
  }
  return shape;
}

std::string DecodeAs(std::string_view name, std::string_view bytes, size_t* replaced_count) {
  if (name == "utf-8") return DecodeUtf8(bytes, replaced_count);
  if (name == "replacement") {
    if (bytes.empty()) return {};
    ++*replaced_count;
    return "\xEF\xBF\xBD";
  }
  if (name == "x-user-defined")
    return DecodeBytewise(bytes, [](unsigned u) { return char32_t{0xF780 + u - 0x80}; });
  if (name == "iso-8859-16") {
    return DecodeBytewise(bytes, [](unsigned u) {
      return u < 0xA0 ? char32_t{u} : char32_t{kIso885916[u - 0xA0]};
    });
  }
  const char* icu = IcuConverterOf(name);
  if (name == "gb18030") return DecodeGb(name, icu, bytes, replaced_count);
  return *icu == '\0' ? DecodeUtf8(bytes, replaced_count)
                      : DecodeByIcu(name, icu, bytes, replaced_count);
}

}  // namespace signboard::decode
