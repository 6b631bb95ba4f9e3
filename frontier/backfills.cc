#include "frontier/backfills.h"

#include <algorithm>

namespace signboard::frontier {
namespace {

// So many dated links, and a list shows how old it is.
constexpr int kDatedLinksMin = 3;

}  // namespace

bool IsDay(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  return base::ParseRfc3339(std::string(text) + "T00:00:00Z").ok();
}

void CountBackfill(const Core& core, v1::Seed& seed) {
  v1::Backfill& backfill = *seed.mutable_backfill();
  const auto count = [&backfill](const QueueState& queue) {
    const QueueRecord& record = queue.record;
    backfill.set_done(backfill.done() + record.past_done_count());
    backfill.set_waiting(backfill.waiting() + record.past_waiting_count());
    backfill.set_held(backfill.held() + record.past_held_count());
  };
  const auto& queues = core.schedule.queues();
  if (seed.scope().subdomains()) {
    const std::string below = "." + seed.scope().host();
    for (const auto& [key, queue] : queues) {
      if (key == seed.scope().host() || key.ends_with(below)) count(*queue);
    }
  } else if (const auto own = queues.find(seed.scope().host()); own != queues.end()) {
    count(*own->second);
  }
  if (backfill.state() == kBackfillRunning && backfill.waiting() == 0) {
    backfill.set_state(std::string(kBackfillComplete));
  }
}

Status NoteAge(Core& core, Transaction& transaction, QueueState& queue, const UrlRecord& page,
               const v1::Report& report) {
  if (page.list_page() == 0 || report.outcome() != v1::OUTCOME_CONTENT) return OkStatus();
  const v1::Seed* seed = core.seeds.Find(page.seed_url());
  if (seed == nullptr || seed->backfill().state() != kBackfillRunning ||
      seed->backfill().since().empty()) {
    return OkStatus();
  }
  const std::string& since = seed->backfill().since();
  int dated = 0;
  for (const v1::Outlink& link : report.outlinks()) {
    if (!IsDay(link.listed_on())) continue;
    if (link.listed_on() >= since) return OkStatus();
    ++dated;
  }
  if (dated < kDatedLinksMin) return OkStatus();
  ASSIGN_OR_RETURN(UrlRecord * first, transaction.Find(queue, page.list_url()));
  if (first == nullptr) return OkStatus();
  const bool same = first->list_since() == since && first->list_older_from() > 0;
  first->set_list_older_from(same ? std::min(first->list_older_from(), page.list_page())
                                  : page.list_page());
  first->set_list_since(since);
  return OkStatus();
}

}  // namespace signboard::frontier
