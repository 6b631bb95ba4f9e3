// Threads for work that blocks or burns: RocksDB, parsing, compression. io_context threads only
// move bytes; everything else goes through here.
//
//   auto parsed = OnPool(pool, [body] { return Parse(body); });  // Two steps: see waiter.h.
//
// Jobs run in order of arrival. One thread at a time is called to look at the queue, the one that
// fell asleep last, and calls the next where it leaves something there: most of a burst is done by
// threads that are awake, with their memory near the processor.
//
// A job beyond Options::queue_max is still taken, because it is a coroutine that exists anyway and
// now stands still; but overloaded() says so, and a service asks that before it takes on more
// (kResourceExhausted).
//
// Cancelled before its turn, a job never runs and the co_await throws operation_aborted, as Asio's
// own operations do. Once running it is waited for: `fn` may refer to the coroutine's variables.
//
// Threads: safe from any. A job must not wait for another job of its pool.
// Errors:  an exception of `fn` is thrown again in the awaiting coroutine, on its executor.
// Life:    the destructor runs what is queued, then joins; it comes before the death of the
//          io_contexts whose coroutines use the pool.
#pragma once

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <atomic>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "proto/base/mutex.h"
#include "proto/base/waiter.h"

namespace signboard::base {

class Pool {
 public:
  struct Options {
    std::string name = "pool";  // In thread names (first 10 bytes) and probes.
    size_t threads = 2;         // At least 1.
    size_t queue_max = 1'024;   // More waiting jobs than that: overloaded().
  };
  explicit Pool(Options options);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // One call of OnPool, or work that nobody awaits: without a waiter. Run is called once, on a pool
  // thread, and does not throw.
  class Job {
   public:
    virtual ~Job() = default;
    virtual void Run() = 0;
    // True for exactly one of the thread that runs the job and the coroutine that gives it up.
    bool Claim() { return !claimed_.exchange(true); }
    std::shared_ptr<Waiter> waiter;

   private:
    std::atomic<bool> claimed_{false};
  };
  void Submit(std::shared_ptr<Job> job);
  // By a job of this pool as its last act: its thread looks at the queue next, so none is called.
  void SubmitFromJob(std::shared_ptr<Job> job);

  bool overloaded() const;
  size_t threads() const { return threads_.size(); }

 private:
  // Where a thread waits for its call.
  struct Bed {
    CondVar call;
    bool called = false;
  };
  void Work(Bed* bed);
  // Who is to be called for what is queued; null: nobody, or somebody is on the way to look.
  Bed* Wake() REQUIRES_LOCK(mutex_);

  const Options options_;
  std::vector<Bed> beds_;  // Of each thread; what is in them is guarded by mutex_.
  mutable Mutex mutex_;
  std::deque<std::shared_ptr<Job>> jobs_ GUARDED_BY(mutex_);
  std::vector<Bed*> asleep_ GUARDED_BY(mutex_);  // The last to lie down is called first.
  size_t called_count_ GUARDED_BY(mutex_) = 0;   // Those that were called and are not yet up.
  bool ending_ GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

namespace internal {

template <class F>
class PoolCall final : public Pool::Job {
 public:
  using Result = std::invoke_result_t<F&>;
  static constexpr bool kVoid = std::is_void_v<Result>;

  explicit PoolCall(F fn) : fn_(std::move(fn)) {}
  void Run() override {
    try {
      if constexpr (kVoid) {
        fn_();
      } else {
        result_.emplace(fn_());
      }
    } catch (...) {
      error_ = std::current_exception();
    }
  }
  Result Take() {
    if (error_) std::rethrow_exception(error_);
    if constexpr (!kVoid) return std::move(*result_);
  }

 private:
  F fn_;
  std::optional<std::conditional_t<kVoid, bool, Result>> result_;
  std::exception_ptr error_;
};

template <class F>
asio::awaitable<std::invoke_result_t<F&>> RunOnPool(Pool* pool, F fn) {
  auto call = std::make_shared<PoolCall<F>>(std::move(fn));
  auto start = [pool, call](std::shared_ptr<Waiter> waiter) {
    call->waiter = std::move(waiter);
    pool->Submit(call);
  };
  auto give_up = [call](Waiter& waiter) {
    if (call->Claim()) waiter.Complete(false);
  };
  auto wait = WaitFor(std::move(start), std::move(give_up));
  const bool ran = co_await std::move(wait);
  if (!ran) throw boost::system::system_error(asio::error::operation_aborted);
  co_return call->Take();
}

}  // namespace internal

// Runs `fn()` on the pool and comes back to the coroutine's own executor with its result.
template <class F>
asio::awaitable<std::invoke_result_t<F&>> OnPool(Pool& pool, F fn) {
  return internal::RunOnPool(&pool, std::move(fn));
}

}  // namespace signboard::base
