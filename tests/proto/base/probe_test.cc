#include "proto/base/probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

namespace signboard::base {
namespace {

using ::testing::HasSubstr;

TEST(ProbeTest, CountersShowInTheExposition) {
  Counter& hits = MakeCounter("signboard_test_hits_total", "Hits.", {{"kind", "a"}});
  hits.Add();
  hits.Add(2);
  EXPECT_EQ(hits.Value(), 3);
  const std::string text = RenderMetrics();
  EXPECT_THAT(text, HasSubstr("# HELP signboard_test_hits_total Hits.\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE signboard_test_hits_total counter\n"));
  EXPECT_THAT(text, HasSubstr("signboard_test_hits_total{kind=\"a\"} 3\n"));
}

TEST(ProbeTest, CounterOnlyGrows) {
  Counter& grows = MakeCounter("signboard_test_grows_total", "Grows.");
  grows.Add(5);
  grows.Add(-3);
  EXPECT_EQ(grows.Value(), 5);
}

TEST(ProbeTest, SameNameAndLabelsAreOneProbe) {
  Counter& a = MakeCounter("signboard_test_same_total", "Same.", {{"k", "1"}});
  Counter& b = MakeCounter("signboard_test_same_total", "Same.", {{"k", "1"}});
  Counter& c = MakeCounter("signboard_test_same_total", "Same.", {{"k", "2"}});
  EXPECT_EQ(&a, &b);
  EXPECT_NE(&a, &c);
}

TEST(ProbeTest, GaugeGoesUpAndDown) {
  Gauge& open = MakeGauge("signboard_test_open_connections", "Open.");
  open.Set(4);
  open.Add(-1.5);
  EXPECT_EQ(open.Value(), 2.5);
}

TEST(ProbeTest, HistogramSortsIntoBuckets) {
  Histogram& took = MakeHistogram("signboard_test_took_seconds", "Took.", {0.1, 1});
  took.Observe(0.05);
  took.Observe(0.5);
  took.Observe(50);
  EXPECT_EQ(took.Count(), 3U);
  const std::string text = RenderMetrics();
  EXPECT_THAT(text, HasSubstr("signboard_test_took_seconds_bucket{le=\"0.1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("signboard_test_took_seconds_bucket{le=\"1\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("signboard_test_took_seconds_bucket{le=\"+Inf\"} 3\n"));
  EXPECT_TRUE(std::is_sorted(SecondsBounds().begin(), SecondsBounds().end()));
}

TEST(ProbeTest, NoCountIsLostBetweenThreads) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([] {
      for (int i = 0; i < 10'000; ++i) MakeCounter("signboard_test_many_total", "Many.").Add();
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(MakeCounter("signboard_test_many_total", "Many.").Value(), 40'000);
}

TEST(ProbeTest, ForbiddenNameIsRefusedWhereItIsMade) {
  EXPECT_THROW(MakeCounter("signboard test", "Bad."), std::invalid_argument);
}

}  // namespace
}  // namespace signboard::base
