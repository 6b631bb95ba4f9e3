// Which URLs and instants a query names. URLs: a URL, a prefix, a host or a domain, as a range of
// keys in one slot.
//
// Threads: a pure function.
// Errors:  kInvalidArgument: no host, no URL, or a domain whose sites are spread over all slots.
#pragma once

#include <string>

#include "proto/base/status.h"
#include "proto/base/time.h"
#include "signboard/v1/archive.pb.h"
#include "storage/kv/space.h"

namespace signboard::archive {

// Of the families whose keys begin with the slot and a SURT; both bounds without the slot.
struct UrlRange {
  kv::Slot slot = 0;
  std::string first;
  std::string end;  // Exclusive.
};
StatusOr<UrlRange> UrlRangeOf(const std::string& query, v1::ListUrlsRequest::Match match);

// The instant that a request names: all before 1970 is one, and so is all after the year 9999, so
// that a step from it cannot overflow.
UnixTime InstantOf(int64_t ms);

}  // namespace signboard::archive
