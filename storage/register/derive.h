// From what counts for a centre to its announcement, and to what is shown of the centre.
//
// Threads: functions on a draft, which belongs to one thread.
// Errors:  those of the draft.
#pragma once

#include <cstdint>
#include <string>

#include "proto/base/time.h"
#include "storage/register/draft.h"

namespace signboard::registry {

// A centre that was merged into another stays as it is. `curation`: the number of what makes it
// change; 0: pages do.
Status Derive(const std::string& centre_id, UnixTime now, uint64_t curation, Draft* draft);

// What a centre is called and where it is, by a finding.
void Describe(const v1::Finding& finding, v1::Centre* centre);

// Whether the centre counts, and since when not, after the state of its announcement changed.
void NoteStanding(const v1::Announcement& announcement, UnixTime now, CentreRecord* record);

}  // namespace signboard::registry
