#include "crawler/worker/guest_hosts.h"

#include <algorithm>

namespace signboard::worker {

GuestHosts::Host& GuestHosts::Find(const std::string& name) {
  const auto found = hosts_.find(name);
  if (found != hosts_.end()) return found->second;
  if (hosts_.size() >= kHostsMax) {
    const auto now = Steady::now();
    std::erase_if(hosts_, [now](const auto& entry) {
      return !entry.second.busy && entry.second.rests_until <= now;
    });
  }
  return hosts_[name];
}

bool GuestHosts::Enter(const std::string& name) {
  Host& host = Find(name);
  if (host.busy || host.rests_until > Steady::now()) return false;
  host.busy = true;
  return true;
}

void GuestHosts::Leave(const std::string& name) { Find(name).busy = false; }

void GuestHosts::Rest(const std::string& name, Millis rest) {
  Host& host = Find(name);
  host.rests_until = std::max(host.rests_until, Steady::now() + rest);
}

Millis GuestHosts::RestOf(const std::string& name) {
  const auto left = Find(name).rests_until - Steady::now();
  return std::max(Millis(0), std::chrono::ceil<Millis>(left));
}

}  // namespace signboard::worker
