#include "deploy/signboard/page_watch.h"

#include <string>
#include <utility>
#include <vector>

#include "proto/base/key_codec.h"
#include "proto/base/log.h"
#include "storage/gateway/answer.h"
#include "storage/gateway/words.h"

namespace signboard::cli {
namespace {

using boost::asio::awaitable;

// What is more is looked at the next time.
constexpr uint32_t kCapturesMax = 1'000;

gateway::Json VersionOf(const std::string& snapshot_id) {
  const auto id = base::ParseSnapshotId(snapshot_id);
  if (!id.ok()) return nullptr;
  return {{"snapshot_id", snapshot_id},
          {"captured", base::FormatRfc3339(id->time)},
          {"replay", gateway::ReplayPathOfId(snapshot_id)}};
}

registry::Occurrence About(const std::string& url, const registry::PageEvent& event) {
  registry::Occurrence one;
  one.set_type(event.gone ? "page.gone" : "page.changed");
  one.set_time_ms(event.time_ms);
  one.set_subject(url);
  // What is gone has no version to show: the capture that says so is named alone.
  const gateway::Json seen{{"snapshot_id", event.after},
                           {"captured", base::FormatRfc3339(FromMillis(event.time_ms))}};
  one.set_data(gateway::Dump({{"url", url},
                              {"state", event.gone ? "gone" : "present"},
                              {"before", VersionOf(event.before)},
                              {"after", event.gone ? seen : VersionOf(event.after)},
                              {"changes", event.gone ? 0 : event.changes},
                              {"came_back", event.came_back}}));
  return one;
}

// How it stands when it is looked at first. kNotFound: it was never captured.
awaitable<Status> Begin(const gateway::Backend& backend, registry::PageRecord* record) {
  v1::GetRequest request;
  request.set_url(record->url());
  auto any = backend.Find(request);
  const auto newest = co_await std::move(any);
  if (!newest.ok()) co_return newest.status();
  // Until then: what comes meanwhile is for the next look.
  request.set_at_ms(newest->captured_ms());
  request.set_nearest(v1::NEAREST_AT);
  request.set_with_body_only(true);
  auto kept = backend.Find(std::move(request));
  const auto version = co_await std::move(kept);
  if (!version.ok() && version.status().code() != StatusCode::kNotFound)
    co_return version.status();
  record->set_seen_id(newest->id());
  record->set_gone(newest->outcome() == v1::OUTCOME_GONE);
  if (version.ok()) record->set_version_id(version->id());
  co_return OkStatus();
}

awaitable<StatusOr<registry::PageSeen>> LookAt(const gateway::Backend& backend,
                                               registry::PageRecord record) {
  registry::PageSeen seen;
  seen.record = std::move(record);
  if (seen.record.seen_id().empty()) {
    auto beginning = Begin(backend, &seen.record);
    const Status begun = co_await std::move(beginning);
    if (!begun.ok() && begun.code() != StatusCode::kNotFound) co_return begun;
    co_return seen;
  }
  v1::ListVersionsRequest request;
  request.set_url(seen.record.url());
  request.set_all(true);
  request.set_after_id(seen.record.seen_id());
  request.set_limit(kCapturesMax);
  auto listing = backend.Versions(std::move(request));
  const auto since = co_await std::move(listing);
  if (!since.ok() && since.status().code() != StatusCode::kNotFound) co_return since.status();
  if (!since.ok()) co_return seen;
  for (const registry::PageEvent& event : registry::JudgePage(*since, &seen.record))
    seen.happened.push_back(About(seen.record.url(), event));
  co_return seen;
}

}  // namespace

awaitable<Status> LookAtPages(const gateway::Backend& backend, registry::PageAlarms& alarms,
                              base::Pool& pool) {
  auto asking = base::OnPool(pool, [&alarms] { return alarms.Wanted(); });
  auto wanted = co_await std::move(asking);
  if (!wanted.ok()) co_return wanted.status();
  Status failed = OkStatus();
  std::vector<registry::PageSeen> seen;
  for (registry::PageRecord& record : *wanted) {
    auto looking = LookAt(backend, std::move(record));
    auto page = co_await std::move(looking);
    if (!page.ok()) {
      failed = page.status();
      // An archive that is away is away for all; one damaged page hides no other.
      if (failed.code() == StatusCode::kUnavailable ||
          failed.code() == StatusCode::kDeadlineExceeded)
        break;
      continue;
    }
    if (!page->record.seen_id().empty()) seen.push_back(std::move(*page));
  }
  auto telling = base::OnPool(pool, [&] { return alarms.Look(std::move(seen)); });
  const auto told = co_await std::move(telling);
  if (!told.ok()) co_return told.status();
  if (*told > 0) Log(base::kInfo, "pages.told", {{"pages", *told}});
  co_return failed;
}

}  // namespace signboard::cli
