// A frontier on a real Space in a temporary directory, spoken to in the words of its domain.
// After every test the store must satisfy the invariants of frontier/schema.h.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "frontier/check_schema.h"
#include "frontier/frontier.h"
#include "frontier/schema.h"
#include "proto/base/span.h"
#include "storage/kv/local_space.h"

namespace signboard::frontier {

inline constexpr UnixTime kNoon = FromMillis(1'763'467'200'000);  // 2025-11-18T12:00:00Z
inline constexpr Millis kHour{3'600'000};

class FrontierFixture : public ::testing::Test {
 protected:
  FrontierFixture() {
    static std::atomic<int> count{0};
    directory_ = std::filesystem::temp_directory_path() /
                 ("signboard_frontier_" + std::to_string(getpid()) + "_" +
                  std::to_string(count++));
    std::filesystem::remove_all(directory_);
    options_.delay = Millis(1'000);
  }
  ~FrontierFixture() override {
    frontier_.reset();
    space_.reset();
    std::filesystem::remove_all(directory_);
  }

  void SetUp() override { Start(); }
  void TearDown() override {
    if (space_ == nullptr) return;
    const Status schema = CheckSchema(*space_);
    EXPECT_TRUE(schema.ok()) << base::ToString(schema);
  }

  // Opens what is there, or makes it.
  void Start() {
    auto space = kv::LocalSpace::Open({.directory = directory_.string(),
                                       .families = FrontierFamilies(),
                                       .schema_version = kSchemaVersion,
                                       .shards = shards_});
    ASSERT_TRUE(space.ok()) << base::ToString(space.status());
    space_ = *std::move(space);
    auto frontier = Frontier::Open(*space_, options_);
    ASSERT_TRUE(frontier.ok()) << base::ToString(frontier.status());
    frontier_ = *std::move(frontier);
  }
  // Nothing in memory survives.
  void Restart() {
    frontier_.reset();
    space_.reset();
    Start();
  }

  void AddSeed(const std::string& url, UnixTime now = kNoon, const v1::Scope& scope = {}) {
    v1::AddSeedsRequest request;
    request.add_seeds()->set_url(url);
    *request.mutable_seeds(0)->mutable_scope() = scope;
    const auto reply = frontier_->seeds().Add(request, now);
    ASSERT_TRUE(reply.ok()) << base::ToString(reply.status());
    ASSERT_EQ(reply->results(0).error(), "");
  }
  void ChangeSeed(v1::ChangeSeedsRequest::Change change, const std::string& url) {
    v1::ChangeSeedsRequest request;
    request.set_change(change);
    request.add_urls(url);
    ASSERT_EQ(frontier_->seeds().Change(request).value().changed_size(), 1);
  }

  std::vector<v1::Lease> LendMany(UnixTime now, size_t max = 100) {
    return frontier_->lending().Lend(max, "worker", now).value();
  }
  // The only lease there is to be had; fails the test when there is none, or more than one.
  v1::Lease LendOne(UnixTime now) {
    auto leases = LendMany(now);
    EXPECT_EQ(leases.size(), 1U);
    return leases.empty() ? v1::Lease() : leases.front();
  }
  std::vector<std::string> Lend(UnixTime now) {
    std::vector<std::string> urls;
    for (const v1::Lease& lease : LendMany(now)) urls.push_back(lease.url());
    return urls;
  }

  static v1::Report Content(const v1::Lease& lease, const std::vector<std::string>& links = {}) {
    v1::Report report;
    report.set_lease_id(lease.lease_id());
    report.set_outcome(v1::OUTCOME_CONTENT);
    report.mutable_state()->set_etag("\"1\"");
    report.mutable_fetched()->set_http_status(200);
    for (const std::string& link : links) report.add_outlinks()->set_url(link);
    return report;
  }
  static v1::Report Ended(const v1::Lease& lease, v1::Outcome outcome, int http_status = 0) {
    v1::Report report;
    report.set_lease_id(lease.lease_id());
    report.set_outcome(outcome);
    report.mutable_fetched()->set_http_status(http_status);
    return report;
  }
  v1::ReportAck Report(const v1::Report& report, UnixTime now) {
    return frontier_->lending().Report({report}, now).front();
  }
  // Fetches the one URL that is due, finding `links`.
  std::string Crawl(UnixTime now, const std::vector<std::string>& links = {}) {
    const v1::Lease lease = LendOne(now);
    EXPECT_EQ(Report(Content(lease, links), now).status(), v1::ReportAck::ACCEPTED);
    return lease.url();
  }

  v1::UrlExplanation Explain(const std::string& url, UnixTime now) {
    return frontier_->Explain(url, now).value();
  }
  v1::Queue QueueOf(const std::string& key, UnixTime now) {
    const auto queues = frontier_->queues().List({}, key, 100, now).value();
    for (const v1::Queue& queue : queues) {
      if (queue.key() == key) return queue;
    }
    return {};
  }

  FrontierOptions options_;
  std::vector<kv::SlotRange> shards_ = {kv::SlotRange{}};
  std::filesystem::path directory_;
  std::unique_ptr<kv::LocalSpace> space_;
  std::unique_ptr<Frontier> frontier_;
};

}  // namespace signboard::frontier
