#include "frontier/resting.h"

#include <algorithm>

#include "frontier/revisit_policy.h"
#include "frontier/schema.h"
#include "proto/base/span.h"

namespace signboard::frontier {
namespace {

constexpr uint32_t kBlocksCountedMax = 64;
constexpr int kTooManyRequests = 429;
constexpr int kServiceUnavailable = 503;

}  // namespace

bool Answered(v1::Outcome outcome) {
  return outcome == v1::OUTCOME_CONTENT || outcome == v1::OUTCOME_UNCHANGED ||
         outcome == v1::OUTCOME_REDIRECT || outcome == v1::OUTCOME_GONE;
}

Millis DelayOf(const FrontierOptions& options, const Politeness& queue) {
  return std::max({options.delay, queue.crawl_delay, queue.operator_delay});
}

Resting RestingAfter(const FrontierOptions& options, const Politeness& before,
                     std::string_view key, const v1::Report& report) {
  Resting out{.after = before};
  if (report.has_crawl_delay()) {
    out.after.crawl_delay = std::min(SpanOf(report.crawl_delay()), options.rest_max);
  } else if (Answered(report.outcome())) {
    out.after.crawl_delay = Millis(0);
  }
  if (report.has_fetched()) {
    out.rest = DelayOf(options, out.after);
    const int status = report.fetched().http_status();
    if (status == kTooManyRequests || status == kServiceUnavailable) {
      out.rest = std::max(out.rest, options.busy_rest);
    }
  }
  if (report.has_retry_after()) {
    out.rest = std::max(out.rest, std::min(SpanOf(report.retry_after()), options.rest_max));
  }
  if (report.outcome() == v1::OUTCOME_BLOCKED) {
    const Millis wait = Doubled(options.block_start, before.blocks_in_row, options.block_max);
    const Millis jitter(wait.count() / 10 * static_cast<int64_t>(StableHash(key) % 101) / 100);
    out.after.blocks_in_row = std::min(before.blocks_in_row + 1, kBlocksCountedMax);
    out.block = wait + jitter;
  } else if (Answered(report.outcome())) {
    out.after.blocks_in_row = 0;
  }
  return out;
}

}  // namespace signboard::frontier
