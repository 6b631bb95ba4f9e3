#include "frontier/moved_hubs.h"

#include <algorithm>
#include <functional>

namespace signboard::frontier {
namespace {

constexpr uint32_t kYoungVisitsMax = 4;

// "http://a.cn/x/y" -> "http://a.cn/"
std::string HomeOf(const std::string& url) {
  const size_t host = url.find("://");
  const size_t path = host == std::string::npos ? host : url.find('/', host + 3);
  return path == std::string::npos ? url : url.substr(0, path + 1);
}

std::set<std::string> Relatives(const std::string& url, const UrlRecord& record) {
  std::set<std::string> urls = {record.via(), record.seed_url(), HomeOf(url)};
  urls.erase("");
  urls.erase(url);
  return urls;
}

// Changes the record of a URL, in `home` or, where another shard has it, in a write of its own
// before that. Nothing where the URL is unknown.
Status ChangeRecord(Core& core, Transaction& home, const std::string& url,
                    const std::function<void(UrlRecord&)>& change) REQUIRES_LOCK(core.mutex) {
  const StatusOr<UrlFacts> facts = ReadUrl(url);
  QueueState* queue = facts.ok() ? core.schedule.Find(facts->queue) : nullptr;
  if (queue == nullptr) return OkStatus();
  ASSIGN_OR_RETURN(const auto shard, core.space.ShardOf(queue->slot));
  if (shard.get() == &home.shard()) {
    ASSIGN_OR_RETURN(UrlRecord * record, home.Find(*queue, url));
    if (record != nullptr) change(*record);
    return OkStatus();
  }
  Transaction away(core, shard);
  ASSIGN_OR_RETURN(UrlRecord * record, away.Find(*queue, url));
  if (record != nullptr) change(*record);
  return away.Commit();
}

// What was seen of the hub stands for what took its place.
void BecomeHub(UrlRecord& record, UrlRecord::HubBasis basis, const std::string& from,
               const UrlRecord& hub) {
  record.set_hub(true);
  record.set_faded(false);
  record.set_hub_basis(basis);
  record.set_moved_from(from);
  record.set_interval_ms(hub.interval_ms());
  record.set_seen_signs(hub.seen_signs());
  record.set_seen_days(hub.seen_days());
  record.set_seen_visits(hub.seen_visits());
  record.set_seen_announcements(hub.seen_announcements());
  record.set_hub_links_weight(hub.hub_links_weight());
  record.set_hub_value_weight(hub.hub_value_weight());
  record.set_priority(v1::PRIORITY_HUB);
}

}  // namespace

bool IsYoung(const UrlRecord& page) { return page.fetch_count() < kYoungVisitsMax; }

void Inherit(Core& core, const LinkSource& page, const std::string& target_url, UnixTime now,
             UrlRecord& target, LinkCounts& counts) {
  if (!page.record.hub() || target_url == page.url || target.past()) return;
  // To one target only, until there is a page again: not to a new one at each visit.
  const std::string& before = page.record.moved_to();
  if (!before.empty() && before != target_url) return;
  counts.moved_to = target_url;
  if (target.hub() || core.seeds.Find(target_url) != nullptr) return;
  // What was a hub by a link's word alone hands on no more than that.
  const bool proven = page.record.has_last() || core.seeds.Find(page.url) != nullptr;
  BecomeHub(target, proven ? UrlRecord::MOVED : UrlRecord::LINK, proven ? page.url : "",
            page.record);
  if (target.state() == UrlRecord::WAITING) {
    target.set_due_ms(std::min(target.due_ms(), ToMillis(now)));
  }
}

std::string LikelyPredecessor(const std::map<std::string, uint32_t>& known_by_via,
                              const std::set<std::string>& everywhere, bool looks_like_list) {
  uint32_t all = 0;
  uint32_t most = 0;
  std::string hub;
  for (const auto& [via, count] : known_by_via) {
    if (via.empty() || everywhere.contains(via)) continue;
    all += count;
    if (count > most) {
      most = count;
      hub = via;
    }
  }
  const uint32_t wanted = looks_like_list ? kKinOfListMin : kKinOfPageMin;
  return most >= wanted && most * 2 > all ? hub : "";
}

Status FindPredecessor(Core& core, Transaction& home, const std::string& page_url,
                       UrlRecord& page, const LinkCounts& links, bool looks_like_list) {
  if (page.past() || !page.moved_from().empty() || core.seeds.Find(page_url) != nullptr) {
    return OkStatus();
  }
  const std::string hub_url =
      LikelyPredecessor(links.known_by_via, Relatives(page_url, page), looks_like_list);
  const StatusOr<UrlFacts> here = ReadUrl(page_url);
  const StatusOr<UrlFacts> there = ReadUrl(hub_url);
  if (hub_url.empty() || hub_url == page_url || !here.ok() || !there.ok() ||
      DomainOfQueue(here->queue) != DomainOfQueue(there->queue)) {
    return OkStatus();
  }
  return ChangeRecord(core, home, hub_url, [&](UrlRecord& hub) {
    // A report that is sent again after a crash finds its own name here.
    const bool free = hub.moved_to().empty() || hub.moved_to() == page_url;
    if (!hub.hub() || hub.last_outcome() != v1::OUTCOME_GONE || !free) return;
    hub.set_moved_to(page_url);
    BecomeHub(page, UrlRecord::MOVED, hub_url, hub);
  });
}

Status LookForSuccessor(Core& core, Transaction& home, const std::string& hub_url,
                        const UrlRecord& hub, UnixTime now) {
  for (const std::string& url : Relatives(hub_url, hub)) {
    RETURN_IF_ERROR(ChangeRecord(core, home, url, [now](UrlRecord& record) {
      const bool waits = record.state() == UrlRecord::WAITING && record.scheduled() &&
                         !record.parked() && !record.past();
      if (!waits || record.due_ms() <= ToMillis(now)) return;
      record.set_due_ms(ToMillis(now));
      // Once; its settling puts it back among the pages.
      if (record.priority() == v1::PRIORITY_NORMAL) record.set_priority(v1::PRIORITY_HUB);
    }));
  }
  return OkStatus();
}

}  // namespace signboard::frontier
