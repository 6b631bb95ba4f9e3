// A page goes from bytes to facts whatever is in it, within small limits, and the parser's tree is
// the same whether it sees the page shortened or as it is. Input: a Content-Type header, a line
// end, the body.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "crawler/extract/extract.h"
#include "crawler/extract/fingerprint.h"
#include "proto/base/text.h"
#include "tests/fuzz/fuzz_check.h"

namespace base = signboard::base;
namespace extract = signboard::extract;

namespace {

// A page that was cut may have been cut elsewhere.
void CheckTrees(const std::string& utf8, signboard::parse::ParseLimits limits) {
  using signboard::parse::Document;
  using signboard::parse::Node;
  const auto shortened = Document::Parse(utf8, limits);
  limits.shortens = false;
  const auto whole = Document::Parse(utf8, limits);
  FUZZ_CHECK(shortened.ok() && whole.ok());
  if (shortened->truncated() || whole->truncated()) return;
  Node a = shortened->root();
  Node b = whole->root();
  for (; a && b; a = a.Next(shortened->root()), b = b.Next(whole->root())) {
    FUZZ_CHECK(a.type() == b.type() && a.tag() == b.tag() && a.text() == b.text());
    FUZZ_CHECK(bool(a.first_child()) == bool(b.first_child()));
    FUZZ_CHECK(bool(a.next_sibling()) == bool(b.next_sibling()));
    FUZZ_CHECK(shortened->OffsetOf(a) == whole->OffsetOf(b));
    for (const char* name : {"href", "src", "title", "alt", "style", "content", "class", "onclick"})
      FUZZ_CHECK(a.HasAttribute(name) == b.HasAttribute(name) &&
                 a.Attribute(name) == b.Attribute(name));
  }
  FUZZ_CHECK(!a && !b);
}

}  // namespace

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
  if (page.kind == signboard::decode::BodyKind::kHtml) CheckTrees(page.text.utf8, limits);
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
