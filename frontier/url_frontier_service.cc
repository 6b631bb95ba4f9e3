#include "frontier/url_frontier_service.h"

#include <algorithm>

#include "frontier/page_call.h"
#include "frontier/put_call.h"
#include "proto/base/log.h"

namespace signboard::frontier {
namespace {

constexpr size_t kItemsUnderWayMax = 1'024;
constexpr size_t kBatchesUnderWayMax = 16;
constexpr uint32_t kUrlsListedDefault = 100;
constexpr size_t kUrlsPerPage = 500;
constexpr Millis kFullWait{1'000};
constexpr int64_t kDayMs = 24 * 3'600'000;

base::LogLevel LevelOf(urlfrontier::LogLevelParams::Level level) {
  switch (level) {
    case urlfrontier::LogLevelParams::ERROR:
      return kError;
    case urlfrontier::LogLevelParams::WARN:
      return kWarn;
    case urlfrontier::LogLevelParams::INFO:
      return kInfo;
    default:
      return kDebug;
  }
}

template <class Reactor>
Reactor* Refuse(Status status) {
  class Refused final : public Reactor {
   public:
    explicit Refused(const Status& why) { this->Finish(base::ToGrpc(why)); }
    void OnDone() override { delete this; }
  };
  return new Refused(status);  // Deleted by OnDone.
}

Status Overloaded() {
  return base::TryAfter(base::ResourceExhausted("the frontier is overloaded; try later"),
                        kFullWait);
}

Status TooManyStreams() {
  return base::TryAfter(base::ResourceExhausted("clients have " +
                                                std::to_string(kClientStreamsMax) +
                                                " streams already"),
                        kFullWait);
}

std::vector<urlfrontier::AckMessage> AnswerItems(Crawls& crawls, const Clock& clock,
                                                 std::vector<urlfrontier::URLItem>& items) {
  std::vector<ClientPut> puts(items.size());
  std::vector<urlfrontier::AckMessage> acks(items.size());
  for (size_t i = 0; i < items.size(); ++i) {
    urlfrontier::URLItem& item = items[i];
    puts[i].known = !item.has_discovered();
    puts[i].refetchable_from = item.known().refetchable_from_date();
    puts[i].info = puts[i].known ? item.mutable_known()->mutable_info()
                                 : item.mutable_discovered()->mutable_info();
    acks[i].set_id(item.id().empty() ? puts[i].info->url() : item.id());
  }
  const std::vector<PutStatus> statuses = crawls.Put(puts, clock.Now());
  for (size_t i = 0; i < items.size(); ++i) acks[i].set_status(statuses[i]);
  return acks;
}

std::vector<urlfrontier::BatchAck> AnswerBatches(
    Crawls& crawls, const Clock& clock, std::vector<urlfrontier::DiscoveredBatch>& batches) {
  std::vector<ClientPut> puts;
  for (urlfrontier::DiscoveredBatch& batch : batches) {
    for (urlfrontier::URLInfo& info : *batch.mutable_items()) puts.push_back({.info = &info});
  }
  const std::vector<PutStatus> statuses = crawls.Put(puts, clock.Now());
  std::vector<urlfrontier::BatchAck> acks(batches.size());
  size_t next = 0;
  for (size_t i = 0; i < batches.size(); ++i) {
    acks[i].set_id(batches[i].id());
    for (int item = 0; item < batches[i].items_size(); ++item) {
      acks[i].add_statuses(statuses[next++]);
    }
  }
  return acks;
}

UrlScan ScanOf(const std::string& crawl, const std::string& key) {
  return {.crawl = CrawlOf(crawl), .key = key};
}

}  // namespace

grpc::ServerUnaryReactor* UrlFrontierService::Do(Context* context, std::function<Status()> work) {
  return base::ServeUnaryOnPool(context, pool_, [this, work = std::move(work)] {
    return pool_.overloaded() ? Overloaded() : work();
  });
}

grpc::ServerUnaryReactor* UrlFrontierService::ListNodes(Context* context,
                                                        const urlfrontier::Empty* /*request*/,
                                                        urlfrontier::StringList* reply) {
  return Do(context, [this, reply] {
    base::MutexLock lock(mutex_);
    reply->add_values(address_);
    return OkStatus();
  });
}

grpc::ServerUnaryReactor* UrlFrontierService::ListCrawls(Context* context,
                                                         const urlfrontier::Local* /*request*/,
                                                         urlfrontier::StringList* reply) {
  return Do(context, [this, reply] {
    for (std::string& id : frontier_.clients().book.Crawls()) reply->add_values(std::move(id));
    return OkStatus();
  });
}

grpc::ServerUnaryReactor* UrlFrontierService::DeleteCrawl(
    Context* context, const urlfrontier::DeleteCrawlMessage* request, urlfrontier::Long* reply) {
  return Do(context, [this, request, reply]() -> Status {
    ASSIGN_OR_RETURN(const uint64_t count,
                     frontier_.clients().desk.DeleteCrawl(CrawlOf(request->value())));
    reply->set_value(count);
    return OkStatus();
  });
}

grpc::ServerUnaryReactor* UrlFrontierService::ListQueues(Context* context,
                                                         const urlfrontier::Pagination* request,
                                                         urlfrontier::QueueList* reply) {
  return Do(context, [this, request, reply] {
    *reply = frontier_.clients().book.ListQueues(*request, clock_.Now());
    return OkStatus();
  });
}

grpc::ServerWriteReactor<urlfrontier::URLInfo>* UrlFrontierService::GetURLs(
    Context* /*context*/, const urlfrontier::GetParams* request) {
  using Call = PageCall<urlfrontier::URLInfo>;
  if (!streams_.Enter()) {
    return Refuse<grpc::ServerWriteReactor<urlfrontier::URLInfo>>(TooManyStreams());
  }
  auto next = [this, asked = *request, ask = std::optional<ClientAsk>()]() mutable
      -> StatusOr<Page<urlfrontier::URLInfo>> {
    const UnixTime now = clock_.Now();
    if (!ask) ask = frontier_.clients().crawls.Begin(asked, now);
    Page<urlfrontier::URLInfo> page;
    ASSIGN_OR_RETURN(page.items, frontier_.clients().crawls.Take(*ask, now));
    page.last = page.items.empty() || ask->queues_left == 0 || ask->crawls.empty();
    return page;
  };
  return new Call(streams_, pool_, std::move(next));  // Deleted by OnDone.
}

grpc::ServerBidiReactor<urlfrontier::URLItem, urlfrontier::AckMessage>*
UrlFrontierService::PutURLs(Context* /*context*/) {
  using Call = PutCall<urlfrontier::URLItem, urlfrontier::AckMessage>;
  using Reactor = grpc::ServerBidiReactor<urlfrontier::URLItem, urlfrontier::AckMessage>;
  if (!streams_.Enter()) return Refuse<Reactor>(TooManyStreams());
  return new Call(streams_, pool_, kItemsUnderWayMax, [this](auto& items) {
    return AnswerItems(frontier_.clients().crawls, clock_, items);
  });  // Deleted by OnDone.
}

grpc::ServerBidiReactor<urlfrontier::DiscoveredBatch, urlfrontier::BatchAck>*
UrlFrontierService::PutDiscovered(Context* /*context*/) {
  using Call = PutCall<urlfrontier::DiscoveredBatch, urlfrontier::BatchAck>;
  using Reactor = grpc::ServerBidiReactor<urlfrontier::DiscoveredBatch, urlfrontier::BatchAck>;
  if (!streams_.Enter()) return Refuse<Reactor>(TooManyStreams());
  return new Call(streams_, pool_, kBatchesUnderWayMax, [this](auto& batches) {
    return AnswerBatches(frontier_.clients().crawls, clock_, batches);
  });  // Deleted by OnDone.
}

grpc::ServerUnaryReactor* UrlFrontierService::GetStats(
    Context* context, const urlfrontier::QueueWithinCrawlParams* request,
    urlfrontier::Stats* reply) {
  return Do(context, [this, request, reply] {
    *reply = frontier_.clients().book.Stats(*request, clock_.Now());
    return OkStatus();
  });
}

grpc::ServerUnaryReactor* UrlFrontierService::DeleteQueue(
    Context* context, const urlfrontier::QueueWithinCrawlParams* request,
    urlfrontier::Long* reply) {
  return Do(context, [this, request, reply]() -> Status {
    ASSIGN_OR_RETURN(
        const uint64_t count,
        frontier_.clients().desk.DeleteQueue(CrawlOf(request->crawlid()), request->key()));
    reply->set_value(count);
    return OkStatus();
  });
}

grpc::ServerUnaryReactor* UrlFrontierService::BlockQueueUntil(
    Context* context, const urlfrontier::BlockQueueParams* request,
    urlfrontier::Empty* /*reply*/) {
  return Do(context, [this, request] {
    return frontier_.clients().desk.Block(CrawlOf(request->crawlid()), request->key(),
                                        request->time());
  });
}

grpc::ServerUnaryReactor* UrlFrontierService::SetActive(Context* context,
                                                        const urlfrontier::Active* request,
                                                        urlfrontier::Empty* /*reply*/) {
  return Do(context,
            [this, request] { return frontier_.clients().desk.SetActive(request->state()); });
}

grpc::ServerUnaryReactor* UrlFrontierService::GetActive(Context* context,
                                                        const urlfrontier::Local* /*request*/,
                                                        urlfrontier::Boolean* reply) {
  return Do(context, [this, reply] {
    reply->set_state(frontier_.clients().desk.active());
    return OkStatus();
  });
}

grpc::ServerUnaryReactor* UrlFrontierService::SetDelay(Context* context,
                                                       const urlfrontier::QueueDelayParams* request,
                                                       urlfrontier::Empty* /*reply*/) {
  return Do(context, [this, request] {
    return frontier_.clients().desk.SetDelay(CrawlOf(request->crawlid()), request->key(),
                                           request->delay_requestable());
  });
}

grpc::ServerUnaryReactor* UrlFrontierService::SetLogLevel(
    Context* context, const urlfrontier::LogLevelParams* request, urlfrontier::Empty* /*reply*/) {
  return Do(context, [request] {
    base::SetLogLevel(LevelOf(request->level()));
    return OkStatus();
  });
}

grpc::ServerUnaryReactor* UrlFrontierService::SetCrawlLimit(
    Context* context, const urlfrontier::CrawlLimitParams* request,
    urlfrontier::Empty* /*reply*/) {
  return Do(context, [this, request] {
    return frontier_.clients().desk.SetLimit(CrawlOf(request->crawlid()), request->key(),
                                           request->limit());
  });
}

grpc::ServerUnaryReactor* UrlFrontierService::GetURLStatus(
    Context* context, const urlfrontier::URLStatusRequest* request, urlfrontier::URLItem* reply) {
  return Do(context, [this, request, reply]() -> Status {
    ASSIGN_OR_RETURN(*reply, frontier_.clients().book.Find(*request));
    return OkStatus();
  });
}

grpc::ServerWriteReactor<urlfrontier::URLItem>* UrlFrontierService::ListURLs(
    Context* /*context*/, const urlfrontier::ListUrlParams* request) {
  using Call = PageCall<urlfrontier::URLItem>;
  if (!streams_.Enter()) {
    return Refuse<grpc::ServerWriteReactor<urlfrontier::URLItem>>(TooManyStreams());
  }
  UrlScan scan = ScanOf(request->crawlid(), request->key());
  if (request->has_filter()) scan.filter = request->filter();
  scan.ignore_case = request->ignorecase();
  auto next = [this, scan, skip = size_t{request->start()},
               left = size_t{request->size() == 0 ? kUrlsListedDefault : request->size()}]() mutable
      -> StatusOr<Page<urlfrontier::URLItem>> {
    Page<urlfrontier::URLItem> page;
    ASSIGN_OR_RETURN(page.items,
                     frontier_.clients().book.Scan(scan, std::min(kUrlsPerPage, skip + left)));
    const size_t skipped = std::min(skip, page.items.size());
    skip -= skipped;
    page.items.erase(page.items.begin(),
                     page.items.begin() + static_cast<std::ptrdiff_t>(skipped));
    if (page.items.size() > left) page.items.resize(left);
    left -= page.items.size();
    page.last = scan.ended || left == 0;
    return page;
  };
  return new Call(streams_, pool_, std::move(next));  // Deleted by OnDone.
}

grpc::ServerUnaryReactor* UrlFrontierService::CountURLs(Context* context,
                                                        const urlfrontier::CountUrlParams* request,
                                                        urlfrontier::Long* reply) {
  return Do(context, [this, request, reply]() -> Status {
    UrlScan scan = ScanOf(request->crawlid(), request->key());
    if (request->has_filter()) scan.filter = request->filter();
    scan.ignore_case = request->ignorecase();
    ASSIGN_OR_RETURN(const uint64_t count, frontier_.clients().book.Count(scan));
    reply->set_value(count);
    return OkStatus();
  });
}

grpc::ServerUnaryReactor* UrlFrontierService::PurgeURLs(Context* context,
                                                        const urlfrontier::PurgeUrlParams* request,
                                                        urlfrontier::Long* reply) {
  return Do(context, [this, request, reply]() -> Status {
    const UnixTime before = clock_.Now() - Millis(int64_t{request->days()} * kDayMs);
    ASSIGN_OR_RETURN(const uint64_t count,
                     frontier_.clients().desk.Purge(CrawlOf(request->crawlid()), request->key(),
                                                  before));
    reply->set_value(count);
    return OkStatus();
  });
}

}  // namespace signboard::frontier
