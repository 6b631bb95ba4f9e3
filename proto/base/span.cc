#include "proto/base/span.h"

#include <algorithm>

namespace signboard::base {

Millis SpanOf(const google::protobuf::Duration& span) {
  constexpr int64_t kSecondsMax = 100LL * 366 * 86'400;
  const int64_t seconds = std::clamp<int64_t>(span.seconds(), -1, kSecondsMax);
  return Millis(std::max<int64_t>(0, seconds * 1'000 + span.nanos() / 1'000'000));
}

google::protobuf::Duration ToProto(Millis span) {
  google::protobuf::Duration out;
  out.set_seconds(span.count() / 1'000);
  out.set_nanos(static_cast<int32_t>(span.count() % 1'000) * 1'000'000);
  return out;
}

}  // namespace signboard::base
