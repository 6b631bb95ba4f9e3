// Seeds for a URLFrontier that is not ours, put there as any client would.
//
// Threads: one; waits.
// Errors:  what is wrong with one seed is in its result; a Status is the frontier's.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "proto/base/status.h"
#include "signboard/v1/scheduling.pb.h"

namespace signboard::cli {

struct GuestFrontier {
  std::string address;  // host:port
  std::string crawl;    // The crawlID.
  std::chrono::system_clock::time_point deadline;
};

// One result per seed, in order. A URL that the frontier knows stays as it is, its scope too.
StatusOr<v1::AddSeedsReply> PutSeeds(const GuestFrontier& frontier,
                                     const std::vector<v1::Seed>& seeds, bool dry_run);

}  // namespace signboard::cli
