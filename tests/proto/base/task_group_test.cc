#include "proto/base/task_group.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>
#include <vector>

#include "proto/base/time.h"
#include "tests/proto/base/runtime_fixture.h"

namespace signboard::base {
namespace {

using testing::Farewell;
using testing::IoThread;
using testing::Sleep;
using testing::SleepForEver;

asio::awaitable<void> WaitUntilCancelled(std::promise<void>* ended) {
  const Farewell farewell(ended);
  co_await SleepForEver();
}

TEST(TaskGroupTest, JoinWaitsForEveryTaskAndThoseTheySpawn) {
  IoThread io;
  TaskGroup group(io.executor());
  std::atomic<int> done = 0;
  auto child = [](std::atomic<int>* count) -> asio::awaitable<void> {
    co_await Sleep(Millis(5));
    ++*count;
  };
  auto parent = [child](TaskGroup* owner, std::atomic<int>* count) -> asio::awaitable<void> {
    co_await Sleep(Millis(1));
    owner->Spawn("child", child(count));
    ++*count;
  };
  for (int i = 0; i < 20; ++i) group.Spawn("parent", parent(&group, &done));
  io.Run(group.Join());
  EXPECT_EQ(done, 40);
  EXPECT_EQ(group.size(), 0U);
}

TEST(TaskGroupTest, JoinOfNothingReturns) {
  IoThread io;
  TaskGroup group(io.executor());
  io.Run(group.Join());
}

TEST(TaskGroupTest, CancelEndsTasksThatWait) {
  IoThread io;
  TaskGroup group(io.executor());
  std::vector<std::promise<void>> ended(50);
  for (auto& promise : ended) group.Spawn("waiter", WaitUntilCancelled(&promise));
  io.Run(Sleep(Millis(0)));  // Every task has begun before this ends.
  group.Cancel();
  io.Run(group.Join());
  for (auto& promise : ended) promise.get_future().wait();
}

TEST(TaskGroupTest, CancelReachesATaskThatHasNotBegun) {
  for (int i = 0; i < 200; ++i) {
    IoThread io;
    TaskGroup group(io.executor());
    std::thread other([&group] { group.Cancel(); });
    group.Spawn("late", SleepForEver());
    other.join();
    io.Run(group.Join());
  }
}

TEST(TaskGroupTest, NothingStartsAfterCancel) {
  IoThread io;
  TaskGroup group(io.executor());
  group.Cancel();
  bool ran = false;
  group.Spawn("late", [](bool* it_ran) -> asio::awaitable<void> {
    *it_ran = true;
    co_return;
  }(&ran));
  io.Run(group.Join());
  EXPECT_FALSE(ran);
}

TEST(TaskGroupTest, ExceptionEndsItsTaskAloneAndIsLoggedWithItsName) {
  IoThread io;
  TaskGroup group(io.executor());
  std::atomic<bool> other_done = false;
  ::testing::internal::CaptureStderr();
  group.Spawn("thrower", []() -> asio::awaitable<void> {
    co_await Sleep(Millis(1));
    throw std::runtime_error("spilled");
  }());
  group.Spawn("odd", []() -> asio::awaitable<void> {
    co_await Sleep(Millis(1));
    throw 3;  // NOLINT: not an std::exception
  }());
  group.Spawn("other", [](std::atomic<bool>* done) -> asio::awaitable<void> {
    co_await Sleep(Millis(10));
    *done = true;
  }(&other_done));
  io.Run(group.Join());
  const std::string out = ::testing::internal::GetCapturedStderr();
  EXPECT_TRUE(other_done);
  EXPECT_NE(out.find("task_failed task=thrower what=spilled"), std::string::npos) << out;
  EXPECT_NE(out.find("task=odd"), std::string::npos) << out;
}

TEST(TaskGroupTest, DestructorCancels) {
  IoThread io;
  std::promise<void> ended;
  {
    TaskGroup group(io.executor());
    group.Spawn("waiter", WaitUntilCancelled(&ended));
    io.Run(Sleep(Millis(0)));
  }
  ended.get_future().wait();
}

TEST(TaskGroupTest, TasksDieWithTheirIoContext) {
  std::promise<void> ended;
  auto context = std::make_unique<asio::io_context>();
  TaskGroup group(context->get_executor());
  group.Spawn("waiter", WaitUntilCancelled(&ended));
  context->run_for(Millis(5));
  EXPECT_EQ(group.size(), 1U);
  context.reset();
  ended.get_future().wait();
  EXPECT_EQ(group.size(), 0U);
}

}  // namespace
}  // namespace signboard::base
