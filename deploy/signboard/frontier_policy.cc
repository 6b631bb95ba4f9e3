#include "deploy/signboard/frontier_policy.h"

#include <algorithm>

#include "frontier/hub_policy.h"
#include "frontier/links.h"
#include "frontier/outcome_table.h"
#include "frontier/resting.h"
#include "frontier/schema.h"
#include "frontier/scope.h"

namespace signboard::cli {
namespace {

constexpr uint32_t kFailuresCountedMax = 64;
constexpr int64_t kMinuteMs = 60'000;
// Some thousand hubs a week long; then the older ones count half.
constexpr uint64_t kMinutesKept = uint64_t{7} * 24 * 60 * 5'000;

frontier::Politeness PolitenessOf(const worker::GuestHost& host) {
  return {.crawl_delay = host.crawl_delay, .blocks_in_row = host.blocks_in_row};
}

bool Seen(v1::Outcome outcome) {
  return outcome == v1::OUTCOME_CONTENT || outcome == v1::OUTCOME_UNCHANGED;
}

// Hub or page? By what it looks like and by what it has shown.
void Watch(const v1::Report& report, size_t links_new, UnixTime now,
           const frontier::RevisitOptions& options, v1::GuestRecord* record) {
  frontier::Yields yields{record->yields(), record->visits()};
  // Not of the first visit: all that it shows is new.
  if (record->yielded_ms() > 0) yields = yields.After(links_new > 0);
  if (record->yielded_ms() == 0 || links_new > 0) record->set_yielded_ms(ToMillis(now));
  record->set_yields(yields.bits);
  record->set_visits(yields.visits);

  const bool was_hub = record->hub();
  const frontier::HubSigns signs{
      .seed = record->via().empty(),
      // "Not modified" says nothing about the shape: it is as it was.
      .listed = report.outcome() == v1::OUTCOME_CONTENT
                    ? report.is_hub()
                    : !record->hub_by_behaviour() && (was_hub || record->faded()),
      .by_behaviour = was_hub && record->hub_by_behaviour(),
      .yields = yields,
      .since_yield = now - FromMillis(record->yielded_ms())};
  const frontier::HubVerdict verdict = frontier::JudgeHub(signs, options);
  record->set_hub(verdict == frontier::HubVerdict::kHub);
  record->set_faded(verdict == frontier::HubVerdict::kFaded);
  record->set_hub_by_behaviour(record->hub() && !signs.seed && !signs.listed);
  if (record->hub() == was_hub) return;
  // It begins as hubs do, or as pages.
  record->clear_interval_ms();
  record->clear_seen_signs();
  record->clear_seen_days();
  record->clear_seen_visits();
  record->clear_seen_since_ms();
}

frontier::Watched WatchedOf(const v1::GuestRecord& record) {
  return {.signs = record.seen_signs(),
          .days = record.seen_days(),
          .visits = record.seen_visits()};
}

void RecordVisit(const v1::Report& report, v1::GuestRecord* record) {
  record->set_last_outcome(report.outcome());
  record->set_last_reason(report.reason());
  if (report.has_fetched()) record->set_fetch_count(record->fetch_count() + 1);
  if (report.changed()) record->set_change_count(record->change_count() + 1);
  if (Seen(report.outcome()) && report.has_state()) *record->mutable_last() = report.state();
}

}  // namespace

FrontierPolicy::FrontierPolicy(const frontier::FrontierOptions& options)
    : options_(options), revisits_(options.revisit) {}

Millis FrontierPolicy::DelayOf(const worker::GuestHost& host) const {
  return frontier::DelayOf(options_, PolitenessOf(host));
}

bool FrontierPolicy::Holds(const v1::GuestRecord& page, const v1::Outlink& link) const {
  const auto facts = frontier::ReadUrl(link.url());
  if (!facts.ok()) return false;
  const bool sitemap = link.kind() == v1::Outlink::SITEMAP;
  if (sitemap && page.sitemap_depth() >= frontier::kSitemapDepthMax) return false;
  const bool redirect = link.kind() == v1::Outlink::REDIRECT;
  if (redirect && page.redirects() >= frontier::kRedirectsMax) return false;
  const bool list_page = link.kind() == v1::Outlink::PAGINATION;
  if (list_page && page.list_page() + 1 >= options_.list_pages_max) return false;
  const uint32_t depth = page.depth() + (redirect || list_page ? 0 : 1);
  if (depth > frontier::DepthMaxOf(page.scope(), options_)) return false;
  v1::Seed seed;
  seed.set_url(page.seed_url());
  *seed.mutable_scope() = page.scope();
  return !frontier::RefusalOf(seed, *facts);
}

worker::GuestRest FrontierPolicy::RestAfter(const std::string& name, const v1::Report& report,
                                            worker::GuestHost* host) const {
  const frontier::Resting asked =
      frontier::RestingAfter(options_, PolitenessOf(*host), name, report);
  host->crawl_delay = asked.after.crawl_delay;
  host->blocks_in_row = asked.after.blocks_in_row;
  return {std::max(asked.rest, asked.block), asked.block > Millis(0)};
}

void FrontierPolicy::Observe(const v1::Report& report, size_t links_new, UnixTime now,
                             v1::GuestRecord* record) {
  const UnixTime since = FromMillis(record->seen_since_ms());
  const bool first = record->seen_since_ms() == 0;
  record->set_seen_since_ms(ToMillis(now));
  if (first) return;
  const double changes = report.changed() ? 1 : 0;
  const double signs = record->hub() ? static_cast<double>(links_new) : changes;
  const frontier::Watched watched = WatchedOf(*record).After(now - since, signs);
  record->set_seen_signs(watched.signs);
  record->set_seen_days(watched.days);
  record->set_seen_visits(watched.visits);
  if (record->hub()) week_.Add(since, now, signs);
}

void FrontierPolicy::Weigh(const frontier::HubWeight& hub, Millis interval) {
  // Who comes often would count as often: each visit counts for its minutes.
  const auto minutes = static_cast<uint64_t>(interval.count() / kMinuteMs) + 1;
  hubs_.count += minutes;
  hubs_.links += minutes * hub.links;
  hubs_.value += minutes * hub.value;
  if (hubs_.count < kMinutesKept) return;
  hubs_.count /= 2;
  hubs_.links /= 2;
  hubs_.value /= 2;
}

std::optional<Millis> FrontierPolicy::NextVisit(const std::string& url, const v1::Report& report,
                                                size_t links_new, UnixTime now,
                                                v1::GuestRecord* record) {
  if (Seen(report.outcome())) {
    Watch(report, links_new, now, options_.revisit, record);
    Observe(report, links_new, now, record);
  }
  RecordVisit(report, record);
  const frontier::Watched watched = WatchedOf(*record);
  const bool weighed = record->hub() && watched.visits > 0;
  const frontier::PageHistory page{
      .hub = record->hub(),
      .faded = record->faded(),
      .first = watched.visits == 0,
      .interval = Millis(record->interval_ms()),
      .watched = watched,
      .weight = weighed ? frontier::WeightOf(watched, 1) : frontier::HubWeight{},
      .failures_in_row = record->failures_in_row(),
      .url_hash = frontier::StableHash(url)};
  const frontier::Visit visit{
      .outcome = report.outcome(), .reason = report.reason(), .now = now};
  const bool failed = frontier::RowOf(report.outcome(), report.reason()).failed;
  record->set_failures_in_row(
      failed ? std::min(record->failures_in_row() + 1, kFailuresCountedMax) : 0);
  const auto next = revisits_.Next(page, visit, {.all = hubs_, .week = &week_});
  if (!next) return std::nullopt;
  if (weighed) Weigh(page.weight, next->interval);
  record->set_interval_ms(next->interval.count());
  return next->wait;
}

}  // namespace signboard::cli
