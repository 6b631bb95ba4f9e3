// The step between reading and storing, for the few pages that need it: an app shell goes through a
// browser, and what its scripts made of it is read in its place.
//
// A page that could not be rendered is kept as it came, and says so. Its fingerprint is then that
// of the last capture, so that a browser's bad day is no change of the page.
//
// Threads: the executor of the renderer.
// Errors:  none: they are in Snapshot.rendered.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "crawler/worker/crawl_url.h"
#include "crawler/worker/page_reader.h"

namespace signboard::worker {

// Does nothing without a renderer, or where the page needs none. All pointers outlive the call.
boost::asio::awaitable<void> RenderPage(const Services* services, const v1::Lease* lease,
                                        const ReadLimits* limits, Millis most, PageRead* page);

}  // namespace signboard::worker
