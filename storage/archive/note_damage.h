// Damage needs a person: it is counted and logged wherever a call meets it.
//
// Threads: safe from any.
#pragma once

#include "proto/base/status.h"

namespace signboard::archive {

// `status`, after kDataLoss is noted.
Status NoteDamage(Status status);

}  // namespace signboard::archive
