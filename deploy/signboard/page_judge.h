// The detector on one page of text or HTML, without any server: what `detect` and `rule` call.
//
// Threads: safe from any.
// Errors:  none: a page that says nothing has no findings.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crawler/extract/finding.h"
#include "crawler/extract/known_centres.h"
#include "proto/base/status.h"
#include "proto/base/time.h"
#include "proto/base/url.h"
#include "storage/gateway/answer.h"

namespace signboard::cli {

// What is known of a page before it is read.
struct PageTerms {
  std::optional<UnixTime> date;  // Of publication; beats what the page says.
  std::optional<base::Url> url;
  std::string code;              // GB/T 2260 of its site's place; empty: unknown.
  bool with_doubtful = false;    // As of extract::DetectorInput.
  bool verbs_unknown = false;
};

struct JudgedPage {
  std::string url;
  std::optional<UnixTime> published;
  std::vector<extract::Finding> findings;
};

// A day is China's: 2025-11-18 begins at 16:00 UTC of the day before. RFC 3339 is taken as it is.
StatusOr<UnixTime> ParsePageDate(const std::string& text);
std::string DayInChina(UnixTime time);

// `known` may be null.
JudgedPage JudgePage(const std::string& body, const PageTerms& terms,
                     const extract::KnownCentres* known);
// {"url","page_date","findings"}, as `signboard detect --json` prints it.
gateway::Json JudgedJson(const JudgedPage& page);

}  // namespace signboard::cli
