#include "storage/register/page_alarms.h"

#include <set>
#include <utility>

#include "storage/register/schema.h"
#include "storage/register/subscriptions.h"

namespace signboard::registry {
namespace {

StatusOr<std::set<std::string>> NamedPages(AlertBook& book) {
  ASSIGN_OR_RETURN(const std::vector<v1::Subscription> all, book.List());
  std::set<std::string> named;
  for (const v1::Subscription& one : all) {
    if (Wants(one, "page.changed") || Wants(one, "page.gone"))
      named.insert(one.urls().begin(), one.urls().end());
  }
  return named;
}

}  // namespace

std::vector<PageEvent> JudgePage(const std::vector<v1::Version>& since, PageRecord* record) {
  std::vector<PageEvent> events;
  for (const v1::Version& version : since) {
    const v1::Snapshot& snapshot = version.snapshot();
    record->set_seen_id(snapshot.id());
    const bool gone = snapshot.outcome() == v1::OUTCOME_GONE;
    const bool there = snapshot.outcome() == v1::OUTCOME_CONTENT ||
                       snapshot.outcome() == v1::OUTCOME_UNCHANGED;
    if (gone == record->gone() && !(there && version.is_change())) continue;
    if (!gone && !there) continue;
    // How a page that was never seen turns out to stand is no news.
    const bool is_news = record->gone() || !record->version_id().empty();
    if (is_news) {
      if (gone || events.empty() || events.back().gone) {
        PageEvent& event = events.emplace_back();
        event.gone = gone;
        event.before = record->version_id();
        event.came_back = !gone && record->gone();
      }
      PageEvent& event = events.back();
      event.after = snapshot.id();
      event.time_ms = snapshot.captured_ms();
      ++event.changes;
    }
    record->set_gone(gone);
    if (there) record->set_version_id(snapshot.id());
  }
  return events;
}

StatusOr<std::unique_ptr<PageAlarms>> PageAlarms::Open(kv::Space& space, AlertBook& book) {
  ASSIGN_OR_RETURN(const AlertKeys keys, FindAlertFamilies(space));
  ASSIGN_OR_RETURN(std::shared_ptr<kv::Shard> shard, space.ShardOf(kv::kReservedSlot));
  return std::unique_ptr<PageAlarms>(new PageAlarms(std::move(shard), keys, book));
}

StatusOr<std::map<std::string, PageRecord>> PageAlarms::Records() const {
  std::map<std::string, PageRecord> records;
  const auto cursor = ScanAll(*shard_, keys_.page);
  for (; cursor->Valid(); cursor->Next()) {
    ASSIGN_OR_RETURN(PageRecord record, Decode<PageRecord>(cursor->key(), cursor->value()));
    const std::string url = record.url();
    records[url] = std::move(record);
  }
  RETURN_IF_ERROR(cursor->status());
  return records;
}

StatusOr<std::vector<PageRecord>> PageAlarms::Wanted() const {
  ASSIGN_OR_RETURN(const std::set<std::string> named, NamedPages(book_));
  ASSIGN_OR_RETURN(auto known, Records());
  std::vector<PageRecord> wanted;
  for (const std::string& url : named) {
    PageRecord& record = wanted.emplace_back(std::move(known[url]));
    record.set_url(url);
  }
  return wanted;
}

StatusOr<size_t> PageAlarms::Look(std::vector<PageSeen> pages) {
  ASSIGN_OR_RETURN(const std::set<std::string> named, NamedPages(book_));
  ASSIGN_OR_RETURN(const auto known, Records());
  kv::Batch batch;
  std::vector<Occurrence> told;
  size_t count = 0;
  for (PageSeen& page : pages) {
    const std::string& url = page.record.url();
    if (named.count(url) == 0) continue;
    const std::string bytes = page.record.SerializeAsString();
    const auto before = known.find(url);
    if (before != known.end() && before->second.SerializeAsString() == bytes) continue;
    batch.Put(keys_.page, PageKey(url), bytes);
    if (!page.happened.empty()) ++count;
    for (Occurrence& one : page.happened) told.push_back(std::move(one));
  }
  for (const auto& [url, record] : known)
    if (named.count(url) == 0) batch.Delete(keys_.page, PageKey(url));
  RETURN_IF_ERROR(book_.Report(std::move(told), std::move(batch)));
  return count;
}

}  // namespace signboard::registry
