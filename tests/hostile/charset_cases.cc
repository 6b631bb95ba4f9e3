// Bytes that are no text, and charsets that are none. All of it is content: what it says is kept.
#include "tests/hostile/hostile_case.h"

namespace signboard::testing {
namespace {

Case In(const std::string& name, const std::string& charset, const std::string& bytes) {
  return Of(name, Typed("text/html; charset=" + charset, "<html><p>" + bytes + "</p>"), "content");
}
Case Bare(const std::string& name, const std::string& bytes) {
  return Of(name, Typed("text/html", bytes), "content");
}

std::string Noise(size_t size) {
  std::string bytes;
  uint32_t state = 12'345;
  for (size_t i = 0; i < size; ++i) {
    state = state * 1'664'525 + 1'013'904'223;
    bytes.push_back(static_cast<char>(state >> 24));
  }
  return bytes;
}

}  // namespace

Cases CharsetCases() {
  const std::string utf16 = std::string("<\0p\0>\0-N\xfd\x56", 10);
  return {
      In("charset-gbk-cut", "gbk", "\xd6\xd0\xb9\xfa\xd6"),
      In("charset-gbk-broken", "gb2312", Times("\x81\x20\xff\xff\x80", 5'000)),
      In("charset-gb18030-four", "gb18030", Times("\x81\x30\x81\x30\x84\x31\xa4\x37\x81\x30", 500)),
      In("charset-big5-broken", "big5", Times("\x88\x62\xa4", 5'000)),
      In("charset-utf8-surrogates", "utf-8", Times("\xed\xa0\x80\xed\xb0\x80", 1'000)),
      In("charset-utf8-overlong", "utf-8",
         Times("\xc0\xaf\xe0\x80\xaf\xf8\x88\x80\x80\x80", 1'000)),
      In("charset-utf8-beyond", "utf-8", Times("\xf4\x90\x80\x80\xf5", 1'000)),
      In("charset-utf7", "utf-7", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-"),
      In("charset-utf16-declared", "utf-16le", "plain"),
      In("charset-utf16-odd", "utf-16be", utf16 + "x"),
      In("charset-iso-2022-jp", "iso-2022-jp", Times("\x1b$B\x1b(B\x1b$@\x1b", 2'000)),
      In("charset-iso-2022-cn", "iso-2022-cn", Times("\x1b$)A\x0e<:Na\x0f", 500)),
      In("charset-hz", "hz-gb-2312", "~{<:Ky2;~}~~~{"),
      In("charset-replacement", "iso-2022-kr", "\x1b$)C text"),
      In("charset-x-user-defined", "x-user-defined", Noise(2'000)),
      In("charset-nonsense", Times("x", 1'000), "text"),
      In("charset-quotes", "\"'utf-8", "text"),
      Bare("charset-utf16-bom-odd", "\xff\xfe" + utf16 + "x"),
      Bare("charset-utf32-bom", std::string("\xff\xfe\0\0<\0\0\0p\0\0\0", 12)),
      Bare("charset-three-declared",
           "<?xml version='1.0' encoding='shift_jis'?><meta charset=big5><meta charset=utf-16>"
           "\xd6\xd0\xb9\xfa"),
      Bare("charset-meta-endless", Times("<meta charset=", 20'000)),
      Bare("bytes-nul-1m", "<p>" + std::string(1'000'000, '\0')),
      Bare("bytes-noise-1m", Noise(1'000'000)),
      Bare("bytes-ff-1m", std::string(1'000'000, '\xff')),
      Bare("bytes-controls", "<p>" + Times("\x01\x02\x1b[2J\x07\x08\x7f", 10'000)),
      Bare("bytes-replacement", "<p>" + Times("\xef\xbf\xbd", 100'000)),
      Bare("bytes-bidi", "<title>" + Times("\xe2\x80\xae\xe2\x80\xab", 1'000) + "</title><p>x"),
      Bare("bytes-combining", "<p>e" + Times("\xcc\x81", 200'000)),
  };
}

}  // namespace signboard::testing
