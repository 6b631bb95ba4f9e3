// Register: announcements of new centres, their sources, and the centres they describe, merged from
// the findings that archives log.
//
// A centre has one key (crawler/extract/centre_key.h) and is founded once: its announcement holds
// every page that reports the founding as news. What the register says is a function of the set of
// pages it has seen, whatever their order, so a log that is followed again gives the same again.
//
// A page is a source of a founding when it was published within kNewsSpan of it; a later one tells
// of a known centre, and what it says becomes statements about that centre. So do plans, renames
// and all else that is no announcement. The founding day is known from the list that is compiled in
// (known_centres.h), else from the earliest page that reports it as news.
//
// Apply merges one entry and moves the cursor of its shard in one batch: after a crash the next
// entry is the one after the last that was merged. Curate lays an analyst's word over what pages
// say (curated.h), with an entry in a log, in one batch too.
//
// Threads: safe from any; Apply and Curate calls take turns. Calls wait for disk; never call one on
//          an io_context thread.
// Errors:  kInvalidArgument: the caller's request, naming the field. kNotFound: no such id.
//          kDataLoss: a record does not decode. Others are the shard's.
// Cost:    Apply is one synced write and some reads a centre. Lists read what they give and skip.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "proto/base/mutex.h"
#include "proto/base/signal.h"
#include "proto/base/status.h"
#include "proto/base/time.h"
#include "signboard/v1/archive.pb.h"
#include "signboard/v1/register.pb.h"
#include "storage/kv/space.h"
#include "storage/register/centre_book.h"
#include "storage/register/curation_log.h"
#include "storage/register/draft.h"
#include "storage/register/known_centres.h"
#include "storage/register/page.h"
#include "storage/register/schema.h"

namespace signboard::registry {

// Of one entry of the log: a page that speaks of more centres is a list.
inline constexpr int kFindingsPerEntryMax = 20;
// Of one preview, so many are shown.
inline constexpr int kPreviewedMax = 1'000;

bool Fits(const v1::AnnouncementFilter& filter, const v1::Announcement& announcement);

class Register {
 public:
  // `space` holds RegisterFamilies() among its families and owns the reserved slot; it and `clock`
  // outlive the register. kFailedPrecondition: the register was written by a newer program.
  static StatusOr<std::unique_ptr<Register>> Open(kv::Space& space, const Clock& clock);

  // Merges an entry of the log of the shard that begins with `slot_first`; durable when it
  // returns. An entry not after Followed changes nothing. No content makes it fail: what cannot be
  // used is skipped, counted and logged.
  Status Apply(kv::Slot slot_first, const v1::LoggedFindings& entry) EXCLUDES_LOCK(mutex_);
  // Durable when it returns. kFailedPrecondition: it does not fit, and nothing has changed.
  StatusOr<v1::CurateReply> Curate(const v1::CurateRequest& request) EXCLUDES_LOCK(mutex_);
  // The last entry of that shard's log that was merged; 0: none.
  uint64_t Followed(kv::Slot slot_first) EXCLUDES_LOCK(mutex_);
  // What a follower knows of a log, for Stats. `newest` is kept when it is less than before.
  void NoteLevel(kv::Slot slot_first, uint64_t newest, bool connected) EXCLUDES_LOCK(mutex_);

  StatusOr<v1::Announcement> GetAnnouncement(const std::string& id);
  // The request's `limit` bounds the rows; a page may hold fewer, and still go on.
  StatusOr<Page<v1::Announcement>> ListAnnouncements(const v1::ListAnnouncementsRequest& request);
  const CentreBook& centres() const { return centres_; }
  const CurationLog& curations() const { return curations_; }
  // Some of the changes after `after`, in order; empty: there are none yet. kFailedPrecondition:
  // the register never reached `after`.
  StatusOr<std::vector<v1::AnnouncementEvent>> ReadEvents(uint64_t after);
  v1::RegisterStats Stats() EXCLUDES_LOCK(mutex_);

  // Rings after each change that ReadEvents gives.
  base::Bell& bell() { return bell_; }

 private:
  friend class RegisterService;  // Which asks for previews.
  // What would become of announcements if these entries came next. Writes nothing.
  StatusOr<v1::PreviewReply> Preview(const std::vector<v1::LoggedFindings>& entries)
      EXCLUDES_LOCK(mutex_);

  struct Report;   // What one entry says of one centre.
  struct Renamed;  // Centres that one entry says to be one, under other names.
  struct Level {
    uint64_t followed = 0;
    uint64_t newest = 0;
    bool connected = false;
  };

  Register(std::shared_ptr<kv::Shard> shard, Families families, KnownCentres known,
           const Clock& clock);
  Status CheckVersion();
  Status LoadState();
  // Makes the centres of the list that is compiled in known to the register.
  Status TeachKnown();
  static std::map<std::string, Renamed> RenamesOf(const std::map<std::string, Report>& reports);
  // By key.
  std::map<std::string, Report> ReportsOf(const v1::LoggedFindings& entry, kv::Slot slot_first,
                                          const std::vector<v1::Finding>& kept);
  Status NoteVersions(const v1::LoggedFindings& entry,
                      const std::map<std::string, Report>& reports,
                      std::set<std::string>* centres, Draft* draft);
  // Takes in what an entry says. How many findings that were.
  StatusOr<size_t> Merge(kv::Slot slot_first, const v1::LoggedFindings& entry, Draft* draft);
  // What pages of the centre's key say, with what this one says.
  Status TakeReport(const Report& report, Draft* draft);
  // Writes the draft and rings for what it tells.
  Status Commit(Draft* draft) REQUIRES_LOCK(mutex_);
  // Where a list goes on behind the record that a cursor names.
  StatusOr<std::string> NewestKeyAfter(const std::string& cursor);

  // Constant after Open.
  const std::shared_ptr<kv::Shard> shard_;
  const Families families_;
  const Clock& clock_;
  const KnownCentres known_;
  const CentreBook centres_;
  const CurationLog curations_;
  // Own synchronization.
  base::Bell bell_;

  base::Mutex mutex_;
  uint64_t sequence_ GUARDED_BY(mutex_) = 0;  // Of the newest event.
  uint64_t announcement_count_ GUARDED_BY(mutex_) = 0;
  uint64_t centre_count_ GUARDED_BY(mutex_) = 0;    // Of those that stand.
  uint64_t curation_count_ GUARDED_BY(mutex_) = 0;  // The number of the newest.
  std::map<kv::Slot, Level> levels_ GUARDED_BY(mutex_);
};

}  // namespace signboard::registry
