// A stream of messages in, one ack for each: the server's side of PutURLs and PutDiscovered.
//
// What came while the disk was busy is one batch, and one sync. Nothing is awaited message by
// message: gRPC's thread puts into a list what the pool's thread takes as a whole.
//
// A client that sends faster than the disk writes, or reads no acks, is not read from: kUnderWayMax
// messages, or kBytesUnderWayMax, are taken in and not yet answered, no more.
//
// Threads: gRPC's, and one of the pool at a time.
// Life:    its own: gRPC's OnDone ends it, after Finish, which comes when all is answered or the
//          client is gone and no thread of the pool works for it.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "frontier/stream_count.h"
#include "proto/base/mutex.h"
#include "proto/base/pool.h"

namespace signboard::frontier {

template <class In, class Out>
class PutCall final : public grpc::ServerBidiReactor<In, Out> {
 public:
  // Answers a batch, one ack for each message, in order. On the pool.
  using Answer = std::function<std::vector<Out>(std::vector<In>& batch)>;

  PutCall(StreamCount& streams, base::Pool& pool, size_t under_way_max, Answer answer)
      : streams_(streams), pool_(pool), under_way_max_(under_way_max), answer_(std::move(answer)) {
    this->StartRead(&message_);
  }

  void OnReadDone(bool ok) override {
    bool work = false;
    bool read = false;
    bool finish = false;
    {
      base::MutexLock lock(mutex_);
      reading_ = false;
      if (!ok) {
        read_all_ = true;
      } else if (!broken_) {
        sizes_.push_back(message_.ByteSizeLong());
        bytes_ += sizes_.back();
        waiting_.push_back(std::move(message_));
        message_ = In();
        work = !std::exchange(working_, true);
        read = TakeRead();
      }
      finish = TakeFinish();
    }
    if (read) this->StartRead(&message_);
    if (work) pool_.Submit(std::make_shared<Job>(this));
    if (finish) this->Finish(grpc::Status::OK);
  }

  void OnWriteDone(bool ok) override {
    const Out* next = nullptr;
    bool more = false;
    bool read = false;
    bool finish = false;
    {
      base::MutexLock lock(mutex_);
      acks_.pop_front();
      bytes_ -= sizes_.front();
      sizes_.pop_front();
      if (!ok) broken_ = true;
      if (broken_) acks_.clear();
      writing_ = !acks_.empty();
      if (writing_) next = &acks_.front();
      more = acks_.size() > 1;
      read = TakeRead();
      finish = TakeFinish();
    }
    if (next != nullptr) Write(next, more);
    if (read) this->StartRead(&message_);
    if (finish) this->Finish(grpc::Status::OK);
  }

  void OnCancel() override {
    bool finish = false;
    {
      base::MutexLock lock(mutex_);
      broken_ = true;
      finish = TakeFinish();
    }
    if (finish) this->Finish(grpc::Status::OK);
  }

  void OnDone() override {
    streams_.Leave();
    delete this;
  }

 private:
  static constexpr size_t kBytesUnderWayMax = size_t{1} << 20;

  class Job final : public base::Pool::Job {
   public:
    explicit Job(PutCall* call) : call_(call) {}
    void Run() override { call_->Work(); }

   private:
    PutCall* const call_;
  };

  // One batch; the pool's other work comes between two.
  void Work() {
    std::vector<In> batch;
    {
      base::MutexLock lock(mutex_);
      batch.swap(waiting_);
    }
    std::vector<Out> acks = answer_(batch);
    const Out* first = nullptr;
    bool more = false;
    {
      base::MutexLock lock(mutex_);
      for (Out& ack : acks) acks_.push_back(std::move(ack));
      if (!writing_ && !broken_) {
        writing_ = true;
        first = &acks_.front();
        more = acks_.size() > 1;
      }
    }
    if (first != nullptr) Write(first, more);
    bool again = false;
    bool finish = false;
    {
      base::MutexLock lock(mutex_);
      again = !waiting_.empty() && !broken_;
      working_ = again;
      finish = TakeFinish();
    }
    if (again) pool_.Submit(std::make_shared<Job>(this));
    if (finish) this->Finish(grpc::Status::OK);
  }

  // With a hint where another follows, so that many go out together. Not the first, which the
  // stream's metadata are sent with: gRPC 1.51 would keep both until something else is written.
  void Write(const Out* ack, bool more) {
    grpc::WriteOptions options;
    if (std::exchange(begun_, true) && more) options.set_buffer_hint();
    this->StartWrite(ack, options);
  }

  // Whether to begin a read; then it is under way.
  bool TakeRead() REQUIRES_LOCK(mutex_) {
    if (reading_ || read_all_ || broken_) return false;
    reading_ = sizes_.size() < under_way_max_ && bytes_ < kBytesUnderWayMax;
    return reading_;
  }

  // Whether this is the moment to finish. Whoever reads, writes or works keeps the call alive; so
  // nobody touches it after having let go, unless to finish it.
  bool TakeFinish() REQUIRES_LOCK(mutex_) {
    const bool all = broken_ || (read_all_ && waiting_.empty() && acks_.empty());
    if (!all || reading_ || working_ || writing_) return false;
    return !std::exchange(finished_, true);
  }

  StreamCount& streams_;
  base::Pool& pool_;
  const size_t under_way_max_;
  const Answer answer_;
  In message_;  // gRPC's while a read is under way.
  bool begun_ = false;  // Of who writes: something was written.
  base::Mutex mutex_;
  std::vector<In> waiting_ GUARDED_BY(mutex_);
  std::deque<Out> acks_ GUARDED_BY(mutex_);  // Its front is being written.
  std::deque<size_t> sizes_ GUARDED_BY(mutex_);  // Of the messages under way, oldest first.
  size_t bytes_ GUARDED_BY(mutex_) = 0;
  bool reading_ GUARDED_BY(mutex_) = true;
  bool working_ GUARDED_BY(mutex_) = false;
  bool writing_ GUARDED_BY(mutex_) = false;
  bool read_all_ GUARDED_BY(mutex_) = false;  // The client has no more to say.
  bool broken_ GUARDED_BY(mutex_) = false;    // It is gone.
  bool finished_ GUARDED_BY(mutex_) = false;
};

}  // namespace signboard::frontier
