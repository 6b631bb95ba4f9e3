// What a capture must be before it is kept. Captures come over the network: every size is bounded
// and every digest is compared with the bytes it names.
//
// Threads: pure functions.
// Errors:  kInvalidArgument, naming the field and what is wrong with it.
// Cost:    CheckBodies hashes the bytes twice (SHA-1, SHA-256) and compresses once for a recipe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "proto/base/status.h"
#include "proto/base/time.h"
#include "signboard/v1/archive.pb.h"

namespace signboard::archive {

inline constexpr size_t kBodyBytesMax = size_t{100} << 20;  // Decoded, and on the wire.
// Of a body that is no content, decoded and on the wire. A longer one is not kept.
inline constexpr size_t kObservedBytesMax = size_t{1} << 20;
inline constexpr size_t kRenderedBytesMax = size_t{10} << 20;
inline constexpr size_t kSnapshotBytesMax = size_t{1} << 20;  // The record without its body.
inline constexpr size_t kTextBytesMax = size_t{1} << 20;
inline constexpr size_t kFindingsMax = 1'000;
inline constexpr size_t kFindingsBytesMax = size_t{1} << 20;  // Of all findings of a capture.
inline constexpr size_t kHeaderFieldsMax = 1'000;  // Of the request and of the response each.
inline constexpr size_t kCaptureIdBytes = 16;

// One capture as it comes to the archive.
struct Capture {
  v1::StoreRequest::Header header;
  std::string decoded;
  std::string wire;  // With WireRecipe.STORED alone.
  std::string rendered;  // With Snapshot.rendered alone.
};

// Everything that can be told without the bodies. A capture may be `ahead_max` ahead of `now`.
Status CheckHeader(const v1::StoreRequest::Header& header, UnixTime now, Millis ahead_max);

// What the page said: the one kind of body that is ever a version or a change of it.
bool IsContent(const v1::Snapshot& snapshot);
// A body that is no content and is kept all the same, because it is what the site answered: of a
// redirect, and of a page that is gone. Known of a snapshot that went through CheckBodies. Of a
// block page and of an error the digest and the size stay on record, and `detail` says the rest.
bool IsObserved(const v1::Snapshot& snapshot);
inline bool KeepsBody(const v1::Snapshot& snapshot) {
  return IsContent(snapshot) || IsObserved(snapshot);
}

// What the body bytes of a header come to; 0 for parts that are not sent.
size_t DecodedBytes(const v1::Snapshot& snapshot);
size_t WireBytes(const v1::Snapshot& snapshot);
size_t RenderedBytes(const v1::Snapshot& snapshot);

// The bytes are those that the snapshot names: sizes, digests, recipe. Fills in what follows from
// them (a missing SHA-1; the wire digests of an identity coding) and drops what is not kept.
Status CheckBodies(Capture* capture);

// Applies the recipe of a snapshot. kInvalidArgument: it is none, or is refused.
StatusOr<std::string> RecreateWire(const v1::WireRecipe& recipe, std::string_view decoded);

}  // namespace signboard::archive
