#include "proto/base/task_group.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <set>
#include <utility>
#include <vector>

#include "proto/base/log.h"
#include "proto/base/mutex.h"
#include "proto/base/waiter.h"

namespace signboard::base {
namespace {

struct Task {
  std::string name;
  asio::cancellation_signal signal;  // Touched on the group's executor alone.
  bool over = false;                 // So is this.
};

void LogEnd(const Task& task, const std::exception_ptr& error) {
  if (!error) return;
  try {
    std::rethrow_exception(error);
  } catch (const boost::system::system_error& e) {
    if (e.code() == asio::error::operation_aborted) return;  // What Cancel does.
    Log(kError, "task_failed", {{"task", task.name}, {"what", e.what()}});
  } catch (const std::exception& e) {
    Log(kError, "task_failed", {{"task", task.name}, {"what", e.what()}});
  } catch (...) {
    Log(kError, "task_failed", {{"task", task.name}, {"what", "an exception of unknown type"}});
  }
}

}  // namespace

// Shared with what is posted and with the tasks themselves, which may outlive the group.
struct TaskGroup::State {
  explicit State(asio::any_io_executor e) : executor(std::move(e)) {}

  const asio::any_io_executor executor;
  Mutex mutex;
  bool cancelled GUARDED_BY(mutex) = false;
  std::set<std::shared_ptr<Task>> tasks GUARDED_BY(mutex);
  std::vector<std::shared_ptr<Waiter>> joiners GUARDED_BY(mutex);

  size_t Size() {
    MutexLock lock(mutex);
    return tasks.size();
  }

  bool IsCancelled() {
    MutexLock lock(mutex);
    return cancelled;
  }

  void Ended(const std::shared_ptr<Task>& task) {
    std::vector<std::shared_ptr<Waiter>> told;
    {
      MutexLock lock(mutex);
      tasks.erase(task);
      if (tasks.empty()) told.swap(joiners);
    }
    for (const auto& waiter : told) waiter->Complete(true);
  }
};

namespace {

// Ends its task when it is called, and also when it is destroyed uncalled because the io_context
// died first.
template <class State>
class Ending {
 public:
  Ending(std::shared_ptr<State> state, std::shared_ptr<Task> task)
      : state_(std::move(state)), task_(std::move(task)) {}
  Ending(Ending&&) noexcept = default;
  Ending& operator=(Ending&&) = delete;
  ~Ending() {
    if (task_) state_->Ended(task_);
  }
  void operator()(const std::exception_ptr& error) {
    LogEnd(*task_, error);
    task_->over = true;
  }

 private:
  std::shared_ptr<State> state_;
  std::shared_ptr<Task> task_;
};

}  // namespace

TaskGroup::TaskGroup(asio::any_io_executor executor)
    : state_(std::make_shared<State>(std::move(executor))) {}

TaskGroup::~TaskGroup() { Cancel(); }

void TaskGroup::Spawn(std::string name, asio::awaitable<void> task_body) {
  auto task = std::make_shared<Task>();
  task->name = std::move(name);
  {
    MutexLock lock(state_->mutex);
    if (state_->cancelled) return;
    state_->tasks.insert(task);
  }
  // Posted: Spawn may be called from any thread, the signal is the executor's.
  asio::post(state_->executor, [state = state_, task, body = std::move(task_body)]() mutable {
    Ending ending(state, task);
    if (state->IsCancelled()) return;
    asio::cancellation_slot slot = task->signal.slot();
    asio::co_spawn(state->executor, std::move(body),
                   asio::bind_cancellation_slot(slot, std::move(ending)));
  });
}

void TaskGroup::Cancel() {
  {
    MutexLock lock(state_->mutex);
    if (std::exchange(state_->cancelled, true) || state_->tasks.empty()) return;
  }
  asio::post(state_->executor, [state = state_] {
    std::vector<std::shared_ptr<Task>> running;
    {
      MutexLock lock(state->mutex);
      running.assign(state->tasks.begin(), state->tasks.end());
    }
    for (const auto& task : running) {
      if (!task->over) task->signal.emit(asio::cancellation_type::terminal);
    }
  });
}

asio::awaitable<void> TaskGroup::Join() {
  return [](std::shared_ptr<State> state) -> asio::awaitable<void> {
    bool again = true;  // A task may have spawned another when the last one ended.
    while (again && state->Size() > 0) {
      auto start = [state](std::shared_ptr<Waiter> waiter) {
        {
          MutexLock lock(state->mutex);
          if (!state->tasks.empty()) {
            state->joiners.push_back(std::move(waiter));
            return;
          }
        }
        waiter->Complete(true);
      };
      auto wait = WaitFor(std::move(start));
      again = co_await std::move(wait);
    }
  }(state_);
}

size_t TaskGroup::size() const { return state_->Size(); }

const asio::any_io_executor& TaskGroup::executor() const { return state_->executor; }

}  // namespace signboard::base
