// The owner of coroutines that run beside each other: nothing is detached without one.
//
// A task that ends with an exception is logged as an error with its name; the others go on. Cancel
// ends them all (asio cancellation, terminal): each pending operation fails with operation_aborted.
// Join waits for the last. The destructor cancels but cannot wait: Join before destroying what the
// tasks use. A group over a strand dies before its io_context.
//
// Threads: safe from any. Tasks run on the group's executor, which is serial: an io_context of one
//          thread, or a strand; cancellation is emitted there.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

namespace signboard::base {

namespace asio = boost::asio;

class TaskGroup {
 public:
  explicit TaskGroup(asio::any_io_executor executor);
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // After Cancel nothing is started any more: the task is dropped before its first line.
  void Spawn(std::string name, asio::awaitable<void> task);
  void Cancel();
  // Until every task has ended, those spawned meanwhile included. Does not cancel by itself. When
  // the waiting coroutine is cancelled it returns early.
  asio::awaitable<void> Join();

  size_t size() const;  // Tasks that have not ended.
  const asio::any_io_executor& executor() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace signboard::base
