// Every key the frontier writes. No code outside frontier/ reads these column families.
//
//   family  key                                    value          the question it answers
//   ------  -------------------------------------  -------------  ---------------------------------
//   url     slot:2 queue 00 url                    UrlRecord      What do we know of this URL?
//   queue   slot:2 queue                           QueueRecord    How long does it rest, and why?
//   due     slot:2 queue 00 class:1 due:8 url      (empty)        What does this queue give next?
//   held    slot:2 expires:8 queue 00 url          LeaseRecord    Who holds what, until when?
//   seed    slot:2 url                             v1.Seed        What was asked for?
//   job     slot:2 job_id                          JobRecord      What came of a recrawl?
//   meta    slot:2 "schema"                        decimal        Which form do these bytes have?
//   meta    slot:2 "outcomes"                      OutcomeCounts  How often did each outcome come?
//   meta    0100 "clients"                         ClientRecord   What holds for all their crawls?
//
//   slot    SlotOfQueue(queue); a seed's is that of its URL's queue.
//   url     The exact bytes reported: two spellings are two URLs (URLFrontier's rule).
//   queue   The politeness key, by default host[:port]; holds no zero byte (checked on entry). Of a
//           URLFrontier client's crawl: crawl and key (crawl_queue.h). Its URLs have an `item`, are
//           of class 3 and due when the client says; they are under no seed and have no job.
//   class   1 on demand, 2 hub, 3 normal, 4 backfill; 0xfe parked (kept aside).
//   job_id  slot, instant of creation and a random number in hex: a slot's jobs are in their order.
//   x:8     Unsigned, big-endian, so byte order is numeric order. Instants are ms, UTC.
//
// Invariants. CheckSchema() asserts them after every test and in `signboard verify`:
//   1. A waiting URL has one due key, a leased URL one held key and its due key at its place,
//      a settled URL neither. The place is PlaceOf(record), a function of the record alone.
//   2. One transition is one batch in one shard: no crash shows a state between two of these.
//   3. A queue's counts are those of its URLs: CountIn(record), a function of the record alone.
//   4. A URL names a job exactly while that job is open.
//
// These bytes outlive the program. To change one: raise kSchemaVersion, add the step that migrates,
// keep the reader of the old form for one release, add a golden store to tests/data/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frontier/records.pb.h"
#include "proto/base/status.h"
#include "proto/base/time.h"
#include "storage/kv/space.h"

namespace signboard::frontier {

inline constexpr int kSchemaVersion = 1;

// DO NOT CHANGE the order: a family's position is its number.
enum : kv::Family { kUrlFamily, kQueueFamily, kDueFamily, kHeldFamily, kSeedFamily, kJobFamily,
                    kMetaFamily };
// What the Space of a frontier is opened with.
std::vector<kv::FamilySpec> FrontierFamilies();

// DO NOT CHANGE: bytes of due keys.
enum class DueClass : uint8_t {
  kOnDemand = 1,
  kHub = 2,
  kNormal = 3,
  kBackfill = 4,
  kParked = 0xfe,
};
inline constexpr size_t kLentClassCount = 4;  // kOnDemand..kBackfill; parked URLs are not lent.
inline constexpr size_t kNormalIndex = 2;     // Of kNormal among them.

// Where in its queue a URL waits.
struct Place {
  DueClass due_class;
  int64_t due_ms;
  bool operator==(const Place&) const = default;
};
// nullopt: settled, it has no place.
std::optional<Place> PlaceOf(const UrlRecord& record);

// Adds a URL `times` (1 or -1) to the counts of its queue that are a function of the URL's record
// alone: all but url_count.
void CountIn(const UrlRecord& record, int times, QueueRecord& counts);

std::string UrlKey(kv::Slot slot, std::string_view queue, std::string_view url);
std::string QueueKeyOf(kv::Slot slot, std::string_view queue);
std::string DueKey(kv::Slot slot, std::string_view queue, Place place, std::string_view url);
// The part in front of every due key of one class of one queue.
std::string DuePrefix(kv::Slot slot, std::string_view queue, DueClass due_class);
std::string HeldKey(kv::Slot slot, int64_t expires_ms, std::string_view queue,
                    std::string_view url);
std::string SeedKey(kv::Slot slot, std::string_view url);
std::string JobKey(kv::Slot slot, std::string_view job_id);
std::string MetaKey(kv::Slot slot, std::string_view name);
inline constexpr std::string_view kClientsName = "clients";  // Of the ClientRecord.

// The smallest key greater than every key that begins with `prefix`.
std::string PrefixEnd(std::string_view prefix);

// Keys read back. kDataLoss: the bytes are not such a key.
struct QueueUrl {
  kv::Slot slot = 0;
  std::string queue;
  std::string url;
};
struct DueEntry {
  QueueUrl what;
  Place place;
};
struct HeldEntry {
  QueueUrl what;
  int64_t expires_ms = 0;
};
StatusOr<QueueUrl> ParseUrlKey(std::string_view key);
StatusOr<DueEntry> ParseDueKey(std::string_view key);
StatusOr<HeldEntry> ParseHeldKey(std::string_view key);

// "00a7-0193f0c2a1b4-5d6e7f80". kNotFound: no such form, so no such job.
std::string MakeJobId(kv::Slot slot, UnixTime created, uint32_t nonce);
StatusOr<kv::Slot> SlotOfJobId(std::string_view job_id);

// `value` as a Record. kDataLoss naming `key` when it does not decode.
template <class Record>
StatusOr<Record> Decode(std::string_view key, const std::string& value);
Status UndecodableRecord(std::string_view key, std::string_view type);

// FNV-1a, 64 bits: equal on every machine and for ever; not against an adversary.
uint64_t StableHash(std::string_view bytes);

template <class Record>
StatusOr<Record> Decode(std::string_view key, const std::string& value) {
  Record record;
  if (!record.ParseFromString(value)) return UndecodableRecord(key, record.GetTypeName());
  return record;
}

}  // namespace signboard::frontier
