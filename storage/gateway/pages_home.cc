// The home page: the newest announcements and how many centres there are by level, then what
// Signboard is doing, its seeds, the newest captures.
#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

#include "storage/gateway/announcement_view.h"
#include "storage/gateway/labels.h"
#include "storage/gateway/pages.h"
#include "storage/gateway/services.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

using boost::asio::awaitable;

constexpr Millis kStatsTimeout{3'000};
constexpr size_t kSeedsShown = 50;
// The newest captures are looked for among so many sites, and so many URLs of each.
constexpr size_t kSitesAsked = 10;
constexpr uint32_t kUrlsAsked = 1'000;
constexpr size_t kNewestShown = 15;
constexpr uint32_t kAnnouncementsShown = 12;
// Counting reads the whole register; so many centres are a lower bound.
constexpr uint32_t kCentresCounted = 5'000;

PageData ArchiveFigures(const v1::ArchiveStats& stats) {
  PageData data;
  data.set("snapshots", ShownCount(stats.snapshots()));
  data.set("urls", ShownCount(stats.urls()));
  data.set("bodies", ShownCount(stats.bodies()));
  data.set("disk", ShownBytes(stats.disk_bytes()));
  return data;
}

PageData FrontierFigures(const v1::FrontierStats& stats) {
  PageData data;
  data.set("known", ShownCount(stats.urls()));
  data.set("waiting", ShownCount(stats.waiting()));
  data.set("due", ShownCount(stats.due()));
  data.set("leased", ShownCount(stats.leased()));
  data.set("queues", ShownCount(stats.queues()));
  data.set("workers", ShownCount(stats.workers()));
  return data;
}

std::string LookupPath(std::string_view url) { return "/lookup?url=" + EncodeQuery(url); }

// What the archive has of the seeds' sites.
struct Sites {
  std::unordered_map<std::string, v1::UrlEntry> of_seed;  // By the seed's URL.
  std::vector<v1::UrlEntry> newest;
  bool cut = false;  // A site has more URLs than were looked at.
};

awaitable<StatusOr<v1::UrlEntry>> EntryOf(const Backend* backend, std::string url) {
  v1::ListUrlsRequest exact;
  exact.set_query(url);
  exact.set_match(v1::ListUrlsRequest::EXACT);
  exact.set_limit(10);  // http and https, with and without www, share a key.
  auto entries = co_await backend->Urls(std::move(exact));
  if (!entries.ok()) co_return entries.status();
  for (v1::UrlEntry& entry : *entries)
    if (entry.url() == url) co_return std::move(entry);
  co_return base::NotFound(url);
}

void KeepNewest(std::vector<v1::UrlEntry>* entries) {
  std::sort(entries->begin(), entries->end(), [](const auto& a, const auto& b) {
    return a.last_ms() != b.last_ms() ? a.last_ms() > b.last_ms() : a.url() < b.url();
  });
  if (entries->size() > kNewestShown) entries->resize(kNewestShown);
}

awaitable<StatusOr<Sites>> AskSites(const Backend* backend, std::vector<std::string> seed_urls) {
  Sites sites;
  std::unordered_set<std::string> hosts;
  for (const std::string& seed_url : seed_urls) {
    auto entry = co_await EntryOf(backend, seed_url);
    if (entry.ok()) sites.of_seed[seed_url] = std::move(*entry);
    const auto url = Url::Parse(seed_url);
    if (!url.ok() || hosts.size() >= kSitesAsked || !hosts.insert(url->host()).second) continue;
    v1::ListUrlsRequest list;
    list.set_query(seed_url);
    list.set_match(v1::ListUrlsRequest::HOST);
    list.set_limit(kUrlsAsked);
    auto entries = co_await backend->Urls(std::move(list));
    if (!entries.ok()) co_return entries.status();
    sites.cut = sites.cut || entries->size() == kUrlsAsked;
    for (v1::UrlEntry& found : *entries) sites.newest.push_back(std::move(found));
    KeepNewest(&sites.newest);
  }
  co_return sites;
}

PageData SeedRow(const v1::Seed& seed, const Sites& sites) {
  PageData row;
  row.set("url", Shown(seed.url()));
  row.set("link", LookupPath(seed.url()));
  row.set("kind", Shown(seed.kind()));
  row.set("code", Shown(seed.code()));
  row.set("state", Shown(seed.state()));
  const auto entry = sites.of_seed.find(seed.url());
  const bool known = entry != sites.of_seed.end() && entry->second.last_ms() != 0;
  row.set("last", known ? PageData(ShownTime(entry->second.last_ms())) : PageData(false));
  row.set("outcome", known ? OutcomeWord(entry->second.last_outcome()) : "");
  return row;
}

PageData NewestRow(const v1::UrlEntry& entry) {
  PageData row;
  row.set("time", ShownTime(entry.last_ms()));
  row.set("link", LookupPath(entry.url()));
  row.set("title", Shown(entry.title().empty() ? entry.url() : entry.title(), 120));
  row.set("url", entry.title().empty() ? "" : Shown(entry.url()));
  row.set("outcome", OutcomeWord(entry.last_outcome()));
  return row;
}

void PutSeeds(const std::vector<v1::Seed>& seeds, const Sites& sites, PageData* page) {
  PageData rows(PageData::type::list);
  for (size_t i = 0; i < std::min(seeds.size(), kSeedsShown); ++i)
    rows << SeedRow(seeds[i], sites);
  page->set("has_seeds", !seeds.empty());
  page->set("seeds", rows);
  page->set("more_seeds", seeds.size() > kSeedsShown);
  page->set("shown", std::to_string(kSeedsShown));
  PageData newest(PageData::type::list);
  for (const v1::UrlEntry& entry : sites.newest) newest << NewestRow(entry);
  page->set("has_newest", !sites.newest.empty());
  page->set("newest", newest);
  page->set("sampled", sites.cut ? PageData(ShownCount(kUrlsAsked)) : PageData(false));
}

// The newest announcements, one more than are shown.
awaitable<Status> PutAnnouncements(const RegisterClient* registry, Language language,
                                   PageData* page) {
  v1::ListAnnouncementsRequest list;
  list.set_limit(kAnnouncementsShown + 1);
  auto found = co_await registry->Announcements(std::move(list));
  if (!found.ok()) co_return found.status();
  page->set("more_announcements", found->size() > kAnnouncementsShown);
  if (found->size() > kAnnouncementsShown) found->resize(kAnnouncementsShown);
  PageData items(PageData::type::list);
  for (const v1::Announcement& announcement : *found)
    items << AnnouncementItem(announcement, language);
  page->set("has_announcements", !found->empty());
  page->set("announcements", items);
  co_return OkStatus();
}

awaitable<Status> PutLevels(const RegisterClient* registry, Language language, PageData* page) {
  v1::ListCentresRequest list;
  list.set_limit(kCentresCounted);
  const auto centres = co_await registry->Centres(std::move(list));
  if (!centres.ok()) co_return centres.status();
  const std::string more = centres->size() == kCentresCounted ? "+" : "";
  constexpr std::string_view kLevels[] = {"province", "prefecture", "county", "other"};
  std::array<size_t, std::size(kLevels)> counts{};
  for (const v1::Centre& centre : *centres) {
    const auto* level = std::find(std::begin(kLevels), std::end(kLevels) - 1, centre.level());
    ++counts[static_cast<size_t>(level - std::begin(kLevels))];
  }
  PageData levels(PageData::type::list);
  for (size_t i = 0; i < counts.size(); ++i) {
    PageData level;
    level.set("label", LevelLabel(kLevels[i], language));
    level.set("count", ShownCount(counts[i]) + more);
    levels << level;
  }
  page->set("levels", levels);
  co_return OkStatus();
}

}  // namespace

AnswerLater HomePage(Services* services, HttpServerRequest request) {
  const Backend* backend = &services->backend;
  PageData page;
  PageData notices(PageData::type::list);
  bool whole = true;
  const auto miss = [&](std::string_view part, const Status& status) {
    notices << PageData(Shown(std::string(part) + ": " + base::ToString(status)));
    whole = false;
  };
  const Language language = PickLanguage(request);
  page.set("has_announcements", false);
  page.set("announcements", PageData(PageData::type::list));
  page.set("more_announcements", false);
  page.set("levels", PageData(PageData::type::list));
  Status registry = co_await PutAnnouncements(&services->registry, language, &page);
  if (registry.ok()) registry = co_await PutLevels(&services->registry, language, &page);
  if (!registry.ok()) miss("register", registry);
  const auto archive = co_await backend->GetArchiveStats(kStatsTimeout);
  page.set("archive", archive.ok() ? ArchiveFigures(*archive) : PageData(false));
  if (!archive.ok()) miss("archive", archive.status());
  const auto frontier = co_await backend->GetFrontierStats(kStatsTimeout);
  page.set("frontier", frontier.ok() ? FrontierFigures(*frontier) : PageData(false));
  if (!frontier.ok()) miss("frontier", frontier.status());
  std::vector<v1::Seed> seeds;
  Sites sites;
  if (frontier.ok()) {
    auto listed = co_await backend->Seeds(kSeedsShown);
    if (!listed.ok()) miss("frontier", listed.status());
    if (listed.ok()) seeds = std::move(*listed);
  }
  if (archive.ok()) {
    std::vector<std::string> urls;
    for (size_t i = 0; i < std::min(seeds.size(), kSeedsShown); ++i) urls.push_back(seeds[i].url());
    auto asked = co_await AskSites(backend, std::move(urls));
    if (!asked.ok()) miss("archive", asked.status());
    if (asked.ok()) sites = std::move(*asked);
  }
  PutSeeds(seeds, sites, &page);
  page.set("notices", notices);
  const bool zh = language == Language::kZh;
  HttpServerResponse response =
      RenderPage(request, "home.html", zh ? "今日" : "Today", std::move(page), whole ? 200 : 503);
  if (!whole) response.SetHeader("Retry-After", "2");
  co_return response;
}

}  // namespace signboard::gateway
