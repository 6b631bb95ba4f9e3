#include "storage/gateway/backend.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "storage/gateway/collect.h"

namespace signboard::gateway {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using ArchiveAsync = class v1::Archive::Stub::async;
using SchedulingAsync = class v1::Scheduling::Stub::async;

// A large body to a slow client takes its time; a stuck one ends.
constexpr Millis kBodyTimeout{3'600'000};

// False: `span` was over first.
awaitable<std::optional<bool>> ReadWithin(base::ClientReader<v1::RecrawlProgress>* reader,
                                          v1::RecrawlProgress* into, Millis span) {
  using asio::experimental::awaitable_operators::operator||;
  asio::steady_timer timer(co_await asio::this_coro::executor, span);
  auto first = co_await (reader->Read(into) ||
                         timer.async_wait(asio::as_tuple(asio::use_awaitable)));
  if (first.index() == 1) co_return std::nullopt;
  co_return std::get<0>(first);
}

}  // namespace

bool IsEnd(v1::JobState state) {
  return state == v1::JOB_DONE || state == v1::JOB_REUSED || state == v1::JOB_REFUSED ||
         state == v1::JOB_FAILED;
}

awaitable<StatusOr<std::optional<std::string>>> NextChunk(Capture* capture) {
  v1::GetReply reply;
  if (co_await capture->reader.Read(&reply)) {
    if (!reply.has_chunk()) co_return base::Internal("the archive sent a second header");
    co_return std::optional<std::string>(std::move(*reply.mutable_chunk()));
  }
  const Status status = co_await capture->reader.Finish();
  if (!status.ok()) co_return status;
  co_return std::optional<std::string>();
}

Backend::Backend(base::Peer archive, base::Peer scheduling)
    : archive_(std::move(archive)), scheduling_(std::move(scheduling)) {}

Backend::Reply<std::unique_ptr<Capture>> Backend::Open(v1::GetRequest request) const {
  const auto stub = v1::Archive::NewStub(archive_.channel());
  const Millis timeout = request.body() == v1::GetRequest::BODY_UNSPECIFIED ? kCallTimeout
                                                                            : kBodyTimeout;
  auto capture = std::make_unique<Capture>();
  capture->reader.Start(stub->async(), &ArchiveAsync::Get, std::move(request), timeout);
  v1::GetReply reply;
  if (!co_await capture->reader.Read(&reply)) {
    const Status status = co_await capture->reader.Finish();
    if (!status.ok()) co_return status;
    co_return base::Internal("the archive sent no header");
  }
  if (!reply.has_snapshot()) co_return base::Internal("the archive sent no header");
  capture->snapshot = std::move(*reply.mutable_snapshot());
  co_return capture;
}

Backend::Reply<v1::Snapshot> Backend::Find(v1::GetRequest request) const {
  request.set_body(v1::GetRequest::BODY_UNSPECIFIED);
  auto capture = co_await Open(std::move(request));
  if (!capture.ok()) co_return capture.status();
  co_return std::move((*capture)->snapshot);
}

Backend::Reply<std::vector<v1::Version>> Backend::Versions(v1::ListVersionsRequest request) const {
  const size_t count_max = request.limit();
  return List<v1::Archive>(archive_, &ArchiveAsync::ListVersions, std::move(request), count_max);
}

Backend::Reply<std::vector<v1::UrlEntry>> Backend::Urls(v1::ListUrlsRequest request) const {
  const size_t count_max = request.limit();
  return List<v1::Archive>(archive_, &ArchiveAsync::ListUrls, std::move(request), count_max);
}

Backend::Reply<std::vector<v1::CaptureEntry>> Backend::Captures(
    v1::ListCapturesRequest request) const {
  const size_t count_max = request.limit();
  return List<v1::Archive>(archive_, &ArchiveAsync::ListCaptures, std::move(request), count_max);
}

Backend::Reply<v1::CompareReply> Backend::Compare(v1::CompareRequest request) const {
  return Ask<v1::Archive>(archive_, &ArchiveAsync::Compare, std::move(request), kCallTimeout);
}

Backend::Reply<v1::ArchiveStats> Backend::GetArchiveStats(Millis timeout) const {
  return Ask<v1::Archive>(archive_, &ArchiveAsync::GetArchiveStats, v1::GetArchiveStatsRequest(),
                          timeout);
}

Backend::Reply<v1::FrontierStats> Backend::GetFrontierStats(Millis timeout) const {
  return Ask<v1::Scheduling>(scheduling_, &SchedulingAsync::GetFrontierStats,
                             v1::GetFrontierStatsRequest(), timeout);
}

Backend::Reply<std::vector<v1::Seed>> Backend::Seeds(size_t seeds_max) const {
  return List<v1::Scheduling>(scheduling_, &SchedulingAsync::ListSeeds, v1::ListSeedsRequest(),
                              seeds_max + 1);
}

Backend::Reply<v1::RecrawlProgress> Backend::Recrawl(v1::RecrawlRequest request,
                                                     Millis wait) const {
  const auto stub = v1::Scheduling::NewStub(scheduling_.channel());
  using std::chrono::steady_clock;
  const steady_clock::time_point end = steady_clock::now() + wait;
  base::ClientReader<v1::RecrawlProgress> reader;
  reader.Start(stub->async(), &SchedulingAsync::Recrawl, std::move(request),
               wait + kCallTimeout);
  v1::RecrawlProgress last;
  bool told = false;
  while (!told || !IsEnd(last.state())) {
    const auto left = std::chrono::duration_cast<Millis>(end - steady_clock::now());
    if (told && left <= Millis(0)) co_return last;
    const std::optional<bool> more =
        co_await ReadWithin(&reader, &last, told ? left : kCallTimeout);
    if (!more.has_value()) {
      if (told) co_return last;
      co_return base::DeadlineExceeded("no word of the job");
    }
    if (!*more) {
      const Status status = co_await reader.Finish();
      if (told) co_return last;
      if (!status.ok()) co_return status;
      co_return base::Internal("no word of the job");
    }
    told = true;
  }
  co_return last;
}

Backend::Reply<v1::RecrawlProgress> Backend::Job(std::string id) const {
  v1::GetJobRequest request;
  request.set_job_id(std::move(id));
  return Ask<v1::Scheduling>(scheduling_, &SchedulingAsync::GetJob, std::move(request),
                             kCallTimeout);
}

}  // namespace signboard::gateway
