// Instants, spans, and the one clock of the process.
//
// Instants are UnixTime (milliseconds, UTC), spans are std::chrono. A Clock is made once in main
// and passed down; nothing below reads the system's clock by itself, so that a demo or a test can
// live through a year in a second.
//
// Threads: SystemClock and ManualClock are safe from any.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proto/base/status.h"

namespace signboard::base {

using Millis = std::chrono::milliseconds;
using UnixTime = std::chrono::sys_time<Millis>;

constexpr int64_t ToMillis(UnixTime t) { return t.time_since_epoch().count(); }
constexpr UnixTime FromMillis(int64_t ms) { return UnixTime(Millis(ms)); }

class Clock {
 public:
  virtual ~Clock() = default;
  virtual UnixTime Now() const = 0;
  // True for a clock that is not the world's; snapshots taken under it say so.
  virtual bool simulated() const { return false; }
};

class SystemClock final : public Clock {
 public:
  UnixTime Now() const override;
};

// Stands still until told.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(UnixTime start) : now_(ToMillis(start)) {}
  UnixTime Now() const override { return FromMillis(now_.load()); }
  bool simulated() const override { return true; }
  void Advance(Millis by) { now_ += by.count(); }
  void Set(UnixTime t) { now_ = ToMillis(t); }

 private:
  std::atomic<int64_t> now_;
};

// 2025-11-18T03:04:05Z, or with .678 when the milliseconds are not zero (RFC 3339).
std::string FormatRfc3339(UnixTime t);
// 20251118030405 and 20251118030405678: the timestamps of CDX and of snapshot ids.
std::string FormatDigits14(UnixTime t);
std::string FormatDigits17(UnixTime t);
// Tue, 18 Nov 2025 03:04:05 GMT (RFC 9110 IMF-fixdate).
std::string FormatHttpDate(UnixTime t);

// RFC 3339, with 'T' or a space, fraction optional, offset required unless only a date is given.
StatusOr<UnixTime> ParseRfc3339(std::string_view text);
// IMF-fixdate, RFC 850 and asctime, as RFC 9110 section 5.6.7 asks of a recipient.
StatusOr<UnixTime> ParseHttpDate(std::string_view text);

// The half-open range of instants that a shortened time names: 2025-11-18, 2025-11, 2025, 1 to 17
// digits as in CDX, or a full RFC 3339 time (one millisecond). Dates without an offset are UTC.
struct TimeRange {
  UnixTime first;
  UnixTime end;
};
StatusOr<TimeRange> ParseTimeRange(std::string_view text);

// "250ms", "2s", "10m", "3h", "7d", "1.5h"; a bare number is seconds. Negative and beyond 100
// years: kInvalidArgument.
StatusOr<Millis> ParseSpan(std::string_view text);
// The shortest exact form: "2s", "1500ms", "7d".
std::string FormatSpan(Millis span);

}  // namespace signboard::base

namespace signboard {
using base::Clock;
using base::FromMillis;
using base::Millis;
using base::ToMillis;
using base::UnixTime;
}  // namespace signboard
