// The two halves of a gRPC stream as awaitables; shared by server (rpc_serve.h) and client
// (rpc_client.h). A reactor owns a half, starts its operations and tells it when they are done.
//
// The half owns the message under way, never the caller: a caller that is cancelled in the middle
// may go, and an abandoned Read loses nothing, the next Read gives its message.
//
// Threads: one Read at a time; Writes may overlap and go out in order of arrival. Reactions come on
//          gRPC's threads.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "proto/base/mutex.h"
#include "proto/base/waiter.h"

namespace signboard::base {

using CancelHook = std::function<void(Waiter&)>;

template <class T>
class ReadHalf {
 public:
  explicit ReadHalf(std::function<void(T*)> start) : start_(std::move(start)) {}

  // False: the other side is done, or the call is broken.
  asio::awaitable<bool> Read(T* into, CancelHook on_cancel = {}) {
    auto begin = [this](std::shared_ptr<Waiter> waiter) { Begin(std::move(waiter)); };
    auto wait = WaitFor(begin, std::move(on_cancel));
    const bool ok = co_await std::move(wait);
    if (!ok) co_return false;
    MutexLock lock(mutex_);
    *into = std::move(message_);
    message_ = T();
    state_ = State::kIdle;
    co_return true;
  }

  void Done(bool ok) {
    std::shared_ptr<Waiter> waiter;
    {
      MutexLock lock(mutex_);
      state_ = ok ? State::kReady : State::kEnded;
      waiter = std::move(waiter_);
    }
    if (waiter) waiter->Complete(ok);
  }

 private:
  enum class State { kIdle, kUnderWay, kReady, kEnded };

  void Begin(std::shared_ptr<Waiter> waiter) {
    State was;
    {
      MutexLock lock(mutex_);
      was = state_;
      if (was == State::kIdle) state_ = State::kUnderWay;
      if (was == State::kIdle || was == State::kUnderWay) waiter_ = waiter;
    }
    // Outside the lock: gRPC may call the reaction before start_ returns.
    if (was == State::kIdle) start_(&message_);
    if (was == State::kReady || was == State::kEnded) waiter->Complete(was == State::kReady);
  }

  const std::function<void(T*)> start_;
  Mutex mutex_;
  State state_ GUARDED_BY(mutex_) = State::kIdle;
  std::shared_ptr<Waiter> waiter_ GUARDED_BY(mutex_);
  T message_;  // gRPC's while kUnderWay.
};

template <class T>
class WriteHalf {
 public:
  // `start` begins to write a message; with nullptr, to say that there are no more.
  explicit WriteHalf(std::function<void(const T*)> start) : start_(std::move(start)) {}

  // True: handed to the transport. False: the other side is gone; nothing written from now on
  // arrives. A Write that is cancelled may or may not go out.
  asio::awaitable<bool> Write(T message, CancelHook on_cancel = {}) {
    auto put = Put(std::optional<T>(std::move(message)), std::move(on_cancel));
    co_return co_await std::move(put);
  }

  // No more messages will come. Later writes are false.
  asio::awaitable<bool> End(CancelHook on_cancel = {}) {
    auto put = Put(std::nullopt, std::move(on_cancel));
    co_return co_await std::move(put);
  }

  void Done(bool ok) {
    std::deque<Entry> ended;
    const Entry* next = nullptr;
    {
      MutexLock lock(mutex_);
      if (!ok) closed_ = true;
      ended.push_back(std::move(queue_.front()));
      queue_.pop_front();
      while (!ok && !queue_.empty()) {
        ended.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
      if (!queue_.empty()) next = &queue_.front();
    }
    if (next != nullptr) Start(*next);
    for (Entry& entry : ended) entry.waiter->Complete(ok);
  }

 private:
  struct Entry {
    std::optional<T> message;  // Empty: the end.
    std::shared_ptr<Waiter> waiter;
  };

  asio::awaitable<bool> Put(std::optional<T> message, CancelHook on_cancel) {
    auto begin = [this, &message](std::shared_ptr<Waiter> waiter) {
      const Entry* first = nullptr;
      {
        MutexLock lock(mutex_);
        if (!closed_) {
          closed_ = !message.has_value();
          queue_.push_back({std::move(message), waiter});
          waiter.reset();
          if (queue_.size() == 1) first = &queue_.front();
        }
      }
      if (first != nullptr) Start(*first);
      if (waiter) waiter->Complete(false);
    };
    auto wait = WaitFor(begin, std::move(on_cancel));
    co_return co_await std::move(wait);
  }

  // The front of the queue is the one under way; a deque keeps its place when others join.
  void Start(const Entry& entry) { start_(entry.message ? &*entry.message : nullptr); }

  const std::function<void(const T*)> start_;
  Mutex mutex_;
  bool closed_ GUARDED_BY(mutex_) = false;
  std::deque<Entry> queue_ GUARDED_BY(mutex_);
};

}  // namespace signboard::base
