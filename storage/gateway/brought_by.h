// Who brought a capture that no worker of ours fetched. It was seen from where they are, so the
// snapshot's vantage names them.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "signboard/v1/types.pb.h"

namespace signboard::gateway {

inline constexpr std::string_view kBroughtBy = "brought by ";

inline std::string VantageOf(std::string_view who) { return std::string(kBroughtBy).append(who); }

// Empty: a worker fetched it.
inline std::string_view BroughtBy(const v1::Snapshot& snapshot) {
  const std::string_view vantage = snapshot.vantage();
  return vantage.starts_with(kBroughtBy) ? vantage.substr(kBroughtBy.size()) : std::string_view();
}

}  // namespace signboard::gateway
