// What a path below /web/ asks for.
//
//   /web/<url>                     the TimeGate (memento.h)
//   /web/*/<url>                   every capture, as a calendar
//   /web/<1-14 digits>[mark]/<url> a capture: as a page to read without a mark; id_ its bytes as
//                                  they came; cs_ as a style sheet; im_ js_ oe_ fw_ something that
//                                  a page holds, as it came; if_ mp_ fr_ as without one
//
// Threads: pure functions.
// Errors:  kInvalidArgument says what is wrong with the path.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/status.h"
#include "proto/base/time.h"

namespace signboard::gateway {

enum class ReplayForm { kTimeGate, kCalendar, kPage, kStyle, kRaw };

struct ReplayTarget {
  ReplayForm form = ReplayForm::kTimeGate;
  std::string digits;    // Of a capture.
  std::string mark;      // "id_"; empty: none.
  base::TimeRange when;  // What the digits say.
  std::string url;       // A fragment is not part of it.
};

// From the raw target: the URL's own escapes and its query are part of it. Digits that neither a
// mark nor a slash follows belong to the URL: /web/360.cn/.
StatusOr<ReplayTarget> ParseReplayTarget(std::string_view target);

}  // namespace signboard::gateway
