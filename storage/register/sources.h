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

// A page's own word on when it appeared, unless it lies after its capture; else the capture.
UnixTime PublishedAt(const v1::Snapshot& snapshot);
UnixTime PublishedAt(const v1::Source& source);

// What a page says of a founding, with what comparing needs.
Evidence MakeEvidence(const v1::LoggedFindings& entry, const v1::Finding& finding,
                      uint32_t slot_first);

// Does the page report it as news, by its own word alone?
bool IsNews(const v1::Finding& finding, UnixTime published);

// Takes `more` in: the same snapshot again, by a later entry, replaces; the same words again at
// one URL are one source, its earliest capture. Then drops what is no source: reports of a founding
// that is `known` for longer than kNewsSpan (nullopt: it is not known), or was reported so much
// earlier; and beyond kSourcesMax the latest reprints first. The result is in order: first found
// first.
void TakeIn(Evidence more, const std::optional<FoundingDay>& known, std::vector<Evidence>* all);
// A later entry says that this snapshot reports no founding.
void TakeOut(const Evidence& not_one, std::vector<Evidence>* all);

// Sets Source.is_reprint of all and gives the number of voices.
uint32_t MarkReprints(std::vector<Evidence>* all);

}  // namespace signboard::registry
