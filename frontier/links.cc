#include "frontier/links.h"

namespace signboard::frontier {
namespace {

v1::Priority PriorityOf(const v1::Outlink& link) {
  switch (link.kind()) {
    case v1::Outlink::SITEMAP:
    case v1::Outlink::FEED:
      return v1::PRIORITY_HUB;
    default:
      break;
  }
  // On demand is for people: a page cannot ask for it.
  const bool fit = link.priority() == v1::PRIORITY_HUB || link.priority() == v1::PRIORITY_BACKFILL;
  return fit ? link.priority() : v1::PRIORITY_NORMAL;
}

// A link that a hub did not have when it was last seen is news: it goes with the hubs, in front of
// what a site's first visit brought up. After its first fetch it is a page like others.
v1::Priority UrgencyOf(const Candidate& candidate, const UrlRecord& page) {
  const bool is_news = page.hub() && page.has_last();
  return is_news && candidate.priority == v1::PRIORITY_NORMAL ? v1::PRIORITY_HUB
                                                               : candidate.priority;
}

}  // namespace

StatusOr<Screened> ScreenLinks(Core& core, const UrlRecord& page, const v1::Report& report) {
  Screened out;
  const v1::Seed* seed = core.seeds.Find(page.seed_url());
  if (seed == nullptr) {
    out.refused_count = static_cast<uint32_t>(report.outlinks_size());
    return out;
  }
  const v1::Scope& scope = seed->scope();
  const uint32_t depth_max = scope.depth_max() > 0 ? scope.depth_max() : core.options.depth_max;
  for (const v1::Outlink& link : report.outlinks()) {
    ++out.refused_count;  // Until it has passed.
    const uint32_t depth = page.depth() + (link.kind() == v1::Outlink::REDIRECT ? 0 : 1);
    const uint32_t sitemap_depth =
        link.kind() == v1::Outlink::SITEMAP ? page.sitemap_depth() + 1 : 0;
    const uint32_t redirects =
        link.kind() == v1::Outlink::REDIRECT ? page.redirects() + 1 : 0;
    if (sitemap_depth > kSitemapDepthMax || redirects > kRedirectsMax) continue;
    const StatusOr<UrlFacts> facts = ReadUrl(link.url());
    if (!facts.ok() || depth > depth_max || !InScope(scope, *facts)) continue;
    const std::string& key = link.queue().empty() ? facts->queue : link.queue();
    if (!CheckQueueKey(key).ok()) continue;
    const StatusOr<QueueState*> queue = core.schedule.FindOrAdd(key);
    if (!queue.ok()) continue;
    ASSIGN_OR_RETURN(const auto shard, core.space.ShardOf((*queue)->slot));
    out.by_shard[shard.get()].push_back({*queue, link.url(), PriorityOf(link), depth,
                                          sitemap_depth, redirects});
    --out.refused_count;
  }
  return out;
}

Status AddLinks(Core& core, Transaction& transaction, const std::vector<Candidate>& candidates,
                const UrlRecord& page, const std::string& page_url, UnixTime now,
                LinkCounts& counts) {
  std::vector<std::pair<QueueState*, std::string>> urls;
  urls.reserve(candidates.size());
  for (const Candidate& candidate : candidates) urls.emplace_back(candidate.queue, candidate.url);
  RETURN_IF_ERROR(transaction.Prefetch(urls));
  for (const Candidate& candidate : candidates) {
    ASSIGN_OR_RETURN(UrlRecord * record, transaction.Find(*candidate.queue, candidate.url));
    // Known, but under no seed any more, or never: now it has one.
    const bool adopted =
        record != nullptr && (record->settled_with_seed() || record->seed_url().empty());
    if (record != nullptr && !adopted) {
      ++counts.known_count;
      continue;
    }
    if (record == nullptr) {
      if (transaction.Edit(*candidate.queue).url_count() >= core.options.urls_per_queue_max) {
        ++counts.refused_count;
        continue;
      }
      record = &transaction.Add(*candidate.queue, candidate.url);
      record->set_discovered_ms(ToMillis(now));
      record->set_state(UrlRecord::WAITING);
    }
    if (record->state() == UrlRecord::SETTLED) record->set_state(UrlRecord::WAITING);
    record->set_settled_with_seed(false);
    record->set_scheduled(true);
    record->set_priority(UrgencyOf(candidate, page));
    record->set_hub(candidate.priority == v1::PRIORITY_HUB);
    record->set_due_ms(ToMillis(now));
    record->set_depth(candidate.depth);
    record->set_sitemap_depth(candidate.sitemap_depth);
    record->set_redirects(candidate.redirects);
    record->set_via(page_url);
    record->set_seed_url(page.seed_url());
    ++counts.new_count;
  }
  return OkStatus();
}

}  // namespace signboard::frontier
