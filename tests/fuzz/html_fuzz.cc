// A page goes from bytes to facts whatever is in it, within small limits. Input: a Content-Type
// header, a line end, the body.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "crawler/extract/extract.h"
#include "crawler/extract/fingerprint.h"
#include "proto/base/text.h"
#include "tests/fuzz/fuzz_check.h"

namespace base = signboard::base;
namespace extract = signboard::extract;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const base::Url kPage =
      base::Url::Parse("http://www.jxja.gov.cn/xw/202511/t20251118_1.html").value();
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t line = input.find('\n');
  if (line == std::string_view::npos) return 0;
  signboard::parse::ParseLimits limits;
  limits.memory_bytes_max = size_t{8} << 20;
  limits.depth_max = 64;
  limits.attributes_max = 16;
  limits.time_max = std::chrono::milliseconds(10'000);
  const extract::PageRead page =
      extract::ExtractFromBody(input.substr(line + 1), input.substr(0, line), kPage, limits);
  const extract::Extracted& facts = page.extracted;
  FUZZ_CHECK(base::IsValidUtf8(facts.main_text));
  FUZZ_CHECK(base::IsValidUtf8(facts.facts.title));
  FUZZ_CHECK(base::IsValidUtf8(facts.facts.source));
  FUZZ_CHECK(base::IsValidUtf8(facts.facts.author));
  FUZZ_CHECK(facts.links.links.size() <= extract::kLinksMax);
  for (const extract::Link& link : facts.links.links) {
    FUZZ_CHECK(link.url.size() <= extract::kLinkUrlBytesMax);
    FUZZ_CHECK(base::IsValidUtf8(link.text));
    FUZZ_CHECK(link.url.starts_with("http"));
  }
  return 0;
}
