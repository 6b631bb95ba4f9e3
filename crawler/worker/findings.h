// What the detector found, as the services pass it on: the finding object of the program's
// interfaces, field by field.
//
// Threads: a pure function.
#pragma once

#include "crawler/extract/finding.h"
#include "signboard/v1/types.pb.h"

namespace signboard::worker {

v1::Finding ToProto(const extract::Finding& finding);

}  // namespace signboard::worker
