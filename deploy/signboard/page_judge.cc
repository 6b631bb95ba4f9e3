#include "deploy/signboard/page_judge.h"

#include <chrono>
#include <utility>

#include "crawler/extract/detector.h"
#include "crawler/extract/extract.h"
#include "crawler/worker/findings.h"
#include "proto/base/text.h"
#include "storage/gateway/register_words.h"

namespace signboard::cli {
namespace {

constexpr std::string_view kNoUrl = "http://page.invalid/";  // RFC 2606: only links resolve by it.
constexpr std::chrono::hours kChinaOffset{8};

// "<" first, or a doctype or tag near the top, is HTML; what has neither is text.
std::string ContentTypeOf(std::string_view body) {
  const std::string_view front = base::TrimAscii(body.substr(0, 1'024));
  const std::string low = base::ToLowerAscii(front);
  if (low.starts_with("\xEF\xBB\xBF<") || low.starts_with("<")) return "text/html";
  for (const char* tag : {"<html", "<!doctype", "<body", "<meta", "<p>", "<div"})
    if (low.find(tag) != std::string::npos) return "text/html";
  return "text/plain";
}

// A first line that is short and does not end as a sentence is the headline.
size_t TitleBytes(std::string_view text) {
  constexpr size_t kTitleBytesMax = 240;
  size_t from = 0;
  while (from < text.size() && static_cast<unsigned char>(text[from]) <= ' ') ++from;
  const size_t end = text.find('\n', from);
  if (end == std::string_view::npos || end - from > kTitleBytesMax) return 0;
  const std::string_view line = base::TrimAscii(text.substr(from, end - from));
  for (const std::string_view stop : {"。", "；", "，", "."})
    if (line.ends_with(stop)) return 0;
  return base::TrimAscii(text.substr(end)).empty() ? 0 : end;
}

}  // namespace

StatusOr<UnixTime> ParsePageDate(const std::string& text) {
  ASSIGN_OR_RETURN(UnixTime time, base::ParseRfc3339(text));
  if (text.size() == 10) time -= kChinaOffset;
  return time;
}

std::string DayInChina(UnixTime time) {
  return base::FormatRfc3339(time + kChinaOffset).substr(0, 10);
}

JudgedPage JudgePage(const std::string& body, const PageTerms& terms,
                     const extract::KnownCentres* known) {
  const base::Url page_url = terms.url ? *terms.url : base::Url::Parse(kNoUrl).value();
  const extract::PageRead page =
      extract::ExtractFromBody(body, ContentTypeOf(body), page_url);
  JudgedPage judged;
  if (terms.url) judged.url = terms.url->href();
  extract::DetectorInput input = extract::MakeDetectorInput(
      page.extracted.facts, page.extracted.main_text, judged.url, terms.code);
  if (page.kind != decode::BodyKind::kHtml) input.title_bytes = TitleBytes(input.text);
  if (terms.date) input.published = terms.date;
  input.with_doubtful = terms.with_doubtful;
  input.verbs_unknown = terms.verbs_unknown;
  judged.published = input.published;
  // A list of headlines announces nothing by itself.
  if (!page.extracted.is_hub) judged.findings = extract::Detect(input);
  if (known != nullptr) known->Apply(input.published, &judged.findings);
  return judged;
}

gateway::Json JudgedJson(const JudgedPage& page) {
  gateway::Json answer;
  answer["url"] = page.url.empty() ? gateway::Json(nullptr) : gateway::Json(page.url);
  answer["page_date"] =
      page.published ? gateway::Json(DayInChina(*page.published)) : gateway::Json(nullptr);
  answer["findings"] = gateway::Json::array();
  for (const extract::Finding& finding : page.findings)
    answer["findings"].push_back(gateway::FindingJson(worker::ToProto(finding)));
  return answer;
}

}  // namespace signboard::cli
