#include "crawler/decode/charset.h"

#include <uchardet/uchardet.h>

#include <memory>

#include "crawler/decode/charset_labels.h"
#include "crawler/decode/charset_prescan.h"
#include "crawler/decode/content_type.h"
#include "crawler/decode/text_decoder.h"
#include "proto/base/text.h"
#include "proto/base/text_runs.h"

namespace signboard::decode {
namespace {

constexpr size_t kDetectBytesMax = size_t{256} << 10;
constexpr size_t kUchardetBytesMax = size_t{64} << 10;

bool IsGb(std::string_view name) { return name == "gbk" || name == "gb18030"; }
bool IsUtf16(std::string_view name) { return name.starts_with("utf-16"); }
bool IsMultiByte(std::string_view name) {
  return IsGb(name) || name == "big5" || name == "euc-jp" || name == "shift_jis" ||
         name == "euc-kr" || name == "iso-2022-jp";
}

// The byte pairs of EUC-shaped text: what GB2312 looks like.
struct PairCount {
  size_t pairs = 0;
  size_t level_one = 0;     // Rows B0 to D7: common Chinese characters.
  size_t beyond_korean = 0; // Rows C9 and up, where EUC-KR has no Hangul.
  size_t kana = 0;          // Rows A4, A5.
  size_t odd = 0;           // High bytes outside pairs of A1..FE.
};

PairCount CountPairs(std::string_view bytes) {
  PairCount count;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto lead = static_cast<unsigned char>(bytes[i]);
    if (lead < 0x80) continue;
    const auto trail = static_cast<unsigned char>(i + 1 < bytes.size() ? bytes[i + 1] : '\0');
    if (lead < 0xA1 || trail < 0xA1 || trail == 0xFF) {
      if (i + 1 < bytes.size()) ++count.odd;
      continue;
    }
    ++i;
    ++count.pairs;
    if (lead >= 0xB0 && lead <= 0xD7) ++count.level_one;
    if (lead >= 0xC9) ++count.beyond_korean;
    if (lead == 0xA4 || lead == 0xA5) ++count.kana;
  }
  return count;
}

bool LooksLikeGb2312(std::string_view bytes) {
  const PairCount c = CountPairs(bytes);
  return c.pairs >= 4 && c.odd * 50 <= c.pairs && c.level_one * 10 >= c.pairs * 6 &&
         c.beyond_korean * 100 >= c.pairs * 15 && c.kana * 10 <= c.pairs;
}

std::string_view AskUchardet(std::string_view bytes) {
  const std::unique_ptr<uchardet, void (*)(uchardet_t)> detector(uchardet_new(), uchardet_delete);
  if (detector == nullptr) return {};
  const std::string_view sample = bytes.substr(0, kUchardetBytesMax);
  if (uchardet_handle_data(detector.get(), sample.data(), sample.size()) != 0) return {};
  uchardet_data_end(detector.get());
  const std::string_view said = uchardet_get_charset(detector.get());
  return base::EqualsIgnoreCaseAscii(said, "UHC") ? "euc-kr" : EncodingOfLabel(said);
}

size_t CountReplaced(std::string_view name, std::string_view bytes) {
  size_t replaced_count = 0;
  DecodeAs(name, bytes, &replaced_count);
  return replaced_count;
}

// UTF-16 without a mark: many zero bytes, all on one side of the pairs.
std::string_view LooksLikeUtf16(std::string_view bytes) {
  size_t zeros[2] = {0, 0};
  const std::string_view head = bytes.substr(0, 1024);
  for (size_t i = 0; i < head.size(); ++i) zeros[i % 2] += head[i] == '\0' ? 1U : 0U;
  if (head.size() < 8) return {};
  if (zeros[1] * 8 > head.size() && zeros[0] == 0) return "utf-16le";
  if (zeros[0] * 8 > head.size() && zeros[1] == 0) return "utf-16be";
  return {};
}

// Everything that is looked at before the encoding is chosen.
struct Evidence {
  std::string_view sample;
  std::string_view header;  // Encodings; "" where nothing was said.
  std::string_view meta;
  std::string_view detected;
  Utf8Shape utf8;
  size_t high_bytes = 0;
};

// Enough well-formed sequences that chance does not explain them: two-byte ones occur in GBK text
// (the famous "联通"), three-byte ones hardly.
bool SurelyUtf8(const Evidence& e) {
  const size_t bad = e.utf8.bad - (e.utf8.ends_inside ? 1 : 0);
  return bad == 0 && (e.utf8.three_byte >= 1 || e.utf8.two_byte >= 4);
}

std::string_view Detect(const Evidence& e) {
  if (const std::string_view utf16 = LooksLikeUtf16(e.sample); !utf16.empty()) return utf16;
  const size_t good = e.utf8.two_byte + e.utf8.three_byte;
  const size_t bad = e.utf8.bad - (e.utf8.ends_inside ? 1 : 0);
  if (SurelyUtf8(e)) return "utf-8";
  if (e.high_bytes == 0) return e.sample.find('\x1B') == std::string_view::npos ? "" :
                                AskUchardet(e.sample);
  // Mostly UTF-8 with a broken caption in it is UTF-8.
  if (e.utf8.three_byte >= 8 && bad * kGoodPerBad <= good) return "utf-8";
  if (LooksLikeGb2312(e.sample)) return "gbk";
  std::string_view said = AskUchardet(e.sample);
  if (said == "utf-8" && bad * kGoodPerBad > good) said = {};
  if (said == "replacement") said = {};
  if (IsMultiByte(said) && CountReplaced(said, e.sample) * 50 > e.high_bytes) said = {};
  return said;
}

// Whether the bytes contradict `claim` so plainly that a reader would see garbage.
bool PlainlyWrong(std::string_view claim, const Evidence& e) {
  if (e.detected.empty() || claim == e.detected) return false;
  if (IsGb(claim) && IsGb(e.detected)) return false;
  if (IsUtf16(claim)) return !IsUtf16(e.detected) && LooksLikeUtf16(e.sample).empty() &&
                             e.sample.find('\0') == std::string_view::npos;
  if (IsUtf16(e.detected)) return true;
  if (e.detected == "utf-8") return true;
  // A single-byte claim reads any bytes: only text in pairs speaks against it.
  if (!IsMultiByte(claim) && claim != "utf-8") return IsMultiByte(e.detected);
  const size_t errors = CountReplaced(claim, e.sample);
  return errors * 20 > e.high_bytes / 2 && CountReplaced(e.detected, e.sample) * 4 < errors;
}

struct Choice {
  std::string_view name;
  std::string_view basis;
};

Choice Choose(const Evidence& e) {
  if (!e.header.empty() && !PlainlyWrong(e.header, e)) {
    // Servlet containers add ISO-8859-1 to everything; the page itself knows better.
    const bool doubtful = e.header == "windows-1252" && e.high_bytes != 0 &&
                          IsMultiByte(e.meta) &&
                          CountReplaced(e.meta, e.sample) * 50 <= e.high_bytes;
    return doubtful ? Choice{e.meta, "meta"} : Choice{e.header, "header"};
  }
  if (!e.meta.empty() && !PlainlyWrong(e.meta, e)) return {e.meta, "meta"};
  if (!e.detected.empty()) return {e.detected, "detected"};
  // Nothing declared, and the bytes do not tell: ASCII, or too little text.
  if (e.high_bytes == 0 || (e.utf8.bad == 0 && e.utf8.two_byte > 0)) return {"utf-8", "default"};
  if (CountReplaced("gb18030", e.sample) == 0) return {"gb18030", "default"};
  return {"windows-1252", "default"};
}

}  // namespace

DecodedText DecodeText(std::string_view body, std::string_view content_type, bool is_html) {
  DecodedText text;
  size_t bom_bytes = 0;
  Evidence e;
  e.header = EncodingOfLabel(ParseContentType(content_type).charset);
  if (is_html) e.meta = EncodingOfMeta(body);
  if (e.meta.empty()) e.meta = EncodingOfXmlDeclaration(body);
  text.declared = std::string(e.header.empty() ? e.meta : e.header);
  const std::string_view marked = EncodingOfBom(body, &bom_bytes);
  body.remove_prefix(bom_bytes);

  e.sample = body.substr(0, kDetectBytesMax);
  e.high_bytes = base::CountHighBytes(e.sample);
  e.utf8 = MeasureUtf8(e.sample);
  e.detected = marked.empty() ? Detect(e) : marked;
  text.detected = std::string(e.detected);
  const Choice choice = marked.empty() ? Choose(e) : Choice{marked, "bom"};
  // GB18030 reads what GBK and GB2312 wrote, and the characters that neither has.
  text.used = IsGb(choice.name) ? "gb18030" : std::string(choice.name);
  text.basis = std::string(choice.basis);
  const bool is_known_valid = e.sample.size() == body.size() && e.utf8.bad == 0;
  text.utf8 = text.used == "utf-8" && is_known_valid
                  ? std::string(body)
                  : DecodeAs(text.used, body, &text.replaced_count);
  return text;
}

std::string ToUtf8(std::string_view body, std::string_view label, size_t* replaced_count) {
  const std::string_view name = EncodingOfLabel(label);
  return DecodeAs(name.empty() ? "windows-1252" : name, body, replaced_count);
}

}  // namespace signboard::decode
