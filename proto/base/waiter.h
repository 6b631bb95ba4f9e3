// A coroutine that waits for a word from another thread: the one bridge from callbacks (gRPC's
// reactions, pool threads) to Asio.
//
//   auto wait = WaitFor([&](std::shared_ptr<Waiter> w) { StartAndLater(std::move(w)); });
//   const bool ok = co_await std::move(wait);
//
// In two steps, because g++ 12 destroys a closure twice that is a temporary of a co_await.
//
// Complete posts to the coroutine's own executor, so the coroutine always goes on where it ran.
// The first word counts, later ones are nothing: a callback and a cancellation may race.
//
// Threads: Complete is safe from any. The coroutine's executor is serial (an io_context of one
//          thread, or a strand), and whoever holds a Waiter lets go of it before the io_context
//          dies.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>

namespace signboard::base {

namespace asio = boost::asio;

class Waiter {
 public:
  virtual ~Waiter() = default;
  void Complete(bool ok) {
    if (!told_.exchange(true)) Post(ok);
  }

 protected:
  virtual void Post(bool ok) = 0;

 private:
  std::atomic<bool> told_{false};
};

// Runs `start` in the awaiting coroutine's thread, then waits. When the coroutine is cancelled,
// `on_cancel` runs on its executor with the waiter; empty: the wait ends at once with false.
asio::awaitable<bool> WaitFor(std::function<void(std::shared_ptr<Waiter>)> start,
                              std::function<void(Waiter&)> on_cancel = {});

}  // namespace signboard::base
