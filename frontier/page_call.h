// A stream of messages out, page by page: the server's side of GetURLs and ListURLs.
//
// The next page is asked for, on the pool, when the last was handed to the client: one that stops
// reading costs a page and no more, whatever it asked for.
//
// Threads: gRPC's, and one of the pool at a time.
// Life:    its own: gRPC's OnDone ends it, after Finish.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "frontier/stream_count.h"
#include "proto/base/mutex.h"
#include "proto/base/pool.h"
#include "proto/base/rpc_status.h"

namespace signboard::frontier {

template <class Out>
struct Page {
  std::vector<Out> items{};
  bool last = false;
};

template <class Out>
class PageCall final : public grpc::ServerWriteReactor<Out> {
 public:
  // On the pool.
  using Next = std::function<StatusOr<Page<Out>>()>;

  PageCall(StreamCount& streams, base::Pool& pool, Next next)
      : streams_(streams), pool_(pool), next_(std::move(next)) {
    Submit();
  }

  void OnWriteDone(bool ok) override {
    const Out* next = nullptr;
    bool more = false;
    bool work = false;
    bool finish = false;
    {
      base::MutexLock lock(mutex_);
      ++written_;
      if (!ok) broken_ = true;
      writing_ = !broken_ && written_ < page_.items.size();
      if (writing_) next = &page_.items[written_];
      more = written_ + 1 < page_.items.size();
      work = TakeWork();
      finish = TakeFinish();
    }
    if (next != nullptr) Write(next, more);
    if (work) Submit();
    if (finish) this->Finish(base::ToGrpc(status_));
  }

  void OnCancel() override {
    bool finish = false;
    {
      base::MutexLock lock(mutex_);
      broken_ = true;
      finish = TakeFinish();
    }
    if (finish) this->Finish(base::ToGrpc(status_));
  }

  void OnDone() override {
    streams_.Leave();
    delete this;
  }

 private:
  class Job final : public base::Pool::Job {
   public:
    explicit Job(PageCall* call) : call_(call) {}
    void Run() override { call_->Work(); }

   private:
    PageCall* const call_;
  };
  void Submit() { pool_.Submit(std::make_shared<Job>(this)); }

  void Work() {
    StatusOr<Page<Out>> page = next_();
    const Out* first = nullptr;
    bool more = false;
    {
      base::MutexLock lock(mutex_);
      written_ = 0;
      status_ = page.status();
      page_ = page.ok() ? *std::move(page) : Page<Out>{.last = true};
      if (!broken_ && !page_.items.empty()) {
        writing_ = true;
        first = &page_.items.front();
        more = page_.items.size() > 1;
      }
    }
    if (first != nullptr) Write(first, more);
    bool again = false;
    bool finish = false;
    {
      base::MutexLock lock(mutex_);
      working_ = false;
      again = TakeWork();
      finish = TakeFinish();
    }
    if (again) Submit();
    if (finish) this->Finish(base::ToGrpc(status_));
  }

  // With a hint where another follows, so that many go out together. Not the first, which the
  // stream's metadata are sent with: gRPC 1.51 would keep both until something else is written.
  void Write(const Out* item, bool more) {
    grpc::WriteOptions options;
    if (std::exchange(begun_, true) && more) options.set_buffer_hint();
    this->StartWrite(item, options);
  }

  // Whether to ask for the next page.
  bool TakeWork() REQUIRES_LOCK(mutex_) {
    if (working_ || writing_ || broken_ || page_.last) return false;
    return working_ = true;
  }
  // Whoever writes or works keeps the call alive; so nobody touches it after having let go, unless
  // to finish it.
  bool TakeFinish() REQUIRES_LOCK(mutex_) {
    if (working_ || writing_ || !(broken_ || page_.last)) return false;
    return !std::exchange(finished_, true);
  }

  StreamCount& streams_;
  base::Pool& pool_;
  Next next_;  // Called by who works.
  bool begun_ = false;  // Of who writes: something was written.
  base::Mutex mutex_;
  Page<Out> page_;      // Written by who works, while nobody writes.
  Status status_;       // As `page_`; read once it is the last.
  size_t written_ GUARDED_BY(mutex_) = 0;
  bool working_ GUARDED_BY(mutex_) = true;
  bool writing_ GUARDED_BY(mutex_) = false;
  bool broken_ GUARDED_BY(mutex_) = false;
  bool finished_ GUARDED_BY(mutex_) = false;
};

}  // namespace signboard::frontier
