// What a demo came to, asked of the services as any client would.
//
// Threads: one.
// Errors:  the services' status.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>
#include <vector>

#include "proto/base/status.h"
#include "signboard/v1/register.pb.h"
#include "signboard/v1/scheduling.pb.h"
#include "storage/gateway/words.h"

namespace signboard::cli {

struct DemoSummary {
  uint64_t pages = 0;     // URLs of which a version is kept.
  uint64_t captures = 0;  // Answers recorded, "not modified" and block pages too.
  uint64_t versions = 0;  // Different bytes.
  uint64_t changes = 0;   // Different content, the first one of each page not counted.
  // SHA-256 over every page's URL and its content fingerprints in order: two demos that saw the
  // same have the same.
  std::string content_sha256;
  std::vector<v1::Announcement> announcements;  // Oldest first.
  std::vector<std::string> blocked;  // Hosts whose firewall answered last.
  std::vector<std::string> gone;     // URLs that had a version and are no more.
  double simulated_days = 0;
  double seconds = 0;  // Of our time.
};

// All but the two spans, of the sites that `seeds` are on.
StatusOr<DemoSummary> Summarize(const std::shared_ptr<grpc::Channel>& frontier,
                                const std::shared_ptr<grpc::Channel>& storage,
                                const v1::AddSeedsRequest& seeds);

gateway::Json SummaryJson(const DemoSummary& summary);
// For people, to stdout.
void PrintSummary(const DemoSummary& summary);

}  // namespace signboard::cli
