// A URL serializes to what parses to itself; so does its canonical form. Input: a reference, and
// after a line end the base that it is resolved against.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "proto/base/slot.h"
#include "proto/base/surt.h"
#include "proto/base/text.h"
#include "proto/base/url.h"
#include "proto/base/url_canonical.h"
#include "tests/fuzz/fuzz_check.h"

namespace base = signboard::base;

namespace {

void Check(const base::Url& url) {
  // The longest input grows when it is escaped, and is then too long to be read again.
  const auto again = base::Url::Parse(url.href());
  if (again.ok()) {
    FUZZ_CHECK(again->href() == url.href());
  } else {
    FUZZ_CHECK(url.href().size() > base::kUrlBytesMax);
  }
  FUZZ_CHECK(base::IsValidUtf8(url.href()));
  const std::string canonical = base::Canonical(url);
  if (const auto parsed = base::Url::Parse(canonical); parsed.ok())
    FUZZ_CHECK(base::Canonical(*parsed) == canonical);
  base::QueueKey(url);
  FUZZ_CHECK(base::SlotOfUrl(url) < base::kSiteSlotCount);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t line = input.find('\n');
  const auto first = base::Url::Parse(input.substr(0, line));
  if (first.ok()) Check(*first);
  if (line == std::string_view::npos) return 0;
  const auto base_url = base::Url::Parse(input.substr(line + 1));
  if (!base_url.ok()) return 0;
  const auto resolved = base::Url::Parse(input.substr(0, line), &*base_url);
  if (resolved.ok()) Check(*resolved);
  return 0;
}
