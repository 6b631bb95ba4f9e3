#include "deploy/signboard/site_watch.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "crawler/extract/gazetteer.h"
#include "deploy/signboard/page_watch.h"
#include "proto/base/log.h"
#include "storage/gateway/coverage.h"
#include "storage/gateway/words.h"

namespace signboard::cli {
namespace {

namespace asio = boost::asio;
using std::chrono::hours;

// One failure is none; but a site that was not asked again for so long did not answer for so long.
constexpr uint32_t kFailuresMin = 2;
constexpr Millis kFailureAge = hours(24);

registry::SiteSeen SeenOf(const gateway::Site& site, UnixTime now) {
  registry::SiteSeen one;
  one.url = site.seed.url();
  one.state = site.state;
  int64_t newest = 0;
  gateway::Json seen = gateway::Json::array();
  for (const gateway::Seen& each : site.seen) {
    newest = std::max(newest, each.ms);
    seen.push_back({{"vantage", each.vantage},
                    {"outcome", gateway::OutcomeWord(each.outcome)},
                    {"at", base::FormatRfc3339(FromMillis(each.ms))}});
  }
  one.confirmed = site.failures >= kFailuresMin || now - FromMillis(newest) >= kFailureAge;
  if (site.seen.size() == 1) one.vantage = site.seen.front().vantage;
  const extract::Region* region = extract::RegionOf(site.seed.code());
  gateway::Json place = nullptr;
  if (region != nullptr) {
    one.level = std::string(extract::LevelName(region->level));
    place = std::string(region->name_zh);
  }
  for (; region != nullptr; region = extract::Parent(*region))
    one.places.emplace_back(region->code);
  const bool changed = site.changed_ms != 0;
  one.data = gateway::Dump(
      {{"url", site.seed.url()},
       {"place_code", site.seed.code()},
       {"place_zh", std::move(place)},
       {"state", site.state},
       {"changed", changed ? gateway::Json(base::FormatRfc3339(FromMillis(site.changed_ms)))
                           : gateway::Json(nullptr)},
       {"interval_s", site.interval.count() / 1'000},
       {"seen", std::move(seen)}});
  return one;
}

}  // namespace

SiteWatch::SiteWatch(registry::SiteAlarms& alarms, registry::PageAlarms& pages,
                     gateway::Backend backend, asio::io_context& io, base::Pool& pool,
                     const Clock& clock, SiteWatchOptions options)
    : alarms_(alarms),
      pages_(pages),
      backend_(std::move(backend)),
      pool_(pool),
      clock_(clock),
      options_(options),
      loops_(io.get_executor()) {
  loops_.Spawn("sites.watch", Look());
}

asio::awaitable<void> SiteWatch::Stop() {
  loops_.Cancel();
  co_await loops_.Join();
}

void SiteWatch::Configure(SiteWatchOptions options) {
  options_ = options;
  changed_.Ring();
}

asio::awaitable<void> SiteWatch::Look() {
  base::Bell::Listener listener(&changed_);
  while (true) {
    auto pause = listener.Wait(options_.every);
    co_await std::move(pause);
    auto looking = LookOnce();
    const Status looked = co_await std::move(looking);
    if (!looked.ok()) Log(base::kWarn, "sites.not_looked_at", {{"why", base::Message(looked)}});
    auto reading = LookAtPages(backend_, pages_, pool_);
    const Status read = co_await std::move(reading);
    if (!read.ok()) Log(base::kWarn, "pages.not_looked_at", {{"why", base::Message(read)}});
  }
}

asio::awaitable<Status> SiteWatch::LookOnce() {
  const UnixTime now = clock_.Now();
  auto gathering = gateway::GatherSites(backend_, now);
  const auto sites = co_await std::move(gathering);
  if (!sites.ok()) co_return sites.status();
  std::vector<registry::SiteSeen> seen;
  seen.reserve(sites->size());
  for (const gateway::Site& site : *sites) seen.push_back(SeenOf(site, now));
  const Millis patience = options_.patience;
  auto telling = base::OnPool(pool_, [this, &seen, patience, now] {
    return alarms_.Look(seen, patience, now);
  });
  const auto told = co_await std::move(telling);
  if (told.ok() && *told > 0) Log(base::kInfo, "sites.told", {{"sites", *told}});
  co_return told.status();
}

}  // namespace signboard::cli
