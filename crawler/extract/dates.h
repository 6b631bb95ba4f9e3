// Publication times as Chinese pages write them.
//
// Chinese sites have one zone: a time without an offset is +08:00, a day is its first minute there.
//
// Threads: Safe from any; no state, no clock.
#pragma once

#include <optional>
#include <string_view>

#include "proto/base/time.h"

namespace signboard::extract {

// 2025-11-18 10:20[:30], 2025/11/18, 2025.11.18, 2025年11月18日 10时20分, RFC 3339, from the start of
// `text` (spaces before it are skipped). Nothing without a year, a month and a day that exist.
std::optional<UnixTime> ParsePageTime(std::string_view text);

// The day a URL's path states: t20251118_123.html, /art/2025/11/8/art_1_2.html, /202511/18/,
// /2025-11/18/, /2025/1118/. Years 1995 to 2099.
std::optional<UnixTime> TimeOfUrlPath(std::string_view path);

// The first time after 发布时间, 发布日期, 日期, 时间 and the like in visible text; else a lone date with a
// time of day on a line of its own near the top.
std::optional<UnixTime> TimeInText(std::string_view text);

}  // namespace signboard::extract
