// GatherSites: what the frontier watches, and what the archive knows of it.
#include <boost/asio/this_coro.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "proto/base/task_group.h"
#include "storage/gateway/coverage.h"

namespace signboard::gateway {
namespace {

using std::chrono::hours;

constexpr int kAsksAtOnce = 16;
constexpr uint32_t kVersionsMax = 500;
constexpr Millis kCapturesSince = hours(24 * 2);
constexpr Millis kChangesSince = hours(24 * 180);

// Held by all that ask: whoever waits for them may be gone before they are.
struct Gathering {
  Backend backend;
  UnixTime now;
  std::vector<v1::Seed> seeds;
  std::vector<Site> sites;
  size_t next = 0;
  Status failed = OkStatus();
};

v1::ListVersionsRequest Ask(const std::string& url, bool all, UnixTime from) {
  v1::ListVersionsRequest request;
  request.set_url(url);
  request.set_all(all);
  request.set_from_ms(ToMillis(from));
  request.set_limit(kVersionsMax);
  return request;
}

// What is not there is nothing; nullopt: the archive failed.
boost::asio::awaitable<std::optional<std::vector<v1::Version>>> Versions(
    Gathering* all, v1::ListVersionsRequest request) {
  auto asking = all->backend.Versions(std::move(request));
  auto found = co_await std::move(asking);
  if (found.ok()) co_return std::move(*found);
  if (found.status().code() == StatusCode::kNotFound) co_return std::vector<v1::Version>();
  all->failed = found.status();
  co_return std::nullopt;
}

boost::asio::awaitable<void> LookAt(Gathering* all, size_t index) {
  const std::string url = all->seeds[index].url();
  auto recent = Versions(all, Ask(url, true, all->now - kCapturesSince));
  auto captures = co_await std::move(recent);
  if (!captures) co_return;
  if (captures->empty()) {
    // Not asked for lately: the last word counts, however old.
    v1::GetRequest get;
    get.set_url(url);
    auto finding = all->backend.Find(std::move(get));
    auto newest = co_await std::move(finding);
    if (newest.ok()) {
      *captures->emplace_back().mutable_snapshot() = std::move(*newest);
    } else if (newest.status().code() != StatusCode::kNotFound) {
      all->failed = newest.status();
      co_return;
    }
  }
  auto past = Versions(all, Ask(url, false, all->now - kChangesSince));
  const auto changes = co_await std::move(past);
  if (!changes) co_return;
  all->sites[index] = JudgeSite(all->seeds[index], *captures, *changes, all->now);
}

boost::asio::awaitable<void> LookOn(std::shared_ptr<Gathering> all) {
  while (all->next < all->seeds.size() && all->failed.ok()) {
    auto looking = LookAt(all.get(), all->next++);
    co_await std::move(looking);
  }
}

}  // namespace

boost::asio::awaitable<StatusOr<std::vector<Site>>> GatherSites(Backend backend, UnixTime now) {
  const auto all = std::make_shared<Gathering>(Gathering{std::move(backend), now, {}, {}});
  auto listing = all->backend.Seeds(kSitesMax);
  auto seeds = co_await std::move(listing);
  if (!seeds.ok()) co_return seeds.status();
  for (v1::Seed& seed : *seeds) {
    if (!seed.code().empty() && all->seeds.size() < kSitesMax)
      all->seeds.push_back(std::move(seed));
  }
  all->sites.resize(all->seeds.size());
  base::TaskGroup asks(co_await boost::asio::this_coro::executor);
  for (int i = 0; i < kAsksAtOnce; ++i) asks.Spawn("coverage.ask", LookOn(all));
  auto joining = asks.Join();
  co_await std::move(joining);
  if (!all->failed.ok()) co_return all->failed;
  // Who waits was cancelled: what is not known yet must not look like a site without a word.
  if (asks.size() > 0) co_return base::Unavailable("the sites were not looked at to the end");
  co_return std::move(all->sites);
}

}  // namespace signboard::gateway
