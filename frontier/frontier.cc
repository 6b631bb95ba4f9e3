#include "frontier/frontier.h"

#include <algorithm>

#include "frontier/inspection.h"

namespace signboard::frontier {

StatusOr<std::unique_ptr<Frontier>> Frontier::Open(kv::Space& space, FrontierOptions options) {
  if (options.in_flight_max == 0 || options.domain_hosts_max == 0 ||
      options.lease_time <= Millis(0) || options.delay < Millis(0)) {
    return base::InvalidArgument(
        "frontier options: in_flight_max, domain_hosts_max and lease_time are at least 1, delay "
        "at least 0");
  }
  std::unique_ptr<Frontier> frontier(new Frontier(space, options));
  RETURN_IF_ERROR(frontier->core_.Load());
  return frontier;
}

StatusOr<v1::FrontierStats> Frontier::Stats(UnixTime now) {
  base::MutexLock lock(core_.mutex);
  return CountAll(core_, now);
}

StatusOr<v1::UrlExplanation> Frontier::Explain(const std::string& url, UnixTime now) {
  base::MutexLock lock(core_.mutex);
  return ExplainUrl(core_, url, now);
}

uint64_t Frontier::epoch() const {
  uint64_t epoch = 0;
  for (const auto& shard : core_.space.Shards()) epoch = std::max(epoch, shard->epoch());
  return epoch;
}

void Frontier::Observe(FrontierObserver* observer) {
  base::MutexLock lock(core_.observer_mutex);
  core_.observer = observer;
}

}  // namespace signboard::frontier
