#include "frontier/links.h"

#include <algorithm>

#include "frontier/admission.h"
#include "frontier/backfills.h"
#include "frontier/list_pages.h"
#include "frontier/moved_hubs.h"

namespace signboard::frontier {
namespace {

// Later pages of a list are due one after the other, so that it can be left where it is too old.
constexpr int64_t kListPageStepMs = 1;

// On demand is for people: a page cannot ask for it.
v1::Priority PriorityOf(const v1::Outlink& link) {
  const bool file = link.kind() == v1::Outlink::SITEMAP || link.kind() == v1::Outlink::FEED;
  if (file || link.priority() == v1::PRIORITY_HUB) return v1::PRIORITY_HUB;
  return link.priority() == v1::PRIORITY_BACKFILL ? v1::PRIORITY_BACKFILL : v1::PRIORITY_NORMAL;
}

class Screen {
 public:
  Screen(Core& core, const LinkSource& page, const v1::Report& report)
      : core_(core), page_(page), is_list_(report.is_hub() || page.record.list_page() > 0) {
    if (is_list_) PlacePages(report);
  }

  // nullopt: it does not pass.
  std::optional<Candidate> Pass(const v1::Seed& seed, const v1::Outlink& link)
      REQUIRES_LOCK(core_.mutex) {
    const UrlRecord& page = page_.record;
    Candidate out;
    out.url = link.url();
    const bool redirect = link.kind() == v1::Outlink::REDIRECT;
    const bool list_page = is_list_ && link.kind() == v1::Outlink::PAGINATION;
    if (list_page) out.list_page = places_[next_place_++];
    out.depth = page.depth() + (redirect || list_page ? 0 : 1);
    if (link.kind() == v1::Outlink::SITEMAP) out.sitemap_depth = page.sitemap_depth() + 1;
    if (redirect) out.redirects = page.redirects() + 1;
    if (out.sitemap_depth > kSitemapDepthMax || out.redirects > kRedirectsMax ||
        out.list_page > kListPageMax || out.depth > DepthMaxOf(seed.scope(), core_.options)) {
      return std::nullopt;
    }
    const StatusOr<UrlFacts> facts = ReadUrl(link.url());
    if (!facts.ok() || RefusalOf(seed, *facts)) return std::nullopt;
    const std::string& key = link.queue().empty() ? facts->queue : link.queue();
    if (!CheckQueueKey(key).ok()) return std::nullopt;
    const StatusOr<QueueState*> queue = core_.schedule.FindOrAdd(key);
    if (!queue.ok()) return std::nullopt;
    out.queue = *queue;
    Rank(link, out);
    return out;
  }

 private:
  void PlacePages(const v1::Report& report) {
    std::vector<std::string> urls;
    for (const v1::Outlink& link : report.outlinks()) {
      if (link.kind() == v1::Outlink::PAGINATION) urls.push_back(link.url());
    }
    places_ = PlacesInList(ListUrlOf(page_), page_.url, page_.record.list_page(), urls);
  }

  // Whether it is of the past, and how urgent.
  void Rank(const v1::Outlink& link, Candidate& out) {
    const UrlRecord& page = page_.record;
    const bool first_visit = !page.has_last();
    out.past = out.list_page >= core_.options.list_pages_max ||
               (page.past() && (first_visit || out.redirects > 0));
    const bool page_of_site = link.kind() == v1::Outlink::LINK ||
                              link.kind() == v1::Outlink::KIND_UNSPECIFIED;
    if (page.sitemap_depth() > 0 && first_visit && page_of_site) {
      out.past = out.past || ++sitemap_links_ > core_.options.sitemap_links_max;
    }
    if (out.past) {
      out.priority = v1::PRIORITY_BACKFILL;
      out.listed_on = IsDay(link.listed_on()) ? link.listed_on() : "";
      return;
    }
    out.priority = PriorityOf(link);
    if (out.priority == v1::PRIORITY_HUB && ++hub_links_ > kHubLinksPerReportMax) {
      out.priority = v1::PRIORITY_NORMAL;
    }
  }

  Core& core_;
  const LinkSource& page_;
  const bool is_list_;
  std::vector<uint32_t> places_;  // Of the links that are pages of this list, in order.
  size_t next_place_ = 0;
  uint32_t hub_links_ = 0;
  uint32_t sitemap_links_ = 0;
};

class Adder {
 public:
  Adder(Core& core, Transaction& transaction, const LinkSource& page, UnixTime now,
        LinkCounts& counts)
      : core_(core), transaction_(transaction), page_(page), now_(now), counts_(counts) {}

  Status Add(const Candidate& candidate) REQUIRES_LOCK(core_.mutex) {
    ASSIGN_OR_RETURN(UrlRecord * record, transaction_.Find(*candidate.queue, candidate.url));
    // Known, but under no seed any more, or never: now it has one.
    const bool adopted =
        record != nullptr && (record->settled_with_seed() || record->seed_url().empty());
    if (record != nullptr && !adopted) {
      MeetAgain(candidate, *record);
      return OkStatus();
    }
    if (record == nullptr) {
      if (transaction_.Edit(*candidate.queue).url_count() >= core_.options.urls_per_queue_max) {
        ++counts_.refused_count;
        return OkStatus();
      }
      record = &transaction_.Add(*candidate.queue, candidate.url);
      record->set_discovered_ms(ToMillis(now_));
      record->set_state(UrlRecord::WAITING);
    }
    if (record->state() == UrlRecord::SETTLED) record->set_state(UrlRecord::WAITING);
    record->set_settled_with_seed(false);
    record->set_seed_url(page_.record.seed_url());
    record->set_depth(candidate.depth);
    record->set_sitemap_depth(candidate.sitemap_depth);
    record->set_redirects(candidate.redirects);
    Take(candidate, *record);
    if (candidate.past) RETURN_IF_ERROR(KeepAside(candidate, *record));
    if (candidate.redirects > 0) Inherit(core_, page_, candidate.url, now_, *record, counts_);
    ++counts_.new_count;
    return OkStatus();
  }

 private:
  void MeetAgain(const Candidate& candidate, UrlRecord& record) REQUIRES_LOCK(core_.mutex) {
    ++counts_.known_count;
    if (IsYoung(page_.record)) ++counts_.known_by_via[record.via()];
    // The present names what was only known as past.
    if (record.past() && record.fetch_count() == 0 && !candidate.past) Take(candidate, record);
    if (candidate.redirects > 0) Inherit(core_, page_, candidate.url, now_, record, counts_);
  }

  // Its place in the schedule.
  void Take(const Candidate& candidate, UrlRecord& record) REQUIRES_LOCK(core_.mutex) {
    const UrlRecord& page = page_.record;
    v1::Priority priority = candidate.priority;
    record.set_hub(false);
    if (priority == v1::PRIORITY_HUB) {
      if (MayTrust(*candidate.queue)) {
        record.set_hub(true);
        record.set_hub_basis(UrlRecord::LINK);
      } else {
        priority = v1::PRIORITY_NORMAL;
      }
    } else if (priority == v1::PRIORITY_NORMAL && page.hub() && page.has_last() &&
               counts_.news_count < kNewsPerReportMax) {
      // It was not there when the hub was last seen: news, which go in front of what a site's first
      // visit brought up. After its first fetch it is a page like others.
      ++counts_.news_count;
      priority = v1::PRIORITY_HUB;
    }
    record.set_priority(priority);
    record.set_scheduled(true);
    record.set_parked(false);
    const int64_t after = candidate.past ? candidate.list_page * kListPageStepMs : 0;
    record.set_due_ms(ToMillis(now_) + after);
    record.set_via(page_.url);
    record.set_past(candidate.past);
    record.set_list_page(candidate.list_page);
    record.set_list_url(candidate.list_page > 0 ? ListUrlOf(page_) : std::string());
    record.set_listed_on(candidate.listed_on);
  }

  Status KeepAside(const Candidate& candidate, UrlRecord& record) REQUIRES_LOCK(core_.mutex) {
    const v1::Seed* seed = core_.seeds.Find(record.seed_url());
    ASSIGN_OR_RETURN(const bool wanted,
                     IsWanted(transaction_, *candidate.queue, *seed, record));
    record.set_parked(!wanted);
    return OkStatus();
  }

  // Whether one more hub of the queue may be taken on the word of a link.
  bool MayTrust(QueueState& queue) REQUIRES_LOCK(core_.mutex) {
    const auto trusted =
        trusted_.try_emplace(&queue, transaction_.Edit(queue).unproven_count()).first;
    if (trusted->second >= core_.options.unproven_hubs_max) return false;
    ++trusted->second;
    return true;
  }

  Core& core_;
  Transaction& transaction_;
  const LinkSource& page_;
  const UnixTime now_;
  LinkCounts& counts_;
  std::map<QueueState*, uint64_t> trusted_;  // What their counts will be.
};

}  // namespace

std::string ListUrlOf(const LinkSource& page) {
  return page.record.list_page() > 0 ? page.record.list_url() : page.url;
}

StatusOr<Screened> ScreenLinks(Core& core, const LinkSource& page, const v1::Report& report) {
  Screened out;
  const v1::Seed* seed = core.seeds.Find(page.record.seed_url());
  if (seed == nullptr) {
    out.refused_count = static_cast<uint32_t>(report.outlinks_size());
    return out;
  }
  Screen screen(core, page, report);
  for (const v1::Outlink& link : report.outlinks()) {
    std::optional<Candidate> candidate = screen.Pass(*seed, link);
    if (!candidate) {
      ++out.refused_count;
      continue;
    }
    ASSIGN_OR_RETURN(const auto shard, core.space.ShardOf(candidate->queue->slot));
    out.by_shard[shard.get()].push_back(*std::move(candidate));
  }
  return out;
}

Status AddLinks(Core& core, Transaction& transaction, const std::vector<Candidate>& candidates,
                const LinkSource& page, UnixTime now, LinkCounts& counts) {
  std::vector<std::pair<QueueState*, std::string>> urls;
  urls.reserve(candidates.size());
  for (const Candidate& candidate : candidates) urls.emplace_back(candidate.queue, candidate.url);
  RETURN_IF_ERROR(transaction.Prefetch(urls));
  Adder adder(core, transaction, page, now, counts);
  for (const Candidate& candidate : candidates) RETURN_IF_ERROR(adder.Add(candidate));
  return OkStatus();
}

}  // namespace signboard::frontier
