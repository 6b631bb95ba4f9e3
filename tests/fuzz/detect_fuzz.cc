// Whatever a page says, findings stay few, their quotes count in its text, and their words are
// UTF-8. Input: a GB/T 2260 code, a line end, the text; its first line is the headline.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "crawler/extract/detector.h"
#include "proto/base/text.h"
#include "tests/fuzz/fuzz_check.h"

namespace base = signboard::base;
namespace extract = signboard::extract;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t line = input.find('\n');
  if (line == std::string_view::npos) return 0;
  extract::DetectorInput page;
  page.place_code = input.substr(0, line);
  page.text = input.substr(line + 1);
  page.title_bytes = std::min(page.text.find('\n'), page.text.size());
  page.published = signboard::FromMillis(1'763'438'400'000);
  const bool is_text = base::IsValidUtf8(page.text);
  const size_t length = base::CountCodePoints(page.text);
  const auto findings = extract::Detect(page);
  FUZZ_CHECK(findings.size() <= extract::kFindingsMax);
  for (const extract::Finding& finding : findings) {
    FUZZ_CHECK(finding.score >= 0 && finding.score <= 1);
    FUZZ_CHECK(!finding.reasons.empty());
    for (const extract::Quote& quote : finding.quotes) {
      FUZZ_CHECK(quote.from <= quote.to);
      if (!is_text) continue;
      FUZZ_CHECK(quote.to <= length);
      FUZZ_CHECK(base::IsValidUtf8(quote.text));
      FUZZ_CHECK(base::CountCodePoints(quote.text) == quote.to - quote.from);
    }
  }
  return 0;
}
