// Reads every record of a frontier and asserts the invariants of schema.h.
//
// Threads: beside a running frontier: each shard is read as it was at one instant.
// Errors:  kDataLoss: the first thing that does not fit, by its URL, queue or job.
// Cost:    one scan of everything, two point reads per URL.
#pragma once

#include "proto/base/status.h"
#include "storage/kv/space.h"

namespace signboard::frontier {

Status CheckSchema(kv::Space& space);

}  // namespace signboard::frontier
