#include "proto/net/retry_after.h"

#include <algorithm>
#include <charconv>

#include "proto/base/text.h"

namespace signboard::net {

std::optional<Millis> ParseRetryAfter(std::string_view value, UnixTime now) {
  value = base::TrimAscii(value);
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (!value.empty() && value.front() >= '0' && value.front() <= '9' &&
      end == value.data() + value.size()) {
    const bool fits = error == std::errc() && seconds < kRetryAfterMax.count() / 1'000;
    return fits ? Millis(seconds * 1'000) : kRetryAfterMax;
  }
  const StatusOr<UnixTime> date = base::ParseHttpDate(value);
  if (!date.ok()) return std::nullopt;
  return std::clamp(*date - now, Millis(0), kRetryAfterMax);
}

}  // namespace signboard::net
