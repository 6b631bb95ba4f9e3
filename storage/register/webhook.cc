#include "storage/register/webhook.h"

#include <algorithm>
#include <array>

#include "proto/base/digest.h"
#include "proto/net/retry_after.h"

namespace signboard::registry {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array<Millis, 9> kSchedule = {seconds(5), minutes(5), minutes(30),
                                             hours(2),   hours(5),   hours(10),
                                             hours(14),  hours(20),  hours(24)};
constexpr Millis kAskedMax = hours(24);

}  // namespace

net::HeaderList SignedHeaders(std::string_view message_id, UnixTime now, std::string_view body,
                              std::string_view secret) {
  const std::string id(message_id);
  const std::string timestamp = std::to_string(ToMillis(now) / 1'000);
  std::string content = id + "." + timestamp + ".";
  content += body;
  return {{"webhook-id", id},
          {"webhook-timestamp", timestamp},
          {"webhook-signature", "v1," + base::ToBase64(base::HmacSha256(secret, content))}};
}

std::optional<Millis> RetryAfter(std::string_view message_id, uint32_t attempts) {
  if (attempts == 0) return Millis(0);
  if (attempts > kSchedule.size()) return std::nullopt;
  const int64_t wait = kSchedule[attempts - 1].count();
  const uint64_t drawn =
      base::Fingerprint64(std::string(message_id) + "." + std::to_string(attempts));
  return Millis(wait + static_cast<int64_t>(drawn % static_cast<uint64_t>(wait / 10)));
}

std::optional<Millis> ParseRetryAfter(std::string_view text, UnixTime now) {
  const auto asked = net::ParseRetryAfter(text, now);
  return asked ? std::optional(std::min(kAskedMax, *asked)) : std::nullopt;
}

}  // namespace signboard::registry
