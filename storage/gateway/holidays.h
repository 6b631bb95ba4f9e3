// The long holidays of China, over which offices publish nothing: Spring Festival from its eve on
// (8 days), Labour Day (5) and National Day (8, for Mid-Autumn often joins it). Of their own site
// nobody should be told that it is silent then.
//
// Spring Festival is the first day of the lunar year, tabled for 2015 to 2040; before and after, no
// such holiday is known.
//
// Threads: pure functions.
#pragma once

#include "proto/base/time.h"

namespace signboard::gateway {

// The time between two instants that is no such holiday, by days of China's clock (UTC+8).
Millis TimeAtWork(UnixTime from, UnixTime to);

}  // namespace signboard::gateway
