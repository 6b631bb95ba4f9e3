// Archive keeps every version of every page, by URL and date, and finds them again.
//
// A capture is one batch: snapshot, index entry, body, counts, findings. It is there whole once
// Store has returned, and not at all if the process dies before. A body is kept once a slot,
// however many captures have it; a 304 is kept as a revisit of the capture it repeats. What is read
// is compared with its SHA-256 first.
//
// Which URL answers: SURT finds, the exact URL decides. Where a capture of the exact URL fits a
// question, it is the answer; where none does, captures of the other URLs that share its SURT
// (http and https, with and without www) are.
//
// Threads: safe from any. All calls wait for disk; never call one on an io_context thread.
// Errors:  kInvalidArgument: the caller's request, naming the field. kNotFound: nothing fits.
//          kDataLoss: what is kept is damaged, names the snapshot. Others are the shard's.
// Cost:    Store is one synced write, shared with those of other threads. Find is one or two seeks
//          and a read. Lists read no body.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/status.h"
#include "proto/base/time.h"
#include "signboard/v1/archive.pb.h"
#include "storage/archive/check_capture.h"
#include "storage/archive/damage_notes.h"
#include "storage/archive/finding_log.h"
#include "storage/archive/stripe_locks.h"
#include "storage/archive/verifier.h"
#include "storage/kv/space.h"

namespace signboard::archive {

inline constexpr uint32_t kListDefault = 1'000;
inline constexpr uint32_t kListMax = 100'000;
// How long a list may be when `asked` was asked for; 0 asks for the default.
StatusOr<uint32_t> ListLimit(uint32_t asked);

struct ArchiveOptions {
  Millis ahead_max{300'000};  // How far a capture's clock may be ahead of ours.
};

class Archive {
 public:
  // `space` holds ArchiveFamilies() first, whatever follows, and, as `clock`, outlives the archive.
  static StatusOr<std::unique_ptr<Archive>> Open(kv::Space& space, ArchiveOptions options,
                                                 const Clock& clock);

  // Keeps a capture; durable when it returns. Storing a capture id again changes nothing and gives
  // the id of the first time. kNotFound: the capture says "unchanged", and nothing is kept that
  // could be; the page must be fetched without conditions.
  StatusOr<v1::StoreReply> Store(Capture capture);

  // The two halves of Store. After Write a capture is found and read, survives the process, and
  // may be lost with the machine; Sync makes durable whatever was written to the shard before.
  // `finding` is the last of the numbers that those have, 0: they have none.
  struct Written {
    v1::StoreReply reply;
    std::shared_ptr<kv::Shard> shard;
    uint64_t finding = 0;  // Number in the log of findings; 0: it has none.
  };
  StatusOr<Written> Write(Capture capture);
  Status Sync(kv::Shard& shard, uint64_t finding);

  // The snapshot that answers a request, without its body. A revisit carries the digests, type and
  // page facts of the capture it repeats.
  StatusOr<v1::Snapshot> Find(const v1::GetRequest& request);

  // The bytes of a snapshot that Find gave and that HasBody (snapshots.h).
  StatusOr<std::string> ReadBody(const v1::Snapshot& snapshot, v1::GetRequest::Body form);

  // kNotFound: nothing was ever captured at the URL. Captures, but none in the range: empty.
  StatusOr<std::vector<v1::Version>> ListVersions(const v1::ListVersionsRequest& request);
  StatusOr<std::vector<v1::UrlEntry>> ListUrls(const v1::ListUrlsRequest& request);

  StatusOr<v1::ArchiveStats> Stats();

  // What was found in the pages of the shard that holds `slot`, from entry `after` of its log on.
  // kFailedPrecondition: the log never reached `after`. The archive outlives the tail.
  StatusOr<FindingTail> TailFindings(kv::Slot slot, uint64_t after);
  // The newest entry of that log; 0: there is none. Whoever merged it has merged all.
  StatusOr<uint64_t> NewestFindings(kv::Slot slot);
  // Rings when there is more for a tail.
  base::Bell& findings_bell() { return findings_.bell(); }

 private:
  friend StatusOr<std::vector<v1::CaptureEntry>> ListCaptures(
      Archive& archive, const v1::ListCapturesRequest& request);
  friend const DamageNotes& DamageOf(const Archive& archive);
  friend StatusOr<std::unique_ptr<Verifier>> MakeVerifier(Archive& archive,
                                                          const std::string& after,
                                                          uint64_t all_captures);
  friend class Redetector;  // Which logs what it has found.
  // Adds an entry about a capture that is kept, and gives its sequence; durable when it returns.
  StatusOr<uint64_t> LogFindings(const v1::LoggedFindings& entry);

  Archive(kv::Space& space, ArchiveOptions options, const Clock& clock)
      : space_(space), options_(options), clock_(clock) {}
  // Remembers what ReadBody of this form met.
  void NoteUnread(const v1::Snapshot& snapshot, v1::GetRequest::Body form, const Status& why);

  // Constant after construction.
  kv::Space& space_;
  const ArchiveOptions options_;
  const Clock& clock_;
  // Own synchronization.
  StripeLocks locks_;
  FindingLog findings_;
  std::unique_ptr<DamageNotes> damage_;
  std::atomic<uint64_t> stored_{0};
};

// What was found damaged and still is.
const DamageNotes& DamageOf(const Archive& archive);
// Proves what is kept, from a place on (verifier.h). The archive outlives it.
StatusOr<std::unique_ptr<Verifier>> MakeVerifier(Archive& archive, const std::string& after,
                                                 uint64_t all_captures);

}  // namespace signboard::archive
