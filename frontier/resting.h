// What a visit asks of its queue: how long it rests, and whether its site shut us out.
//
// Threads: a pure function.
#pragma once

#include <cstdint>
#include <string_view>

#include "frontier/options.h"
#include "proto/base/time.h"
#include "signboard/v1/scheduling.pb.h"

namespace signboard::frontier {

// Of a queue.
struct Politeness {
  Millis operator_delay{0};    // 0: none. Here and below.
  Millis crawl_delay{0};       // Of robots.txt.
  uint32_t blocks_in_row = 0;  // How often the site's firewall answered since a page came.
};

struct Resting {
  Politeness after;
  Millis rest{0};   // From the end of the visit.
  Millis block{0};  // Likewise; 0: the site answered, or nothing did.
};

// The delay in force: the greatest of ours, robots.txt's and the operator's.
Millis DelayOf(const FrontierOptions& options, const Politeness& queue);

Resting RestingAfter(const FrontierOptions& options, const Politeness& before,
                     std::string_view key, const v1::Report& report);

// The site itself said something of the page.
bool Answered(v1::Outcome outcome);

}  // namespace signboard::frontier
