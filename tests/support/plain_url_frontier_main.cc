// plain-urlfrontier: a URLFrontier that is not ours and speaks nothing else, for tests of our
// worker as its client. It keeps all in memory and behaves as the public interface lets a service
// behave: a lease ends with the URL put as known, a completed URL keeps nothing but its key,
// discovered again is SKIPPED, acks come in any order. On demand it misbehaves as services do:
// every so many items FAIL once, every so many end the stream with its acks unsent.
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "urlfrontier.grpc.pb.h"

namespace {

namespace uf = urlfrontier;
using Millis = std::chrono::milliseconds;

int64_t NowMs() {
  return std::chrono::duration_cast<Millis>(
             std::chrono::system_clock::now().time_since_epoch()).count();
}
uint64_t NowSeconds() { return static_cast<uint64_t>(NowMs() / 1'000); }

struct Entry {
  uf::URLInfo info;
  uint64_t date = 0;  // 0: completed.
  uint64_t held_until = 0;
};

struct Queue {
  std::map<std::string, Entry> urls;
  uint64_t blocked_until = 0;
  int64_t delay = 1;
  int64_t served_ms = 0;
};

using QueueId = std::pair<std::string, std::string>;  // crawlID, key

class PlainFrontier final : public uf::URLFrontier::Service {
 public:
  int fail_every = 0;
  int break_every = 0;
  int64_t rest_unit_ms = 1'000;  // What a delay counts.

  grpc::Status GetURLs(grpc::ServerContext*, const uf::GetParams* request,
                       grpc::ServerWriter<uf::URLInfo>* writer) override {
    for (const uf::URLInfo& info : Lend(*request)) writer->Write(info);
    return grpc::Status::OK;
  }

  grpc::Status PutURLs(grpc::ServerContext*,
                       grpc::ServerReaderWriter<uf::AckMessage, uf::URLItem>* stream) override;

  grpc::Status SetDelay(grpc::ServerContext*, const uf::QueueDelayParams* request,
                        uf::Empty*) override {
    const std::lock_guard lock(mutex_);
    if (Queue* queue = Find(request->crawlid(), request->key()))
      queue->delay = request->delay_requestable();
    return grpc::Status::OK;
  }
  grpc::Status BlockQueueUntil(grpc::ServerContext*, const uf::BlockQueueParams* request,
                               uf::Empty*) override {
    const std::lock_guard lock(mutex_);
    if (Queue* queue = Find(request->crawlid(), request->key()))
      queue->blocked_until = request->time();
    return grpc::Status::OK;
  }
  grpc::Status ListURLs(grpc::ServerContext*, const uf::ListUrlParams* request,
                        grpc::ServerWriter<uf::URLItem>* writer) override {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, queue] : queues_) {
      if (id.first != request->crawlid()) continue;
      for (const auto& [url, entry] : queue.urls) {
        uf::URLItem item;
        *item.mutable_known()->mutable_info() = entry.info;
        item.mutable_known()->set_refetchable_from_date(entry.date);
        writer->Write(item);
      }
    }
    return grpc::Status::OK;
  }

 private:
  Queue* Find(const std::string& crawl, const std::string& key) {
    const auto found = queues_.find({crawl, key});
    return found == queues_.end() ? nullptr : &found->second;
  }

  std::vector<uf::URLInfo> Lend(const uf::GetParams& request) {
    const std::lock_guard lock(mutex_);
    std::vector<uf::URLInfo> lent;
    uint32_t yielded = 0;
    for (size_t turns = rotation_.size(); turns > 0; --turns) {
      const QueueId id = rotation_.front();
      rotation_.pop_front();
      rotation_.push_back(id);
      if (request.has_crawlid() && id.first != request.crawlid()) continue;
      const size_t before = lent.size();
      LendFrom(queues_[id], request, &lent);
      if (lent.size() > before && ++yielded == request.max_queues()) break;
    }
    return lent;
  }

  void LendFrom(Queue& queue, const uf::GetParams& request, std::vector<uf::URLInfo>* lent) {
    const uint64_t now = NowSeconds();
    if (queue.blocked_until >= now) return;
    if (queue.served_ms + queue.delay * rest_unit_ms >= NowMs()) return;
    uint32_t held = 0;
    std::multimap<uint64_t, Entry*> due;
    for (auto& [url, entry] : queue.urls) {
      if (entry.held_until > now) ++held;
      else if (entry.date != 0 && entry.date <= now) due.emplace(entry.date, &entry);
    }
    if (held >= request.max_urls_per_queue()) return;
    uint32_t given = 0;
    for (const auto& [date, entry] : due) {
      if (given++ == request.max_urls_per_queue()) break;
      entry->held_until = now + request.delay_requestable();
      lent->push_back(entry->info);
      queue.served_ms = NowMs();
    }
  }

  uf::AckMessage::Status Put(const uf::URLItem& item) {
    const std::lock_guard lock(mutex_);
    const bool discovered = item.has_discovered();
    const uf::URLInfo& info = discovered ? item.discovered().info() : item.known().info();
    if (info.url().empty() || info.key().empty()) return uf::AckMessage::SKIPPED;
    if (fail_every > 0 && failed_.insert(info.url()).second &&
        failed_.size() % static_cast<size_t>(fail_every) == 0)
      return uf::AckMessage::FAIL;
    const QueueId id{info.crawlid(), info.key()};
    if (!queues_.contains(id)) rotation_.push_back(id);
    Queue& queue = queues_[id];
    if (discovered && queue.urls.contains(info.url())) return uf::AckMessage::SKIPPED;
    Entry& entry = queue.urls[info.url()];
    entry = Entry{.info = info};
    entry.date = discovered ? NowSeconds() : item.known().refetchable_from_date();
    if (entry.date == 0) entry.info.clear_metadata();
    return uf::AckMessage::OK;
  }

  std::mutex mutex_;
  std::map<QueueId, Queue> queues_;
  std::deque<QueueId> rotation_;
  std::set<std::string> failed_;  // URLs that were put at least once.
};

// Acks what was put, later and in any order.
class Acker {
 public:
  explicit Acker(grpc::ServerReaderWriter<uf::AckMessage, uf::URLItem>* stream)
      : stream_(stream), thread_([this] { Run(); }) {}
  ~Acker() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  void Add(uf::AckMessage ack) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(ack));
    changed_.notify_all();
  }
  void Drop() {
    const std::lock_guard lock(mutex_);
    waiting_.clear();
  }

 private:
  void Run() {
    std::minstd_rand random(7);
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] { return over_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      lock.unlock();
      std::this_thread::sleep_for(Millis(1));  // So that there is something to choose from.
      lock.lock();
      if (waiting_.empty()) continue;
      const size_t chosen = random() % waiting_.size();
      std::swap(waiting_[chosen], waiting_.back());
      const uf::AckMessage ack = std::move(waiting_.back());
      waiting_.pop_back();
      lock.unlock();
      stream_->Write(ack);
      lock.lock();
    }
  }

  grpc::ServerReaderWriter<uf::AckMessage, uf::URLItem>* const stream_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<uf::AckMessage> waiting_;
  bool over_ = false;
  std::thread thread_;
};

grpc::Status PlainFrontier::PutURLs(
    grpc::ServerContext*, grpc::ServerReaderWriter<uf::AckMessage, uf::URLItem>* stream) {
  Acker acker(stream);
  int read = 0;
  for (uf::URLItem item; stream->Read(&item);) {
    uf::AckMessage ack;
    ack.set_id(item.id());
    ack.set_status(Put(item));
    acker.Add(std::move(ack));
    if (break_every > 0 && ++read == break_every) {
      acker.Drop();
      return grpc::Status(grpc::StatusCode::UNAVAILABLE, "broken off, as it was told to");
    }
  }
  return grpc::Status::OK;
}

}  // namespace

int main(int argc, char** argv) {
  PlainFrontier service;
  std::string listen = "127.0.0.1:0";
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    const std::string value = argv[i + 1];
    if (option == "--listen") listen = value;
    // Every so many URLs FAIL when they are first put.
    if (option == "--fail-every") service.fail_every = std::stoi(value);
    // A PutURLs stream breaks after so many.
    if (option == "--break-every") service.break_every = std::stoi(value);
    // What one second of a delay lasts.
    if (option == "--rest-unit-ms") service.rest_unit_ms = std::stoi(value);
  }
  grpc::ServerBuilder builder;
  builder.AddListeningPort(listen, grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  if (!server) return 1;
  server->Wait();
  return 0;
}
