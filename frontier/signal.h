// Signal: something happened that a coroutine may be waiting for. Set before the wait is not lost;
// set twice is once.
//
// Threads: Set from any; one coroutine waits.
#pragma once

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

#include "proto/base/mutex.h"
#include "proto/base/time.h"
#include "proto/base/waiter.h"

namespace signboard::frontier {

namespace asio = boost::asio;

class Signal {
 public:
  void Set() {
    std::shared_ptr<base::Waiter> waiter;
    {
      base::MutexLock lock(mutex_);
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

  // Until Set.
  asio::awaitable<void> Wait() {
    co_await base::WaitFor([this](std::shared_ptr<base::Waiter> waiter) {
      bool ready = false;
      {
        base::MutexLock lock(mutex_);
        ready = set_;
        if (!ready) waiter_ = waiter;
      }
      if (ready) waiter->Complete(true);
    });
    base::MutexLock lock(mutex_);
    set_ = false;
    waiter_.reset();
  }

 private:
  base::Mutex mutex_;
  bool set_ GUARDED_BY(mutex_) = false;
  std::shared_ptr<base::Waiter> waiter_ GUARDED_BY(mutex_);
};

}  // namespace signboard::frontier
