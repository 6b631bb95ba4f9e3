// Signal: something happened that a coroutine may be waiting for. Set before the wait is not lost;
// set twice is once. Bell: something happened that any number of coroutines may be waiting for.
//
//   Bell::Listener listener(&bell);       // Before the first look: nothing is missed.
//   while (!Look()) co_await listener.Wait();
//
// Threads: Set and Ring from any; one coroutine waits for a Signal or a Listener.
// Life:    a Bell outlives its listeners.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <set>
#include <utility>

#include "proto/base/mutex.h"
#include "proto/base/time.h"
#include "proto/base/waiter.h"

namespace signboard::base {

class Signal {
 public:
  void Set() {
    std::shared_ptr<Waiter> waiter;
    {
      MutexLock lock(mutex_);
      set_ = true;
      waiter = std::move(waiter_);
    }
    if (waiter) waiter->Complete(true);
  }

  // Until Set, or until `most` of real time has passed.
  asio::awaitable<void> Wait(Millis most) {
    using namespace asio::experimental::awaitable_operators;  // NOLINT: for ||
    asio::steady_timer timer(co_await asio::this_coro::executor, most);
    co_await (Wait() || timer.async_wait(asio::use_awaitable));
  }

  // Until Set. When the coroutine is cancelled it ends too; the next co_await throws.
  asio::awaitable<void> Wait() {
    auto begin = [this](std::shared_ptr<Waiter> waiter) {
      bool ready = false;
      {
        MutexLock lock(mutex_);
        ready = set_;
        if (!ready) waiter_ = waiter;
      }
      if (ready) waiter->Complete(true);
    };
    auto wait = WaitFor(begin);
    co_await std::move(wait);
    MutexLock lock(mutex_);
    set_ = false;
    waiter_.reset();
  }

 private:
  Mutex mutex_;
  bool set_ GUARDED_BY(mutex_) = false;
  std::shared_ptr<Waiter> waiter_ GUARDED_BY(mutex_);
};

class Bell {
 public:
  class Listener {
   public:
    explicit Listener(Bell* bell) : bell_(bell) {
      MutexLock lock(bell_->mutex_);
      bell_->signals_.insert(&signal_);
    }
    ~Listener() {
      MutexLock lock(bell_->mutex_);
      bell_->signals_.erase(&signal_);
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    // Until the bell has rung since the last Wait, or since the listener was made.
    asio::awaitable<void> Wait() { return signal_.Wait(); }
    asio::awaitable<void> Wait(Millis most) { return signal_.Wait(most); }

   private:
    Bell* const bell_;
    Signal signal_;
  };

  void Ring() {
    MutexLock lock(mutex_);
    for (Signal* signal : signals_) signal->Set();
  }

 private:
  Mutex mutex_;
  std::set<Signal*> signals_ GUARDED_BY(mutex_);
};

}  // namespace signboard::base
