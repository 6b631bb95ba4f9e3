// Which reports tell of one founding. Of one centre, by its key: those within kNewsSpan of the
// first. Of centres of one place under different keys: those that were founded on one day and have
// names that can be one's: a full name and a short one (泉州海丝国际传播中心, 泉州国际传播中心), one in
// Chinese and one in English. Two names that both say more, and not the same (日报社, 广播电视台), are
// two centres; and a name that could be either's is neither's.
//
// Threads: pure functions.
// Cost:    LinkMarks is quadratic in the centres of a place, which are few.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "storage/register/founding_day.h"
#include "storage/register/records.pb.h"

namespace signboard::registry {

// Two days that are told of one founding differ by no more.
inline constexpr Millis kSameDaySpan{int64_t{2} * 86'400'000};
// Where no page gives the day, only when it was published.
inline constexpr Millis kSameWeekSpan{int64_t{7} * 86'400'000};

// By founding, the first one first. The first is what SourcesOf says of all.
std::vector<std::vector<Evidence>> FoundingsOf(std::vector<Evidence> all,
                                               const std::optional<FoundingDay>& known);

// What the reports of one founding, at least one, say of what counts here.
FoundingMark MarkOf(const std::vector<Evidence>& founding);

// Of each the one that tells of the same founding and was captured first, which may be itself.
std::vector<size_t> LinkMarks(const std::vector<FoundingMark>& of_one_place);

}  // namespace signboard::registry
