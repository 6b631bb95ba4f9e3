// An archived page, or a style sheet of one, to be read in a browser: rewritten (rewrite_html.h)
// and in a sandbox (replay_answer.h).
//
// Errors:  problems of the archive; 503 where GatewayOptions::views_max are being made. A hostile
//          page is cut, and its banner says so.
// Cost:    the body in memory, once as it is, once as text and once rewritten; the work is that of
//          the threads of Services::rewriting.
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
