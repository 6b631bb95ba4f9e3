// A queue as the verbs print it with --json.
#pragma once

#include "deploy/signboard/cli.h"

namespace signboard::cli {

inline Json QueueJson(const v1::Queue& q) {
  Json json = {{"key", q.key()},
               {"urls", q.url_count()},
               {"settled", q.settled_count()},
               {"leased", q.leased_count()},
               {"delay_s", Seconds(q.delay())},
               {"rests_until", Instant(q.rests_until_ms())},
               {"blocked_until", Instant(q.blocked_until_ms())},
               {"blocked_why", q.blocked_why()},
               {"next_due", Instant(q.next_due_ms())}};
  if (q.has_operator_delay()) json["operator_delay_s"] = Seconds(q.operator_delay());
  if (q.has_crawl_delay()) json["crawl_delay_s"] = Seconds(q.crawl_delay());
  if (q.crawl_limit() > 0) json["limit"] = q.crawl_limit();
  if (!q.crawl().empty()) json["crawl"] = q.crawl();
  return json;
}

}  // namespace signboard::cli
