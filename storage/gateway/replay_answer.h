// The heads of answers that show a capture (RFC 7089), and the sandboxes they are shown in.
//
// Of what a site said only its status, its Content-Type and, with its bytes as they came, its
// Content-Encoding are ours to repeat. Everything it said is shown as X-Archive-Orig-*.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "signboard/v1/archive.pb.h"
#include "storage/gateway/answer.h"

namespace signboard::gateway {

// All values of a header as one, as RFC 9110 section 5.3 allows.
std::string JoinedHeader(const v1::Snapshot& snapshot, std::string_view name);
// What the site said, else what the archive knows; empty: nothing.
std::string ContentTypeOf(const v1::Snapshot& snapshot);

// Of the bytes as they came. `asked` is the capture of the URI, `shown` the one whose bytes stand
// for it, `self` the gateway as its client calls it (SelfOf).
HttpServerResponse RawHead(const v1::Snapshot& asked, const v1::Snapshot& shown,
                           const std::string& self, std::string_view mark);
// Of a page or a style sheet that was rewritten: its length and its type are not the site's.
HttpServerResponse RewrittenHead(const v1::Snapshot& asked, const v1::Snapshot& shown,
                                 const std::string& self, std::string_view content_type);

// 302 to the capture's own URI.
HttpServerResponse RedirectToCapture(const v1::Snapshot& snapshot, std::string_view mark);

}  // namespace signboard::gateway
