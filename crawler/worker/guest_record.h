// Between what a foreign URLFrontier keeps of a URL and what our crawl of it needs.
//
// Threads: pure functions.
// Errors:  none: a record that does not read, whoever wrote it, is as if there were none, and what
//          of it would be sent to a site is left out unless it can be sent as it is.
#pragma once

#include <string>

#include "proto/base/time.h"
#include "signboard/v1/guest.pb.h"
#include "signboard/v1/scheduling.pb.h"
#include "urlfrontier.pb.h"

namespace signboard::worker {

inline constexpr char kGuestRecordName[] = "signboard";  // Of the metadata value.

// Of a URL that was put without a record: it is a seed of its own.
v1::GuestRecord ReadGuestRecord(const urlfrontier::URLInfo& info);
// Replaces the record in `info`; other metadata stays.
void WriteGuestRecord(const v1::GuestRecord& record, urlfrontier::URLInfo* info);

v1::Lease LeaseOf(const urlfrontier::URLInfo& info, const v1::GuestRecord& record,
                  const std::string& lease_id, Millis lasts);

// What is known of a link of a page from the page alone.
v1::GuestRecord RecordOfLink(const std::string& page_url, const v1::GuestRecord& page,
                             const v1::Outlink& link);

}  // namespace signboard::worker
