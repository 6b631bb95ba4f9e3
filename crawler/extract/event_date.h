// When did it happen? The date said of a verb in a sentence, resolved as Chinese news writes it.
//
// A full date is taken as written. Month and day alone mean the latest such day that is not after
// the publication by more than a day (14 days beside 将于 and the like); a bare day takes its month
// from the dateline or the publication; 今天, 昨日, 上周一, Tuesday count from the publication; 当天
// and 同日 point to the date named before. 近日 and 日前 are no dates. The day of publication is the
// URL's, else the stamp's; dateline month and day go before both.
//
//   basis     text: the year stands in the text    url, stamp: the year is the URL's, the stamp's
//             inferred: the day was counted from the publication (昨日, a bare 28日)
//
// Days are China's (+08:00). Text is UTF-8, folded to simplified characters. Positions are bytes.
//
// Threads:  Safe from any; no clock.
// Errors:   None: no date is nullopt.
// Cost:     Linear; a sentence is cut at kDateBytesMax around the verb.
#pragma once

#include <optional>
#include <string_view>

#include "crawler/extract/finding.h"
#include "proto/base/time.h"

namespace signboard::extract {

inline constexpr size_t kDateBytesMax = 4 * 1'024;

struct DateContext {
  std::optional<UnixTime> published;  // The page's stamp.
  std::string_view url;
  std::string_view lead;              // Dateline and the text before the sentence.
};

struct EventDateFound {
  EventDate date;
  size_t from = 0;               // In the sentence.
  size_t to = 0;
  bool relative = false;         // 今天, 昨日, 上周一: also said in passing.
  bool future = false;           // 将于…, or after the day of publication.
  std::optional<int> days_before_publication;  // Of a whole day: 0 the same, negative later.
};

// The date nearest to `verb_at`, before it rather than behind it. An absolute date in the sentence
// beats a relative one.
std::optional<EventDateFound> FindEventDate(std::string_view sentence, size_t verb_at,
                                            const DateContext& context);

}  // namespace signboard::extract
