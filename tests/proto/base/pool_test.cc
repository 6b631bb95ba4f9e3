#include "proto/base/pool.h"

#include <gtest/gtest.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <latch>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "proto/base/status.h"
#include "proto/base/time.h"
#include "tests/proto/base/runtime_fixture.h"

namespace signboard::base {
namespace {

using testing::IoThread;
using namespace boost::asio::experimental::awaitable_operators;  // NOLINT: what || needs

class PoolTest : public ::testing::Test {
 protected:
  IoThread io_;
  Pool pool_{{.name = "test", .threads = 2}};
};

TEST_F(PoolTest, RunsOffTheExecutorAndComesBackToIt) {
  const bool went_and_came = io_.Run([](Pool* pool) -> asio::awaitable<bool> {
    const auto home = std::this_thread::get_id();
    const auto away = co_await OnPool(*pool, [] { return std::this_thread::get_id(); });
    co_return away != home && std::this_thread::get_id() == home;
  }(&pool_));
  EXPECT_TRUE(went_and_came);
}

TEST_F(PoolTest, GivesWhatTheFunctionGives) {
  EXPECT_EQ(io_.Run(OnPool(pool_, [] { return std::string("text"); })), "text");
  EXPECT_EQ(*io_.Run(OnPool(pool_, [p = std::make_unique<int>(4)]() mutable {
    return std::move(p);
  })),
            4);
  EXPECT_EQ(io_.Run(OnPool(pool_, []() -> StatusOr<int> { return NotFound("no"); })).status(),
            NotFound("no"));
  bool ran = false;
  io_.Run(OnPool(pool_, [&ran] { ran = true; }));
  EXPECT_TRUE(ran);
}

TEST_F(PoolTest, CapturesLiveAndDieOnce) {
  const auto token = std::make_shared<int>(0);
  io_.Run([](Pool* pool, std::shared_ptr<int> held) -> asio::awaitable<void> {
    for (int i = 0; i < 10; ++i) {
      auto count = OnPool(*pool, [held, copy = held] { ++*held; });
      co_await std::move(count);
      auto give = OnPool(*pool, [held] { return std::string(100, 'x'); });
      const std::string text = co_await std::move(give);
      EXPECT_EQ(text.size(), 100U);
      auto refuse = OnPool(*pool, [held] { return false; });
      if (co_await std::move(refuse)) co_return;
      const long now_held = held.use_count();
      EXPECT_EQ(now_held, 2);
    }
  }(&pool_, token));
  EXPECT_EQ(*token, 10);
  EXPECT_EQ(token.use_count(), 1);
}

TEST_F(PoolTest, ExceptionIsThrownInTheAwaitingCoroutine) {
  EXPECT_THROW(io_.Run(OnPool(pool_, []() -> int { throw std::runtime_error("bad"); })),
               std::runtime_error);
}

TEST_F(PoolTest, ManyJobsAllRun) {
  std::atomic<int> count = 0;
  std::vector<std::future<void>> jobs;
  for (int i = 0; i < 2'000; ++i) jobs.push_back(io_.Begin(OnPool(pool_, [&count] { ++count; })));
  for (auto& job : jobs) job.get();
  EXPECT_EQ(count, 2'000);
}

TEST_F(PoolTest, JobsThatWaitHoldUpNoneThatAFreeThreadCouldRun) {
  constexpr int kThreads = 4;
  Pool four({.threads = kThreads});
  for (int round = 0; round < 300; ++round) {
    std::latch all_run(kThreads);
    std::vector<std::future<void>> jobs;
    for (int i = 0; i < kThreads; ++i)
      jobs.push_back(io_.Begin(OnPool(four, [&all_run] { all_run.arrive_and_wait(); })));
    for (auto& job : jobs) job.get();
  }
}

TEST_F(PoolTest, WhatAJobSubmitsRunsBehindIt) {
  class Counting final : public Pool::Job {
   public:
    Counting(Pool* pool, int left, std::atomic<int>* count, std::promise<void>* ended)
        : pool_(pool), left_(left), count_(count), ended_(ended) {}
    void Run() override {
      ++*count_;
      if (left_ == 0) return ended_->set_value();
      pool_->SubmitFromJob(std::make_shared<Counting>(pool_, left_ - 1, count_, ended_));
    }

   private:
    Pool* const pool_;
    const int left_;
    std::atomic<int>* const count_;
    std::promise<void>* const ended_;
  };
  std::atomic<int> count = 0;
  std::promise<void> ended;
  pool_.Submit(std::make_shared<Counting>(&pool_, 99, &count, &ended));
  ended.get_future().get();
  EXPECT_EQ(count, 100);
  std::promise<void> ended_too;
  {
    Pool dying({.threads = 3});
    dying.Submit(std::make_shared<Counting>(&dying, 99, &count, &ended_too));
  }
  EXPECT_EQ(count, 200) << "the destructor runs what jobs submit, too";
}

TEST_F(PoolTest, SaysThatItIsOverloadedWhileMoreWaitThanItsBound) {
  Pool small({.threads = 1, .queue_max = 2});
  std::promise<void> go;
  std::shared_future<void> gate = go.get_future().share();
  std::promise<void> first_runs;
  std::vector<std::future<void>> jobs;
  jobs.push_back(io_.Begin(OnPool(small, [&first_runs, gate] {
    first_runs.set_value();
    gate.wait();
  })));
  first_runs.get_future().wait();
  EXPECT_FALSE(small.overloaded());
  for (int i = 0; i < 3; ++i) jobs.push_back(io_.Begin(OnPool(small, [] {})));
  io_.Run(testing::Sleep(Millis(0)));  // The three have reached the queue before this ends.
  EXPECT_TRUE(small.overloaded());
  go.set_value();
  for (auto& job : jobs) job.get();
  EXPECT_FALSE(small.overloaded());
}

TEST_F(PoolTest, CancelledBeforeItsTurnAJobNeverRuns) {
  Pool small({.threads = 1});
  std::promise<void> go;
  std::shared_future<void> gate = go.get_future().share();
  auto first = io_.Begin(OnPool(small, [gate] { gate.wait(); }));
  std::atomic<bool> ran = false;
  const size_t winner =
      io_.Run([](Pool* pool, std::atomic<bool>* ran_it) -> asio::awaitable<size_t> {
        auto either =
            co_await (OnPool(*pool, [ran_it] { *ran_it = true; }) || testing::Sleep(Millis(5)));
        co_return either.index();
      }(&small, &ran));
  EXPECT_EQ(winner, 1U);
  go.set_value();
  first.get();
  io_.Run(OnPool(small, [] {}));
  EXPECT_FALSE(ran);
}

TEST_F(PoolTest, RunningJobIsWaitedForWhenItsCoroutineIsCancelled) {
  std::atomic<bool> ended = false;
  io_.Run([](Pool* pool, std::atomic<bool>* ended_it) -> asio::awaitable<void> {
    std::promise<void> runs;
    auto slow = [ended_it, &runs] {
      runs.set_value();
      std::this_thread::sleep_for(Millis(50));
      *ended_it = true;
    };
    auto when_running = [](std::promise<void>* promise) -> asio::awaitable<void> {
      promise->get_future().wait();
      co_return;
    };
    co_await (OnPool(*pool, slow) || when_running(&runs));
  }(&pool_, &ended));
  EXPECT_TRUE(ended);
}

TEST_F(PoolTest, DestructorRunsWhatIsQueued) {
  std::atomic<int> count = 0;
  std::vector<std::future<void>> jobs;
  {
    Pool small({.threads = 1});
    for (int i = 0; i < 50; ++i) {
      jobs.push_back(io_.Begin(OnPool(small, [&count] {
        std::this_thread::sleep_for(Millis(1));
        ++count;
      })));
    }
    io_.Run(testing::Sleep(Millis(0)));
  }
  EXPECT_EQ(count, 50);
  for (auto& job : jobs) job.get();
}

}  // namespace
}  // namespace signboard::base
