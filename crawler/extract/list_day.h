// The day that a list shows beside a link: 2025-11-18, [11-18], 2025年11月18日, a large 18 above
// 2025-11.
//
// It is what the site says of the entry; where it differs from the day in the entry's URL, it wins.
//
// Threads: Safe from any; no state.
// Cost:    Linear in a text, which is looked at only up to kListDayBytesMax.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "proto/base/time.h"

namespace signboard::extract {

inline constexpr size_t kListDayBytesMax = 64;

// 0 in a field: not said.
struct ListDay {
  int16_t year = 0;
  int8_t month = 0;
  int8_t day = 0;

  bool whole() const { return year != 0 && month != 0 && day != 0; }
  bool empty() const { return year == 0 && month == 0 && day == 0; }
  auto operator<=>(const ListDay&) const = default;
};

// What `text` says, if it is a date and nothing else: brackets, a label like 发布时间：, a time of day
// and a day of the week are passed over. A piece of one (18, 2025-11, 11月, 2025) has zero fields.
std::optional<ListDay> ParseListDay(std::string_view text);

// Two pieces that stand side by side as one day; nothing where they do not make one.
std::optional<ListDay> JoinListDays(ListDay a, ListDay b);

// A day without its year: the latest such day that is not more than one day after `newest`, which
// is the newest day known of the page.
ListDay WithYear(ListDay day, ListDay newest);

// In China's time.
ListDay ListDayOf(UnixTime time);
// Midnight there; nothing where the day is not whole.
std::optional<UnixTime> TimeOf(ListDay day);

}  // namespace signboard::extract
