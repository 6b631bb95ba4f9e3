// Curator does what an analyst asks for, on a draft: it checks that it fits, changes what is
// curated of the centres (curated.h), derives what follows, and writes the entry of the log.
//
//   merge    a founding that stands into another that stands, or into a centre known before
//   split    some sources of a founding that stands, not all, into one of their own
//   retract  a founding that stands
//   confirm  one that was found, or that only its pages took back
//   undo     the newest curation in effect, or an older one that no newer one rests on
//
// Threads: one.
// Errors:  kInvalidArgument: the request. kNotFound: no such announcement. kFailedPrecondition: it
//          does not fit; the message says what would.
#pragma once

#include <string>

#include "proto/base/time.h"
#include "storage/register/curation_log.h"
#include "storage/register/draft.h"

namespace signboard::registry {

inline constexpr size_t kWhoCharsMax = 128;
inline constexpr size_t kWhyCharsMax = 1'000;

class Curator {
 public:
  // `draft` and `log` outlive it. `number`: of the log's next entry.
  Curator(const CurationLog& log, uint64_t number, UnixTime now, Draft* draft);

  // Once.
  StatusOr<v1::CurateReply> Do(const v1::CurateRequest& request);

 private:
  // A centre whose announcement can be curated, and that announcement.
  struct Subject {
    CentreRecord* record = nullptr;
    v1::Announcement* announcement = nullptr;
    const std::string& centre_id() const { return record->centre().id(); }
    const std::string& id() const { return announcement->id(); }
  };
  StatusOr<Subject> Find(const std::string& announcement_id);
  // What something is to be merged into.
  StatusOr<Subject> FindTarget(const std::string& id);

  Status Merge(const std::string& other_id);
  Status Split(const v1::CurateRequest& request);
  Status Judge(std::string_view verdict);
  Status Undo(uint64_t number);
  StatusOr<v1::Curation> ToUndo(uint64_t number);
  Status UndoMerge(const v1::Curation& curation);
  Status UndoSplit(const v1::Curation& curation);
  Status UndoVerdict(const v1::Curation& curation);

  Status DeriveAffected(const std::string& centre_id);
  // Remembers what is about to change.
  void Keep(const v1::Announcement& before);

  const CurationLog& log_;
  const UnixTime now_;
  Draft* const draft_;
  Subject subject_;
  Subject other_;
  v1::Curation entry_;
};

}  // namespace signboard::registry
