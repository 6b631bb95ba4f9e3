// Which of the pages that report one founding are sources of it, which are reprints, and how many
// voices they are.
//
//   reprint   A page that names another medium as its source (来源), or whose text is nearly that of
//             an earlier page at another URL.
//   voice     Versions of one URL, pages of one medium and pages of nearly one text are one.
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "proto/base/time.h"
#include "signboard/v1/archive.pb.h"
#include "storage/register/founding_day.h"
#include "storage/register/records.pb.h"

namespace signboard::registry {

inline constexpr int kSourcesMax = 100;
// Pages kept beside the sources: too late to report what others report, unless those are split off.
inline constexpr size_t kOthersMax = 50;

// A page's own word on when it appeared, unless it lies after its capture; else the capture.
UnixTime PublishedAt(const v1::Snapshot& snapshot);
UnixTime PublishedAt(const v1::Source& source);

// What a page says of a founding, with what comparing needs.
Evidence MakeEvidence(const v1::LoggedFindings& entry, const v1::Finding& finding,
                      uint32_t slot_first);

// Does the page report it as news, by its own word alone?
bool IsNews(const v1::Finding& finding, UnixTime published);

// What reports one founding, out of pages that may: without reports of a founding that is `known`
// for longer than kNewsSpan (nullopt: it is not known), or was reported so much earlier; of the
// same words at one URL the earliest capture; beyond kSourcesMax without the latest reprints. The
// same whatever order `all` is in: first found first.
std::vector<Evidence> SourcesOf(std::vector<Evidence> all, const std::optional<FoundingDay>& known);

// Takes `more` in, if it is news: the same snapshot again, by a later entry, replaces. Beyond what
// SourcesOf makes of all, kOthersMax are kept, those published first.
void TakeIn(Evidence more, const std::optional<FoundingDay>& known, std::vector<Evidence>* all);
// A later entry says that this snapshot reports no founding.
void TakeOut(const Evidence& not_one, std::vector<Evidence>* all);

// Sets Source.is_reprint of all and gives the number of voices.
uint32_t MarkReprints(std::vector<Evidence>* all);

}  // namespace signboard::registry
