#include "crawler/worker/url_puts.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <utility>

#include "proto/base/log.h"
#include "proto/base/probe.h"
#include "proto/base/task_group.h"

namespace signboard::worker {
namespace {

namespace asio = boost::asio;
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr Millis kLookInterval{200};

struct Probes {
  base::Counter& again = base::MakeCounter("signboard_worker_puts_again_total",
                                           "URLs that a URLFrontier asked to be put again.");
};
Probes& GetProbes() {
  static Probes probes;
  return probes;
}

asio::awaitable<void> Sleep(asio::steady_timer* timer, Millis span) {
  timer->expires_after(span);
  co_await timer->async_wait(kTuple);
}

}  // namespace

UrlPuts::UrlPuts(asio::any_io_executor executor, std::shared_ptr<grpc::Channel> channel,
                 Options options)
    : executor_(executor), channel_(std::move(channel)), options_(options), changed_(executor) {}

void UrlPuts::Stop() {
  stopping_ = true;
  changed_.cancel();
  if (stream_) stream_->TryCancel();
}

asio::awaitable<std::vector<UrlPuts::Ack>> UrlPuts::Put(size_t count,
                                                        std::function<Item(size_t)> make) {
  auto call = std::make_shared<Call>(executor_, count, std::move(make));
  call->left = count;
  if (count == 0) co_return std::vector<Ack>();
  calls_.push_back(call);
  changed_.cancel();
  // What the maker refers to lives only as long as this coroutine.
  struct Leave {
    Call* call;
    ~Leave() { call->dropped = true; }
  } leave{call.get()};
  while (call->left > 0) {
    call->done.expires_at(Steady::time_point::max());
    co_await call->done.async_wait(kTuple);
  }
  co_return std::move(call->acks);
}

asio::awaitable<void> UrlPuts::Run() {
  Millis wait = options_.reconnect_min;
  asio::steady_timer timer(executor_);
  while (!stopping_) {
    if (calls_.empty() && in_flight_.empty()) {
      co_await Sleep(&changed_, kLookInterval);
      continue;
    }
    co_await RunStream();
    if (stopping_) break;
    if (acked_) wait = options_.reconnect_min;
    co_await Sleep(&timer, wait);
    wait = std::min(wait * 2, options_.reconnect_max);
  }
}

asio::awaitable<void> UrlPuts::RunStream() {
  const auto stub = urlfrontier::URLFrontier::NewStub(channel_);
  auto stream = std::make_shared<Stream>();
  stream->Start(stub->async(), &urlfrontier::URLFrontier::Stub::async::PutURLs, std::nullopt);
  stream_ = stream;
  acked_ = false;
  for (auto& [id, entry] : in_flight_) {
    entry.on_stream = false;
    entry.at = Steady::now();
  }
  base::TaskGroup sending(executor_);
  sending.Spawn("puts_send", Send(stream));
  urlfrontier::AckMessage ack;
  while (co_await stream->Read(&ack)) OnAck(ack);
  stream_.reset();
  sending.Cancel();
  co_await sending.Join();
  const Status status = co_await stream->Finish();
  if (!stopping_) Log(kWarn, "puts_ended", {{"status", base::ToString(status)}});
}

UrlPuts::InFlight* UrlPuts::Next() {
  const auto now = Steady::now();
  for (auto& [id, entry] : in_flight_)
    if (!entry.on_stream && entry.at <= now) return &entry;
  while (in_flight_.size() < kInFlightMax && !calls_.empty()) {
    const std::shared_ptr<Call> call = calls_.front();
    if (call->dropped || call->sent == call->acks.size()) {
      calls_.pop_front();
      continue;
    }
    const uint64_t id = ++last_id_;
    InFlight& entry = in_flight_[id];
    entry.call = call;
    entry.index = call->sent++;
    entry.item = call->make(entry.index);
    entry.item.set_id(std::to_string(id));
    return &entry;
  }
  return nullptr;
}

bool UrlPuts::AckIsLate() const {
  const auto oldest = Steady::now() - options_.ack_wait;
  return std::any_of(in_flight_.begin(), in_flight_.end(), [oldest](const auto& entry) {
    return entry.second.on_stream && entry.second.at < oldest;
  });
}

asio::awaitable<void> UrlPuts::Send(std::shared_ptr<Stream> stream) {
  while (stream_ == stream) {
    if (AckIsLate()) {
      Log(kWarn, "puts_not_acknowledged", {{"wait_ms", options_.ack_wait.count()}});
      stream->TryCancel();
      co_return;
    }
    InFlight* const next = Next();
    if (next == nullptr) {
      co_await Sleep(&changed_, kLookInterval);
      continue;
    }
    next->on_stream = true;
    next->at = Steady::now();
    Item item = next->item;
    auto writing = stream->Write(std::move(item));
    if (!co_await std::move(writing)) co_return;
  }
}

void UrlPuts::OnAck(const urlfrontier::AckMessage& ack) {
  uint64_t id = 0;
  const std::string& text = ack.id();
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), id);
  const auto found = in_flight_.find(id);
  // One that nobody waits for: of an earlier stream, or of no item at all.
  if (parsed.ec != std::errc() || found == in_flight_.end() || !found->second.on_stream) return;
  acked_ = true;
  InFlight& entry = found->second;
  if (ack.status() == urlfrontier::AckMessage::FAIL && !entry.call->dropped) {
    GetProbes().again.Add();
    entry.on_stream = false;
    entry.at = Steady::now() + options_.fail_wait;
    return;
  }
  entry.call->acks[entry.index] = ack.status();
  if (--entry.call->left == 0) entry.call->done.cancel();
  in_flight_.erase(found);
  changed_.cancel();
}

}  // namespace signboard::worker
