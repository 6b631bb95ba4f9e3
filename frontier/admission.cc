#include "frontier/admission.h"

#include "frontier/backfills.h"

namespace signboard::frontier {
namespace {

// Why the seed does not hold the URL. Empty: it does.
std::string WhyOut(const Core& core, const v1::Seed& seed, const UrlFacts& facts,
                   const UrlRecord& record) {
  if (const auto refusal = RefusalOf(seed, facts)) return ToText(*refusal, seed);
  if (record.depth() > DepthMaxOf(seed.scope(), core.options)) {
    return "deeper than the seed " + seed.url() + " goes";
  }
  return "";
}

}  // namespace

StatusOr<bool> IsWanted(Transaction& transaction, QueueState& queue, const v1::Seed& seed,
                        const UrlRecord& record) {
  if (seed.backfill().state() != kBackfillRunning) return false;
  const std::string& since = seed.backfill().since();
  if (record.list_page() == 0) return record.listed_on().empty() || record.listed_on() >= since;
  ASSIGN_OR_RETURN(const UrlRecord* first, transaction.Find(queue, record.list_url()));
  const bool too_old = first != nullptr && first->list_older_from() > 0 &&
                       record.list_page() > first->list_older_from() &&
                       since >= first->list_since();
  return !too_old;
}

StatusOr<AdmissionWord> Admit(Core& core, Transaction& transaction, QueueState& queue,
                              const std::string& url, UrlRecord& record) {
  if (!record.job_id().empty()) return AdmissionWord{};  // Somebody asked for this very URL.
  const v1::Seed* seed = core.seeds.Find(record.seed_url());
  std::string out;
  if (seed == nullptr || seed->url() != url) {
    ASSIGN_OR_RETURN(const UrlFacts facts, ReadUrl(url));
    if (seed != nullptr) out = WhyOut(core, *seed, facts, record);
    if (seed == nullptr || !out.empty()) {
      const v1::Seed* other = core.seeds.Covering(facts);
      if (other != nullptr && WhyOut(core, *other, facts, record).empty()) {
        seed = other;
        out.clear();
        record.set_seed_url(seed->url());
      }
    }
  }
  if (seed == nullptr) return AdmissionWord{Admission::kEnd, "its seed was removed"};
  if (!out.empty()) return AdmissionWord{Admission::kAside, std::move(out)};
  if (seed->state() != kSeedActive) return AdmissionWord{Admission::kAside, "its seed is paused"};
  if (record.past() && record.fetch_count() == 0) {
    ASSIGN_OR_RETURN(const bool wanted, IsWanted(transaction, queue, *seed, record));
    if (!wanted) {
      return AdmissionWord{Admission::kAside, record.list_page() > 0
          ? "it is page " + std::to_string(record.list_page() + 1) + " of the list " +
                record.list_url() + ", further back than is followed without a backfill"
          : std::string("it is of the site's past, and no backfill runs")};
    }
  }
  return AdmissionWord{};
}

}  // namespace signboard::frontier
