// An io_context with its one thread, and a way to run a coroutine on it to its end.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <future>
#include <optional>
#include <thread>
#include <utility>

namespace signboard::base::testing {

namespace asio = boost::asio;

class IoThread {
 public:
  IoThread() : work_(asio::make_work_guard(context_)), thread_([this] { context_.run(); }) {}
  // Runs until nothing is under way any more.
  ~IoThread() {
    work_.reset();
    thread_.join();
  }
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  asio::any_io_executor executor() { return context_.get_executor(); }

  template <class T>
  std::future<T> Begin(asio::awaitable<T> task) {
    return asio::co_spawn(context_, std::move(task), asio::use_future);
  }
  // Throws what the coroutine throws.
  template <class T>
  T Run(asio::awaitable<T> task) {
    return Begin(std::move(task)).get();
  }

 private:
  asio::io_context context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::thread thread_;
};

inline asio::awaitable<void> Sleep(std::chrono::milliseconds span) {
  asio::steady_timer timer(co_await asio::this_coro::executor, span);
  co_await timer.async_wait(asio::use_awaitable);
}

// Longer than any test: only cancellation ends it.
inline asio::awaitable<void> SleepForEver() { co_await Sleep(std::chrono::hours(24)); }

// Fulfilled when it dies: put into a coroutine, it tells the test that the coroutine has ended.
class Farewell {
 public:
  explicit Farewell(std::promise<void>* told) : told_(told) {}
  ~Farewell() { told_->set_value(); }
  Farewell(const Farewell&) = delete;
  Farewell& operator=(const Farewell&) = delete;

 private:
  std::promise<void>* told_;
};

}  // namespace signboard::base::testing
