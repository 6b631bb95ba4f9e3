// A part of an answer (RFC 9110 section 14): one range of bytes of what is 200 and whose length is
// known, be it a body or a stream. Several ranges at once, other units and what does not parse are
// passed over, as the standard allows: the whole is the answer.
//
// Threads: pure functions.
#pragma once

#include "storage/gateway/answer.h"

namespace signboard::gateway {

// 206 with the part, 416 where it has none, or the answer as it was. If-Range is heeded.
void AnswerRange(const HttpServerRequest& request, HttpServerResponse* response);

}  // namespace signboard::gateway
