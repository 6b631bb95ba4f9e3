// Snapshot records: where one lies, how it is read, and how a revisit finds its body.
//
// A revisit (OUTCOME_UNCHANGED) is kept as it was observed, with `revisit_of` naming the capture
// whose body the site said is still current. On reading it is given that capture's digests, recipe,
// type and page facts, so a reader needs no second look.
//
// Threads: safe from any. Calls wait for disk.
// Errors:  kInvalidArgument: a URL or id that does not parse. kDataLoss: a record does not decode
//          or is missing, names the snapshot. Others are the shard's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proto/base/status.h"
#include "signboard/v1/archive.pb.h"
#include "storage/archive/schema.h"
#include "storage/index/record.h"

namespace signboard::archive {

// Where the captures of a URL lie.
struct Place {
  std::shared_ptr<kv::Shard> shard;
  kv::Slot slot = 0;
  std::string surt;
};
StatusOr<Place> PlaceOf(kv::Space& space, const std::string& url);

// A body of its own, content or observed, or by revisit that of another.
bool HasBody(const v1::Snapshot& snapshot);
// A document that a browser made of the body.
bool HasRendered(const v1::Snapshot& snapshot);

std::string EncodeSnapshot(const v1::Snapshot& snapshot);
// The record under a snapshot key, as stored: a revisit is not filled in.
StatusOr<v1::Snapshot> DecodeSnapshot(std::string_view key, std::string_view value);

// nullopt: there is none.
StatusOr<std::optional<v1::Snapshot>> LoadSnapshot(kv::Shard& shard, const std::string& key,
                                                   const kv::View* view = nullptr);
StatusOr<std::optional<v1::Snapshot>> LoadById(const Place& place, const std::string& id);

// Gives a revisit what it shares with the capture it repeats. Others stay as they are.
Status FillRevisit(const Place& place, v1::Snapshot* snapshot);

// Sets `revisit_of` of a new OUTCOME_UNCHANGED snapshot: to the kept capture it names, else to the
// newest capture of the exact URL before it that has a body; a revisit of a revisit becomes one of
// the original. Returns the capture that was chosen. kNotFound: nothing is kept that could be
// unchanged, or it has another digest than the one that the snapshot names.
StatusOr<v1::Snapshot> ResolveRevisit(const Place& place, v1::Snapshot* snapshot);

// The index entry of a snapshot; `original` is the capture that a revisit repeats, else null.
index::CaptureRecord IndexRecordOf(const v1::Snapshot& snapshot, const v1::Snapshot* original);

}  // namespace signboard::archive
