// A draft is what one entry of a log, or one curation, is about to write: records as they will be,
// read once, and the events that tell of them. Finish makes one batch of what differs.
//
// Threads: one.
// Errors:  kDataLoss: a record does not decode. Others are the shard's.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "signboard/v1/register.pb.h"
#include "storage/register/records.pb.h"
#include "storage/register/schema.h"

namespace signboard::registry {

template <class Record>
StatusOr<Record> LoadOrEmpty(kv::Shard& shard, kv::Family family, const std::string& id) {
  const std::string key = IdKey(id);
  ASSIGN_OR_RETURN(const std::optional<std::string> value, shard.Get(family, key));
  if (!value) return Record();
  return Decode<Record>(key, *value);
}

class Draft {
 public:
  // `sequence`: of the newest event so far. `trace_id` goes with each that is told.
  Draft(kv::Shard& shard, const Families& families, uint64_t sequence, std::string trace_id)
      : shard_(shard), families_(families), sequence_(sequence), trace_id_(std::move(trace_id)) {}

  // To be changed in place; an empty record where there is none. Good as long as the draft.
  StatusOr<CentreRecord*> Centre(const std::string& id);
  StatusOr<EvidenceRecord*> Evidence(const std::string& id);
  StatusOr<v1::Announcement*> Announcement(const std::string& id);

  // Gives the announcement its sequence and an event. `curation`: its number, or 0.
  void Tell(const std::string& type, uint64_t curation, v1::Announcement* announcement);
  // Announcements that are not what they were; their sequence aside.
  std::vector<v1::PreviewReply::Change> ChangedAnnouncements() const;
  // All that differs, in `batch`. Once, last.
  void Finish();

  kv::Batch& batch() { return batch_; }
  const std::string& trace_id() const { return trace_id_; }
  uint64_t sequence() const { return sequence_; }
  uint64_t new_announcements() const { return new_announcements_; }
  int64_t more_centres() const { return more_centres_; }  // Of those that stand.
  // Type and id of what was told, for the log.
  const std::vector<std::pair<std::string, std::string>>& told() const { return told_; }

 private:
  template <class Record>
  struct Held {
    Record is;
    Record was;
  };
  template <class Record>
  using AllHeld = std::map<std::string, std::unique_ptr<Held<Record>>>;
  template <class Record>
  StatusOr<Record*> Hold(kv::Family family, const std::string& id, AllHeld<Record>* all);
  void PutCentre(const CentreRecord& was, const CentreRecord& is);
  void PutEvidence(const std::string& id, const EvidenceRecord& was, const EvidenceRecord& is);

  kv::Shard& shard_;
  const Families families_;
  uint64_t sequence_;
  const std::string trace_id_;
  kv::Batch batch_;
  AllHeld<CentreRecord> centres_;
  AllHeld<EvidenceRecord> evidence_;
  AllHeld<v1::Announcement> announcements_;
  uint64_t new_announcements_ = 0;
  int64_t more_centres_ = 0;
  std::vector<std::pair<std::string, std::string>> told_;
};

}  // namespace signboard::registry
