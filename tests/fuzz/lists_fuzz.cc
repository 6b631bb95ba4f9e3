// What is read out of scripts, JSON lists, bylines and a site's template keeps its bounds whatever
// the input. Input: any text; it is taken for each of them in turn.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "crawler/extract/byline.h"
#include "crawler/extract/json_list.h"
#include "crawler/extract/list_day.h"
#include "crawler/extract/pagination.h"
#include "crawler/extract/script_lists.h"
#include "crawler/extract/script_text.h"
#include "crawler/extract/site_templates.h"
#include "proto/base/text.h"
#include "tests/fuzz/fuzz_check.h"

namespace base = signboard::base;
namespace extract = signboard::extract;

namespace {

void CheckScript(std::string_view script) {
  const auto endpoints = extract::ListEndpoints(script);
  FUZZ_CHECK(endpoints.size() <= extract::kEndpointsMax);
  for (const std::string& endpoint : endpoints) FUZZ_CHECK(extract::IsListEndpoint(endpoint));
  FUZZ_CHECK(extract::PaginationOf(script).size() <=
             static_cast<size_t>(extract::kPaginationPagesMax));
  FUZZ_CHECK(extract::ScriptString(script, "title", 64).size() <= 64 * 2);
}

void CheckList(std::string_view json) {
  static const base::Url kList = base::Url::Parse("http://a.gov.cn/api/list?page=1").value();
  const extract::Links found = extract::FindJsonListLinks(json, kList);
  FUZZ_CHECK(found.links.size() <= extract::kLinksMax);
  for (const extract::Link& link : found.links) {
    FUZZ_CHECK(link.url.starts_with("http"));
    if (!link.listed.empty()) FUZZ_CHECK(link.listed.month >= 1 && link.listed.month <= 12);
    if (link.listed.whole()) FUZZ_CHECK(extract::TimeOf(link.listed).has_value());
  }
}

// Refined text is no longer than the text, and valid where that is.
void CheckTemplates(std::string_view text) {
  extract::SiteTemplates templates;
  for (int page = 0; page < 12; ++page) {
    const std::string id = std::to_string(page);
    const auto refined =
        templates.Refine("a.cn", id, id, page % 2 == 0 ? text : text.substr(text.size() / 2));
    if (!refined) continue;
    FUZZ_CHECK(refined->size() <= text.size());
    FUZZ_CHECK(!base::IsValidUtf8(text) || page % 2 != 0 || base::IsValidUtf8(*refined));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  CheckScript(input);
  CheckList(input);
  CheckTemplates(input);
  const extract::Byline byline = extract::FindByline(input);
  FUZZ_CHECK(base::CountCodePoints(byline.source) <= extract::kBylineWordCharsMax);
  if (const auto day = extract::ParseListDay(input)) FUZZ_CHECK(!day->empty());
  return 0;
}
