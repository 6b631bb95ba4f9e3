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
  if (record->hub() && !was_hub) record->set_interval_ms(0);  // It begins as hubs do.
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

std::optional<Millis> FrontierPolicy::NextVisit(const std::string& url, const v1::Report& report,
                                                size_t links_new, UnixTime now,
                                                v1::GuestRecord* record) const {
  if (Seen(report.outcome())) Watch(report, links_new, now, options_.revisit, record);
  RecordVisit(report, record);
  const frontier::PageHistory page{.hub = record->hub(),
                                   .faded = record->faded(),
                                   .interval = Millis(record->interval_ms()),
                                   .fetch_count = record->fetch_count(),
                                   .change_count = record->change_count(),
                                   .failures_in_row = record->failures_in_row(),
                                   .url_hash = frontier::StableHash(url)};
  const frontier::Visit visit{.outcome = report.outcome(),
                              .reason = report.reason(),
                              .changed = report.changed()};
  const bool failed = frontier::RowOf(report.outcome(), report.reason()).failed;
  record->set_failures_in_row(
      failed ? std::min(record->failures_in_row() + 1, kFailuresCountedMax) : 0);
  const std::optional<frontier::Revisit> next = revisits_.Next(page, visit);
  if (!next) return std::nullopt;
  record->set_interval_ms(next->interval.count());
  return next->wait;
}

}  // namespace signboard::cli
