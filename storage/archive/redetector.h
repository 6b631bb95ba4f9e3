// Redetector replays detection over what is kept, as one job of the server: it finds what today's
// rules would say otherwise, keeps that as a list of changes, and makes them so when it is told to.
//
// A job goes on from LOOKING to READY, and from APPLYING to APPLIED; it can be cancelled in either,
// and a later one takes its place. It is kept with the place where it stands: after a crash it goes
// on there, and finds no change twice. What it applies goes into the log of findings
// (finding_log.h), where a change is passed over when something else was logged of its capture
// since; captures themselves are never touched.
//
// Threads: safe from any. It works on a thread of its own, at the lowest priority.
// Errors:  those of archive.proto. What fails on the way ends the job as FAILED, and says why;
//          bytes that do not fit their digests are counted and passed over.
// Cost:    a scan of snapshot records, and reading a page again for each version in which nothing
//          was found. At most kChangesMax changes.
// Life:    dies before the archive; what it was at, it goes on with when it is opened again.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "crawler/extract/rule_set.h"
#include "crawler/extract/site_templates.h"
#include "proto/base/mutex.h"
#include "proto/base/signal.h"
#include "storage/archive/archive.h"
#include "storage/archive/capture_walk.h"

namespace signboard::archive {

inline constexpr uint64_t kChangesMax = 1'000'000;
inline constexpr int kRuleFilesMax = 100;

// It is LOOKING or APPLYING; in the other states it rests.
bool IsMoving(const v1::Redetection& job);

class Redetector {
 public:
  // `rules`: the server's own; null: the compiled ones.
  static StatusOr<std::unique_ptr<Redetector>> Open(
      kv::Space& space, Archive& archive, std::shared_ptr<const extract::RuleSet> rules,
      const Clock& clock);
  ~Redetector();
  Redetector(const Redetector&) = delete;
  Redetector& operator=(const Redetector&) = delete;

  StatusOr<v1::Redetection> Start(const v1::StartRedetectionRequest& request)
      EXCLUDES_LOCK(mutex_);
  StatusOr<v1::Redetection> Apply(const std::string& id) EXCLUDES_LOCK(mutex_);
  StatusOr<v1::Redetection> Cancel(const std::string& id) EXCLUDES_LOCK(mutex_);

  // The newest job, without the texts of its rules. kNotFound: there never was one.
  StatusOr<v1::Redetection> Newest() EXCLUDES_LOCK(mutex_);
  // Its changes behind a number, at most `max`.
  StatusOr<std::vector<v1::RedetectionChange>> ChangesAfter(uint64_t number, size_t max);
  // Rings when the job or its list has changed.
  base::Bell& bell() { return bell_; }

 private:
  struct Round;  // What a few captures came to.

  Redetector(kv::Space& space, Archive& archive, std::shared_ptr<const extract::RuleSet> rules,
             const Clock& clock)
      : space_(space), archive_(archive), own_rules_(std::move(rules)), clock_(clock) {}

  Status Load();
  Status MakeRules(const v1::StartRedetectionRequest& request) REQUIRES_LOCK(mutex_);
  Status CheckId(const std::string& id) REQUIRES_LOCK(mutex_);
  // Writes the job as it is, with what `batch` holds already.
  Status Save(kv::Batch* batch) REQUIRES_LOCK(mutex_);

  void Work() EXCLUDES_LOCK(mutex_);
  void WorkRound(const v1::Redetection& job) EXCLUDES_LOCK(mutex_);
  void Fail(const std::string& id, const Status& why) EXCLUDES_LOCK(mutex_);
  StatusOr<Round> Look(const v1::Redetection& job);
  Status LookAt(const v1::Redetection& job, const CaptureWalk::Stop& stop, Round* round);
  Status Keep(const v1::Redetection& job, Round round) EXCLUDES_LOCK(mutex_);
  StatusOr<Round> ApplySome(const v1::Redetection& job);
  Status ApplyOne(v1::LoggedFindings entry, uint64_t replaces, Round* round);

  // Constant after Open.
  kv::Space& space_;
  Archive& archive_;
  const std::shared_ptr<const extract::RuleSet> own_rules_;
  const Clock& clock_;
  std::shared_ptr<kv::Shard> shard_;  // Where the job is kept.
  // Own synchronization.
  base::Bell bell_;
  // Of the working thread; made anew for each job.
  std::string walking_;  // Its id.
  std::unique_ptr<CaptureWalk> walk_;
  std::unique_ptr<extract::SiteTemplates> templates_;
  std::optional<kv::Slot> applying_;         // Changes of captures in this slot;
  std::map<std::string, uint64_t> logged_;   // NewestEntries of it.

  base::Mutex mutex_;
  base::CondVar more_;
  v1::Redetection job_ GUARDED_BY(mutex_);  // Without an id: there never was one.
  std::string place_ GUARDED_BY(mutex_);    // Where it stands.
  std::shared_ptr<const extract::RuleSet> rules_ GUARDED_BY(mutex_);  // Its rules.
  bool ending_ GUARDED_BY(mutex_) = false;
  std::thread thread_;  // Last: it uses the rest.
};

}  // namespace signboard::archive
