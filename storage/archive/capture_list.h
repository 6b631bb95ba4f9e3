// Archive.ListCaptures: what the index knows of the captures of a URL, a prefix, a host or a
// domain.
//
// Threads: safe from any. Waits for disk.
// Errors:  kInvalidArgument: the query, a limit, or fields that do not go together.
// Cost:    storage/index/captures.h. No snapshot is read.
#pragma once

#include <vector>

#include "storage/archive/archive.h"

namespace signboard::archive {

inline constexpr uint32_t kClosestMax = 10'000;

StatusOr<std::vector<v1::CaptureEntry>> ListCaptures(Archive& archive,
                                                     const v1::ListCapturesRequest& request);

}  // namespace signboard::archive
