// google.protobuf.Duration and our spans.
#pragma once

#include <google/protobuf/duration.pb.h>

#include "proto/base/time.h"

namespace signboard::base {

// Negative spans are zero, spans over 100 years are 100 years: both come from outside.
Millis SpanOf(const google::protobuf::Duration& span);
google::protobuf::Duration ToProto(Millis span);

}  // namespace signboard::base

namespace signboard {
using base::SpanOf;
using base::ToProto;
}  // namespace signboard
