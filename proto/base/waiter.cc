#include "proto/base/waiter.h"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace signboard::base {
namespace {

template <class Handler>
class WaiterOf final : public Waiter {
 public:
  explicit WaiterOf(Handler handler)
      : executor_(asio::get_associated_executor(handler)),
        work_(asio::make_work_guard(executor_)),
        handler_(std::move(handler)) {}

 private:
  void Post(bool ok) override {
    asio::post(executor_,
               [handler = std::move(handler_), ok]() mutable { std::move(handler)(ok); });
    work_.reset();
  }

  using Executor = asio::associated_executor_t<Handler>;
  Executor executor_;
  asio::executor_work_guard<Executor> work_;  // run() goes on while somebody may still speak.
  Handler handler_;
};

using StartFunction = std::function<void(std::shared_ptr<Waiter>)>;
using CancelFunction = std::function<void(Waiter&)>;

struct Initiate {
  template <class Handler>
  void operator()(Handler&& handler, StartFunction start, CancelFunction on_cancel) const {
    auto slot = asio::get_associated_cancellation_slot(handler);
    auto waiter = std::make_shared<WaiterOf<std::decay_t<Handler>>>(std::forward<Handler>(handler));
    if (slot.is_connected()) {
      // Weak: what is told never keeps the coroutine alive, and the slot may outlive the wait.
      slot.assign([told = std::weak_ptr<Waiter>(waiter),
                   on_cancel = std::move(on_cancel)](asio::cancellation_type) {
        const std::shared_ptr<Waiter> still_waits = told.lock();
        if (!still_waits) return;
        if (on_cancel) {
          on_cancel(*still_waits);
        } else {
          still_waits->Complete(false);
        }
      });
    }
    start(std::move(waiter));
  }
};

}  // namespace

asio::awaitable<bool> WaitFor(StartFunction start, CancelFunction on_cancel) {
  auto wait = asio::async_initiate<const asio::use_awaitable_t<>, void(bool)>(
      Initiate(), asio::use_awaitable, std::move(start), std::move(on_cancel));
  co_return co_await std::move(wait);
}

}  // namespace signboard::base
