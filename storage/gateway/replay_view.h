// An archived page, or a style sheet of one, to be read in a browser: rewritten (rewrite_html.h)
// and in a sandbox (replay_answer.h).
//
// Errors:  problems of the archive. A hostile page is cut, and its banner says so.
// Cost:    the body in memory, once as it is and once rewritten, on a thread of its own; how many
//          at once is bounded by Services::rewriting.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>

#include "storage/gateway/replay_target.h"
#include "storage/gateway/services.h"

namespace signboard::gateway {

// True: `shown`, the capture whose bytes stand for what was asked, is shown rewritten.
bool IsRewritten(ReplayForm form, const v1::Snapshot& shown);

AnswerLater ReplayView(Services* services, HttpServerRequest request, ReplayForm form,
                       v1::Snapshot asked, std::unique_ptr<Capture> shown);

}  // namespace signboard::gateway
