// Whatever the bytes and the declaration, the text is valid UTF-8. Input: a Content-Type header,
// a line end, the body.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "crawler/decode/charset.h"
#include "crawler/decode/content_type.h"
#include "proto/base/text.h"
#include "tests/fuzz/fuzz_check.h"

namespace decode = signboard::decode;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t line = input.find('\n');
  const std::string_view header = line == std::string_view::npos ? "" : input.substr(0, line);
  const std::string_view body = line == std::string_view::npos ? input : input.substr(line + 1);
  decode::FindBodyKind(header, body);
  for (const bool is_html : {false, true}) {
    const decode::DecodedText text = decode::DecodeText(body, header, is_html);
    FUZZ_CHECK(signboard::base::IsValidUtf8(text.utf8));
    FUZZ_CHECK(!text.used.empty() && !text.basis.empty());
  }
  size_t replaced = 0;
  FUZZ_CHECK(signboard::base::IsValidUtf8(decode::ToUtf8(body, header, &replaced)));
  return 0;
}
