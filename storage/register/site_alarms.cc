#include "storage/register/site_alarms.h"

#include <algorithm>
#include <utility>

#include "storage/register/schema.h"

namespace signboard::registry {
namespace {

// Empty: nothing is known of the site.
std::string TypeOf(const std::string& state) {
  if (state == "ok") return "site.recovered";
  if (state == "blocked") return "site.blocked";
  // That a site is gone is never said of one that does not answer: it is silent to us.
  return state == "silent" || state == "unreachable" ? "site.silent" : "";
}

bool NeedsPatience(const std::string& state) {
  return state == "blocked" || state == "unreachable";
}

Occurrence About(const SiteSeen& site, UnixTime now) {
  Occurrence one;
  one.set_type(TypeOf(site.state));
  one.set_time_ms(ToMillis(now));
  one.set_subject(site.url);
  for (const std::string& code : site.places) one.add_places(code);
  one.set_level(site.level);
  one.set_vantage(site.vantage);
  one.set_data(site.data);
  return one;
}

// One of a kind, with the others in it.
std::vector<Occurrence> Together(std::vector<Occurrence> told) {
  std::stable_sort(told.begin(), told.end(),
                   [](const auto& a, const auto& b) { return a.type() < b.type(); });
  std::vector<Occurrence> made;
  for (size_t from = 0; from < told.size();) {
    size_t to = from;
    while (to < told.size() && told[to].type() == told[from].type() &&
           to - from < kSitesTogetherMax) {
      ++to;
    }
    if (to - from == 1) {
      made.push_back(std::move(told[from]));
    } else {
      Occurrence& all = made.emplace_back();
      all.set_type(told[from].type());
      all.set_time_ms(told[from].time_ms());
      for (size_t i = from; i < to; ++i) *all.add_parts() = std::move(told[i]);
    }
    from = to;
  }
  return made;
}

}  // namespace

struct SiteAlarms::Changes {
  std::map<std::string, SiteRecord> records;
  std::vector<const SiteSeen*> due;
  std::map<std::string, std::vector<const SiteSeen*>> waiting;  // By type.
};

StatusOr<std::unique_ptr<SiteAlarms>> SiteAlarms::Open(kv::Space& space, AlertBook& book) {
  ASSIGN_OR_RETURN(const AlertKeys keys, FindAlertFamilies(space));
  ASSIGN_OR_RETURN(std::shared_ptr<kv::Shard> shard, space.ShardOf(kv::kReservedSlot));
  std::unique_ptr<SiteAlarms> alarms(new SiteAlarms(std::move(shard), keys, book));
  RETURN_IF_ERROR(alarms->Load());
  return alarms;
}

Status SiteAlarms::Load() {
  base::MutexLock lock(mutex_);
  const auto cursor = ScanAll(*shard_, keys_.site);
  for (; cursor->Valid(); cursor->Next()) {
    ASSIGN_OR_RETURN(SiteRecord record, Decode<SiteRecord>(cursor->key(), cursor->value()));
    const std::string url = record.url();
    records_[url] = std::move(record);
  }
  return cursor->status();
}

StatusOr<size_t> SiteAlarms::Look(const std::vector<SiteSeen>& sites, Millis patience,
                                  UnixTime now) {
  base::MutexLock lock(mutex_);
  Changes next;
  for (const SiteSeen& site : sites) {
    if (TypeOf(site.state).empty()) continue;
    const auto known = records_.find(site.url);
    SiteRecord record = known == records_.end() ? SiteRecord() : known->second;
    record.set_url(site.url);
    const std::string told = record.told().empty() ? "ok" : record.told();
    if (record.state() != site.state) record.set_since_ms(ToMillis(now));
    record.set_state(site.state);
    const bool patient = now - FromMillis(record.since_ms()) >= patience;
    if (site.state == told) {
      if (told == "ok") continue;
    } else if (!NeedsPatience(site.state) || (patient && site.confirmed)) {
      next.due.push_back(&site);
    } else if (site.confirmed) {
      next.waiting[TypeOf(site.state)].push_back(&site);
    }
    next.records[site.url] = std::move(record);
  }
  for (auto& [type, waiting] : next.waiting) {
    const auto same = std::count_if(next.due.begin(), next.due.end(), [&](const SiteSeen* site) {
      return TypeOf(site->state) == type && NeedsPatience(site->state);
    });
    if (same > 0 && static_cast<size_t>(same) + waiting.size() >= kStormSites)
      next.due.insert(next.due.end(), waiting.begin(), waiting.end());
  }
  std::vector<Occurrence> told;
  for (const SiteSeen* site : next.due) {
    told.push_back(About(*site, now));
    if (site->state == "ok") {
      next.records.erase(site->url);
    } else {
      next.records[site->url].set_told(site->state);
    }
  }
  kv::Batch batch;
  for (const auto& [url, record] : records_)
    if (next.records.count(url) == 0) batch.Delete(keys_.site, SiteKey(url));
  for (const auto& [url, record] : next.records) {
    const auto before = records_.find(url);
    const std::string bytes = record.SerializeAsString();
    if (before == records_.end() || before->second.SerializeAsString() != bytes)
      batch.Put(keys_.site, SiteKey(url), bytes);
  }
  const size_t count = told.size();
  RETURN_IF_ERROR(book_.Report(Together(std::move(told)), std::move(batch)));
  records_ = std::move(next.records);
  return count;
}

}  // namespace signboard::registry
