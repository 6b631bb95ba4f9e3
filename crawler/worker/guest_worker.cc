#include "crawler/worker/guest_worker.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "crawler/worker/guest_record.h"
#include "proto/base/log.h"
#include "proto/base/probe.h"
#include "proto/base/url.h"
#include "proto/base/url_canonical.h"

namespace signboard::worker {
namespace {

namespace asio = boost::asio;
namespace uf = urlfrontier;
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr Millis kTakeTimeout{30'000};
constexpr Millis kTellTimeout{10'000};
constexpr Millis kHostLook{50};  // Between two looks at a host that is being fetched.
constexpr Millis kSecond{1'000};

struct Probes {
  base::Counter& leases = base::MakeCounter("signboard_worker_guest_leases_total",
                                            "URLs lent by a foreign URLFrontier.");
  base::Counter& settled = base::MakeCounter("signboard_worker_guest_settled_total",
                                             "URLs put back to it with what came of them.");
  base::Counter& given_back = base::MakeCounter("signboard_worker_guest_given_back_total",
                                                "URLs put back to it as they were.");
};
Probes& GetProbes() {
  static Probes probes;
  return probes;
}

uint64_t SecondsUp(UnixTime instant) {
  const int64_t ms = std::max<int64_t>(ToMillis(instant), 1);
  return static_cast<uint64_t>((ms + kSecond.count() - 1) / kSecond.count());
}

// Below a second a frontier is told of none: it counts whole ones, and this worker keeps the rest.
uint32_t WholeDelay(Millis delay) {
  if (delay < kSecond) return 0;
  return static_cast<uint32_t>(std::chrono::ceil<std::chrono::seconds>(delay).count());
}

std::string HostOf(const uf::URLInfo& info) {
  const auto url = base::Url::Parse(info.url());
  return url.ok() && url->is_http() ? base::QueueKey(*url) : info.key();
}

}  // namespace

GuestWorker::GuestWorker(asio::any_io_executor executor, std::shared_ptr<grpc::Channel> frontier,
                         const Services* services, GuestPolicy* policy,
                         GuestWorkerOptions options)
    : executor_(executor),
      frontier_(std::move(frontier)),
      stub_(uf::URLFrontier::NewStub(frontier_)),
      services_(services),
      policy_(policy),
      options_(std::move(options)),
      puts_(executor, frontier_, options_.puts),
      crawls_(executor),
      put_backs_(executor),
      changed_(executor) {}

void GuestWorker::Stop() {
  stopping_ = true;
  changed_.cancel();
}

void GuestWorker::Abandon() { crawls_.Cancel(); }

asio::awaitable<void> GuestWorker::Pause(Millis span) {
  changed_.expires_after(span);
  co_await changed_.async_wait(kTuple);
}

asio::awaitable<void> GuestWorker::Run() {
  base::TaskGroup putting(executor_);
  putting.Spawn("url_puts", puts_.Run());
  co_await TakeAll();
  co_await crawls_.Join();
  co_await put_backs_.Join();
  puts_.Stop();
  co_await putting.Join();
}

asio::awaitable<void> GuestWorker::TakeAll() {
  Millis wait = options_.idle_min;
  while (!stopping_) {
    if (in_flight_ >= options_.leases_max) {
      co_await Pause(options_.idle_max);
      continue;
    }
    auto taking = Take(options_.leases_max - in_flight_);
    const StatusOr<size_t> taken = co_await std::move(taking);
    const bool was_connected = connected_.exchange(taken.ok());
    if (!taken.ok()) {
      Log(kWarn, "urlfrontier_lost", {{"status", base::ToString(taken.status())},
                                      {"retry_ms", wait.count()}});
    } else if (!was_connected) {
      Log(kInfo, "urlfrontier_joined", {{"crawl", options_.crawl}});
    }
    if (taken.ok() && *taken > 0) {
      wait = options_.idle_min;
      continue;
    }
    if (stopping_) break;
    co_await Pause(wait);
    wait = std::min(wait * 2, taken.ok() ? options_.idle_max : options_.reconnect_max);
  }
}

asio::awaitable<StatusOr<size_t>> GuestWorker::Take(size_t most) {
  uf::GetParams request;
  request.set_max_urls_per_queue(1);
  request.set_max_queues(static_cast<uint32_t>(most));
  request.set_delay_requestable(std::max(1U, WholeDelay(options_.lease_time)));
  request.set_crawlid(options_.crawl);
  base::ClientReader<UrlInfo> reader;
  reader.Start(stub_->async(), &uf::URLFrontier::Stub::async::GetURLs, std::move(request),
               kTakeTimeout);
  size_t taken = 0;
  UrlInfo info;
  while (taken < most && co_await reader.Read(&info)) {
    ++taken;
    GetProbes().leases.Add();
    if (stopping_) {
      put_backs_.Spawn("put_back", PutBack(std::move(info), Millis(0)));
      info.Clear();
      continue;
    }
    ++in_flight_;
    crawls_.Spawn("crawl_guest", CrawlOne(std::move(info)));
    info.Clear();
  }
  if (taken == most) {
    // What more it may send runs out by itself.
    uf::URLInfo more;
    if (co_await reader.Read(&more)) reader.TryCancel();
  }
  const Status status = co_await reader.Finish();
  if (!status.ok() && taken == 0) co_return status;
  co_return taken;
}

asio::awaitable<void> GuestWorker::CrawlOne(UrlInfo info) {
  const v1::GuestRecord record = ReadGuestRecord(info);
  const std::string host = HostOf(info);
  bool entered = false;
  bool settled = false;
  std::optional<v1::Report> report;
  try {
    entered = co_await EnterHost(host);
    if (entered) {
      auto crawling = Crawl(info, record, host);
      report = co_await std::move(crawling);
    }
  } catch (const std::exception& error) {
    Log(kWarn, "crawl_ended", {{"why", error.what()}});
  }
  if (entered) {
    // A crawl that was broken off may have asked the site for something.
    hosts_.Rest(host, policy_->DelayOf(hosts_.Find(host).known));
    hosts_.Leave(host);
  }
  try {
    if (report) {
      auto settling = Settle(info, record, host, std::move(*report));
      co_await std::move(settling);
      settled = true;
    }
  } catch (const std::exception& error) {
    Log(kWarn, "not_settled", {{"why", error.what()}});
  }
  if (in_flight_-- >= options_.leases_max) changed_.cancel();
  if (!settled) put_backs_.Spawn("put_back", PutBack(std::move(info), hosts_.RestOf(host)));
}

asio::awaitable<bool> GuestWorker::EnterHost(std::string host) {
  const auto latest = GuestHosts::Steady::now() + options_.lease_time / 4;
  asio::steady_timer timer(executor_);
  while (!hosts_.Enter(host)) {
    const Millis rest = std::max(hosts_.RestOf(host), kHostLook);
    if (GuestHosts::Steady::now() + rest > latest) co_return false;
    timer.expires_after(rest);
    co_await timer.async_wait(asio::use_awaitable);
  }
  co_return true;
}

asio::awaitable<std::optional<v1::Report>> GuestWorker::Crawl(UrlInfo info, v1::GuestRecord record,
                                                              std::string host) {
  auto telling = TellDelay(info, host);
  co_await std::move(telling);
  // A quarter of the lease may have gone by, and a quarter is for what was found.
  v1::Lease lease =
      LeaseOf(info, record, std::to_string(++last_lease_), options_.lease_time / 2);
  auto crawling = CrawlUrl(services_, std::move(lease), [](v1::JobState) {});
  co_return co_await std::move(crawling);
}

asio::awaitable<void> GuestWorker::Settle(UrlInfo info, v1::GuestRecord record, std::string host,
                                          v1::Report report) {
  // Before anything is waited for: the host's next fetch may come at once.
  GuestHost known = hosts_.Find(host).known;
  const GuestRest asked = policy_->RestAfter(host, report, &known);
  hosts_.Find(host).known = known;
  hosts_.Rest(host, asked.rest);

  auto putting = PutLinks(info, record, report);
  const size_t links_new = co_await std::move(putting);
  if (asked.blocked || asked.rest > policy_->DelayOf(known)) {
    auto blocking = TellBlock(info, asked.rest);
    co_await std::move(blocking);
  }
  auto telling = TellDelay(info, host);
  co_await std::move(telling);

  const UnixTime now = services_->clock->Now();
  const std::optional<Millis> wait =
      policy_->NextVisit(info.url(), report, links_new, now, &record);
  WriteGuestRecord(record, &info);
  auto ending = PutKnown(std::move(info), now + wait.value_or(Millis(0)), !wait);
  co_await std::move(ending);
  GetProbes().settled.Add();
}

asio::awaitable<size_t> GuestWorker::PutLinks(UrlInfo info, v1::GuestRecord record,
                                              v1::Report report) {
  std::vector<const v1::Outlink*> followed;
  for (const v1::Outlink& link : report.outlinks())
    if (policy_->Holds(record, link)) followed.push_back(&link);
  auto make = [&](size_t i) {
    const v1::Outlink& link = *followed[i];
    UrlPuts::Item item;
    UrlInfo& found = *item.mutable_discovered()->mutable_info();
    found.set_url(link.url());
    found.set_key(link.queue());
    found.set_crawlid(options_.crawl);
    WriteGuestRecord(RecordOfLink(info.url(), record, link), &found);
    return item;
  };
  auto putting = puts_.Put(followed.size(), make);
  const std::vector<UrlPuts::Ack> acks = co_await std::move(putting);
  co_return static_cast<size_t>(std::count(acks.begin(), acks.end(), uf::AckMessage::OK));
}

asio::awaitable<void> GuestWorker::PutKnown(UrlInfo info, UnixTime due, bool never) {
  info.set_crawlid(options_.crawl);
  auto make = [&](size_t) {
    UrlPuts::Item item;
    *item.mutable_known()->mutable_info() = info;
    item.mutable_known()->set_refetchable_from_date(never ? 0 : SecondsUp(due));
    return item;
  };
  auto putting = puts_.Put(1, make);
  const std::vector<UrlPuts::Ack> acks = co_await std::move(putting);
  if (acks.front() != uf::AckMessage::OK)
    Log(kWarn, "urlfrontier_refuses", {{"url", info.url()}, {"key", info.key()}});
}

asio::awaitable<void> GuestWorker::PutBack(UrlInfo info, Millis wait) {
  GetProbes().given_back.Add();
  auto putting = PutKnown(std::move(info), services_->clock->Now() + wait, false);
  co_await std::move(putting);
}

asio::awaitable<void> GuestWorker::TellDelay(UrlInfo info, std::string host) {
  const uint32_t delay = WholeDelay(policy_->DelayOf(hosts_.Find(host).known));
  if (hosts_.Find(host).told_delay_s == delay) co_return;
  uf::QueueDelayParams request;
  request.set_key(info.key());
  request.set_delay_requestable(delay);
  request.set_crawlid(options_.crawl);
  uf::Empty empty;
  auto call = base::CallUnary(stub_->async(), &uf::URLFrontier::Stub::async::SetDelay,
                              std::move(request), &empty, kTellTimeout);
  const Status status = co_await std::move(call);
  if (status.ok()) {
    hosts_.Find(host).told_delay_s = delay;
  } else {
    Log(kWarn, "delay_not_told", {{"key", info.key()}, {"status", base::ToString(status)}});
  }
}

asio::awaitable<void> GuestWorker::TellBlock(UrlInfo info, Millis rest) {
  uf::BlockQueueParams request;
  request.set_key(info.key());
  request.set_time(SecondsUp(services_->clock->Now() + rest));
  request.set_crawlid(options_.crawl);
  uf::Empty empty;
  auto call = base::CallUnary(stub_->async(), &uf::URLFrontier::Stub::async::BlockQueueUntil,
                              std::move(request), &empty, kTellTimeout);
  const Status status = co_await std::move(call);
  if (!status.ok())
    Log(kWarn, "block_not_told", {{"key", info.key()}, {"status", base::ToString(status)}});
}

}  // namespace signboard::worker
