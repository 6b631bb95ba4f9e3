// Recrawls: one URL, fetched because somebody asked, followed to its end.
//
// A job is open from its acceptance until a report settles it; while it is open, asking again for
// its URL gives the same job. It overtakes everything but politeness, and leaves the URL's learned
// place in the schedule as it is; only if the URL was due anyway, the fetch stands for both.
// Settled jobs are remembered for FrontierOptions::job_keep; the memory is swept, a little at a
// time, by the jobs that come after.
//
// Threads: safe from any. Calls wait for disk.
// Time:    passed in.
// Errors:  kInvalidArgument: no URL we could fetch. kNotFound: no such job.
#pragma once

#include <string>

#include "frontier/core.h"

namespace signboard::frontier {

class Recrawls {
 public:
  explicit Recrawls(Core& core) : core_(core) {}

  // The job of this URL, on disk: QUEUED, or JOB_REUSED when a capture younger than `max_age`
  // stands for it. An unknown URL is taken in its canonical form.
  StatusOr<v1::RecrawlProgress> Start(const std::string& url, Millis max_age, UnixTime now);

  // The job as it stands, with its position while it is QUEUED.
  StatusOr<v1::RecrawlProgress> Get(const std::string& job_id, UnixTime now);

 private:
  StatusOr<v1::RecrawlProgress> Open(const UrlFacts& facts, const std::string& url,
                                     Millis max_age, UnixTime now, Events& events)
      REQUIRES_LOCK(core_.mutex);
  StatusOr<v1::RecrawlProgress> Read(const std::string& job_id, UnixTime now)
      REQUIRES_LOCK(core_.mutex);
  Status Position(kv::Shard& shard, QueueState& queue, UnixTime now,
                  v1::RecrawlProgress& progress) REQUIRES_LOCK(core_.mutex);

  Core& core_;
};

// A job that needs nothing more.
bool IsFinal(v1::JobState state);

}  // namespace signboard::frontier
