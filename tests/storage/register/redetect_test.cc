// Detecting again over real gRPC: what an old detector left in the archive is shown beside what the
// rules of today say, then applied, and the register follows.
#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "crawler/extract/rule_files.h"
#include "proto/base/digest.h"
#include "storage/register/schema.h"
#include "tests/storage/kv/temp_directory.h"
#include "tests/storage/register/register_node.h"

namespace signboard::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kNoon = 1'763'524'800'000;  // 2025-11-19T04:00:00Z

// The rules that stand for those of today in some tests: one more verb.
std::string VerbsWith(const std::string& more) {
  for (const extract::CompiledRules& file : extract::CompiledRuleFiles())
    if (file.name == "verbs.txt") return std::string(file.text) + more;
  return "";
}

std::string Html(const std::string& verb, const std::string& place = "靖安") {
  return "<html><head><title>" + place + "国际传播中心" + verb +
         "</title></head><body><article><p>本报讯 11月18日，" + place + "国际传播中心在" + place +
         "县融媒体中心正式" + verb + "。该中心由" + place + "县委宣传部指导。</p><p>" + place +
         "县有关负责人出席仪式。</p></article></body></html>";
}

// One of ten counties, so that no centre has too many pages.
std::string AnyHtml(int number) {
  static constexpr const char* kPlaces[] = {"靖安", "铜鼓", "宜丰", "万载", "上高",
                                            "安义", "进贤", "浮梁", "莲花", "平南"};
  return Html("揭牌", kPlaces[number % 10]);
}

class RedetectTest : public ::testing::Test {
 protected:
  void SetUp() override { Open(); }
  void TearDown() override {
    node_->AwaitLevel();
    for (const Status& status :
         {CheckSchema(node_->space()), archive::CheckSchema(node_->space())})
      EXPECT_TRUE(status.ok()) << base::ToString(status);
  }
  void Open() {
    node_.reset();
    node_ = std::make_unique<RegisterNode>(directory_.Sub("archive"), clock_);
    channel_ = grpc::CreateChannel(node_->address(), grpc::InsecureChannelCredentials());
    archive_ = v1::Archive::NewStub(channel_);
    node_->Follow();
  }

  // A page as an old worker stored it, with what its detector made of it; by the Store RPC.
  std::string Store(const std::string& url, const std::string& html,
                    std::vector<v1::Finding> findings, int64_t after_noon_ms = 0) {
    v1::StoreWholeRequest request;
    v1::StoreRequest::Header& header = *request.mutable_header();
    v1::Snapshot& snapshot = *header.mutable_snapshot();
    snapshot.set_url(url);
    snapshot.set_capture_id(base::RandomBytes(archive::kCaptureIdBytes));
    snapshot.set_captured_ms(kNoon + after_noon_ms);
    snapshot.set_method("GET");
    snapshot.set_outcome(v1::OUTCOME_CONTENT);
    snapshot.set_http_status(200);
    snapshot.set_content_type("text/html; charset=utf-8");
    snapshot.set_body_sha256(base::Sha256(html));
    snapshot.set_body_bytes(html.size());
    snapshot.mutable_page()->set_site_name("靖安县人民政府");
    snapshot.mutable_page()->set_published_ms(kNoon - 3'600'000);
    snapshot.mutable_detection()->set_rules("00000000000000aa");
    snapshot.mutable_detection()->set_place_code("360925");
    if (!findings.empty()) {
      const bool plants = html.find("植树") != std::string::npos;
      header.set_text(plants ? "靖安县植树\n11月18日，靖安县开展植树活动。"
                             : "靖安国际传播中心揭牌\n11月18日，靖安国际传播中心在靖安县融媒体中心"
                               "正式揭牌。该中心由靖安县委宣传部指导。");
      snapshot.mutable_page()->set_title(plants ? "靖安县植树" : "靖安国际传播中心揭牌");
    }
    *header.mutable_findings() = {findings.begin(), findings.end()};
    request.set_decoded(html);
    grpc::ClientContext context;
    v1::StoreReply reply;
    const auto status = archive_->StoreWhole(&context, request, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return reply.snapshot_id();
  }

  v1::Redetection Start(v1::StartRedetectionRequest request = {}) {
    clock_.Advance(Millis(1'000));  // What is stored from now on needs no second look.
    grpc::ClientContext context;
    v1::Redetection job;
    const auto status = archive_->StartRedetection(&context, request, &job);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return job;
  }
  grpc::Status Apply(const std::string& id) {
    v1::ApplyRedetectionRequest request;
    request.set_id(id);
    grpc::ClientContext context;
    v1::Redetection job;
    return archive_->ApplyRedetection(&context, request, &job);
  }
  struct Watched {
    v1::Redetection job;
    std::vector<v1::RedetectionChange> changes;
  };
  // Until the newest job rests.
  Watched Watch() {
    Watched watched;
    grpc::ClientContext context;
    const auto reader = archive_->WatchRedetection(&context, {});
    for (v1::RedetectionEvent event; reader->Read(&event);) {
      if (event.has_progress()) watched.job = event.progress();
      if (event.has_change()) watched.changes.push_back(event.change());
    }
    const auto status = reader->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return watched;
  }
  v1::PreviewReply Preview(const std::vector<v1::RedetectionChange>& changes) {
    v1::PreviewReply reply;
    grpc::ClientContext context;
    const auto stub = v1::Register::NewStub(channel_);
    const auto writer = stub->PreviewFindings(&context, &reply);
    for (const v1::RedetectionChange& change : changes) writer->Write(change.entry());
    writer->WritesDone();
    EXPECT_TRUE(writer->Finish().ok());
    return reply;
  }
  std::vector<v1::Announcement> Announcements() {
    node_->AwaitLevel();
    std::vector<v1::Announcement> all;
    grpc::ClientContext context;
    const auto stub = v1::Register::NewStub(channel_);
    const auto reader = stub->ListAnnouncements(&context, {});
    for (v1::Announcement row; reader->Read(&row);) all.push_back(row);
    EXPECT_TRUE(reader->Finish().ok());
    return all;
  }

  kv::testing::TempDirectory directory_;
  base::ManualClock clock_{FromMillis(kNoon)};
  std::unique_ptr<RegisterNode> node_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::Archive::Stub> archive_;
};

v1::Finding Found(const std::string& name, const std::string& code) {
  v1::Finding finding;
  finding.set_is_announcement(true);
  finding.set_score(0.61);
  finding.set_event("launched");
  finding.set_unit_type("centre");
  finding.set_centre_name_zh(name);
  finding.mutable_place()->set_code(code);
  finding.mutable_place()->set_level("county");
  finding.set_event_date("2025-11-18");
  finding.set_lead_organ("错误的单位");
  return finding;
}

TEST_F(RedetectTest, WhatAnOldDetectorFoundIsCorrectedOnceItIsApplied) {
  const std::string id =
      Store("http://www.jingan.gov.cn/a.html", Html("揭牌"), {Found("靖安国际传播中心", "360925")});
  ASSERT_EQ(Announcements().size(), 1u);
  EXPECT_EQ(Announcements()[0].merged().lead_organ(), "错误的单位");

  Start();
  const Watched seen = Watch();
  EXPECT_EQ(seen.job.state(), v1::Redetection::READY) << seen.job.detail();
  ASSERT_EQ(seen.changes.size(), 1u);
  const v1::RedetectionChange& change = seen.changes[0];
  EXPECT_EQ(change.entry().snapshot().id(), id);
  EXPECT_EQ(change.replaces(), 1u);
  ASSERT_EQ(change.differences_size(), 1);
  const auto& fields = change.differences(0).fields();
  EXPECT_NE(std::find(fields.begin(), fields.end(), "lead_organ"), fields.end());
  EXPECT_NE(std::find(fields.begin(), fields.end(), "event"), fields.end());
  EXPECT_EQ(change.differences(0).before().score(), 0.61);
  EXPECT_EQ(change.differences(0).after().event(), "unveiled");
  const v1::PreviewReply preview = Preview(seen.changes);
  ASSERT_EQ(preview.change_count(), 1u);
  EXPECT_EQ(preview.changes(0).type(), "updated");
  EXPECT_EQ(preview.changes(0).before().merged().event(), "launched");
  EXPECT_EQ(preview.changes(0).after().merged().event(), "unveiled");
  EXPECT_EQ(Announcements()[0].merged().lead_organ(), "错误的单位") << "shown, not applied";

  EXPECT_TRUE(Apply(seen.job.id()).ok());
  const Watched applied = Watch();
  EXPECT_EQ(applied.job.state(), v1::Redetection::APPLIED);
  EXPECT_EQ(applied.job.applied_count(), 1u);
  const auto after = Announcements();
  ASSERT_EQ(after.size(), 1u);
  EXPECT_EQ(after[0].merged().event(), "unveiled");
  EXPECT_NE(after[0].merged().lead_organ(), "错误的单位");
  EXPECT_EQ(after[0].first_found_ms(), kNoon) << "known since it was first found";
  v1::Announcement shown = preview.changes(0).after();
  shown.set_sequence(after[0].sequence());
  EXPECT_EQ(shown.SerializeAsString(), after[0].SerializeAsString()) << "as it was shown";
  grpc::ClientContext context;
  v1::GetCentreRequest request;
  request.set_id(after[0].centre_id());
  v1::Centre centre;
  ASSERT_TRUE(v1::Register::NewStub(channel_)->GetCentre(&context, request, &centre).ok());
  for (const v1::Statement& statement : centre.statements())
    EXPECT_NE(statement.value(), "错误的单位") << statement.field();
}

TEST_F(RedetectTest, AppliedAgainOrSearchedAgainNothingChanges) {
  Store("http://www.jingan.gov.cn/a.html", Html("揭牌"), {Found("靖安国际传播中心", "360925")});
  Store("http://www.jingan.gov.cn/b.html", Html("揭牌"), {}, 1);
  Start();
  const Watched first = Watch();
  EXPECT_EQ(first.changes.size(), 2u);
  EXPECT_TRUE(Apply(first.job.id()).ok());
  Watch();
  const uint64_t newest = node_->archive().NewestFindings(0).value();
  EXPECT_EQ(newest, 3u);
  EXPECT_TRUE(Apply(first.job.id()).ok());
  EXPECT_EQ(Watch().job.applied_count(), 2u);
  Start();
  const Watched second = Watch();
  EXPECT_EQ(second.job.state(), v1::Redetection::READY);
  EXPECT_EQ(second.job.searched_count(), 2u);
  EXPECT_TRUE(second.changes.empty()) << second.changes[0].ShortDebugString();
  EXPECT_EQ(node_->archive().NewestFindings(0).value(), newest);
}

TEST_F(RedetectTest, WhatWasNeverSeenAppearsAndWhatIsNoneVanishes) {
  // Its text is what was kept: the old detector's own.
  const std::string plain = "<html><title>靖安县植树</title><p>11月18日，靖安县开展植树活动。</p>";
  Store("http://a.cn/1", plain, {Found("铜鼓国际传播中心", "360926")});
  Store("http://b.cn/1", Html("揭牌"), {}, 1);
  ASSERT_EQ(Announcements().size(), 1u);
  Start();
  const Watched seen = Watch();
  ASSERT_EQ(seen.changes.size(), 2u);
  const v1::PreviewReply preview = Preview(seen.changes);
  std::vector<std::string> types;
  for (const auto& change : preview.changes()) types.push_back(change.type());
  EXPECT_THAT(types, ::testing::UnorderedElementsAre("new", "retracted"));
  EXPECT_TRUE(Apply(seen.job.id()).ok());
  Watch();
  std::map<std::string, v1::Announcement> by_state;
  for (const v1::Announcement& announcement : Announcements())
    by_state[announcement.state()] = announcement;
  ASSERT_EQ(by_state.size(), 2u);
  EXPECT_EQ(by_state["retracted"].merged().centre_name_zh(), "铜鼓国际传播中心");
  EXPECT_EQ(by_state["found"].merged().place().code(), "360925");
  EXPECT_GE(by_state["found"].first_found_ms(), kNoon + 1'000)
      << "nobody knew it before it was applied";
}

TEST_F(RedetectTest, VersionsThatSayTheSameAreOneChange) {
  for (int i = 0; i < 5; ++i) Store("http://a.cn/1", Html("揭牌"), {}, i);
  Store("http://a.cn/1", Html("揭牌") + "<p>补充。</p>", {}, 5);
  Start();
  EXPECT_EQ(Watch().changes.size(), 2u);
}

TEST_F(RedetectTest, OnlyWhatWasAskedForIsSearched) {
  Store("http://a.cn/1", Html("揭牌"), {});
  Store("http://b.cn/1", Html("揭牌"), {}, 1'000);
  v1::StartRedetectionRequest request;
  request.set_query("a.cn");
  request.set_match(v1::ListUrlsRequest::HOST);
  Start(request);
  Watched seen = Watch();
  ASSERT_EQ(seen.changes.size(), 1u);
  EXPECT_EQ(seen.changes[0].entry().snapshot().url(), "http://a.cn/1");
  request.Clear();
  request.set_since_ms(kNoon + 500);
  Start(request);
  seen = Watch();
  ASSERT_EQ(seen.changes.size(), 1u);
  EXPECT_EQ(seen.changes[0].entry().snapshot().url(), "http://b.cn/1");
}

TEST_F(RedetectTest, OthersRulesAreTriedAndNotApplied) {
  Store("http://a.cn/1", Html("开蒙"), {});
  Start();
  EXPECT_TRUE(Watch().changes.empty());
  v1::StartRedetectionRequest request;
  v1::RuleFile* const file = request.add_rules();
  file->set_name("verbs.txt");
  file->set_text(VerbsWith("verb established: 开蒙\n"));
  Start(request);
  const Watched seen = Watch();
  ASSERT_EQ(seen.changes.size(), 1u);
  EXPECT_TRUE(seen.changes[0].differences(0).after().is_announcement());
  const grpc::Status applied = Apply(seen.job.id());
  EXPECT_EQ(applied.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(applied.error_message(), HasSubstr("[crawler] rules"));

  file->set_text("verb established\n");
  grpc::ClientContext context;
  v1::Redetection job;
  const auto refused = archive_->StartRedetection(&context, request, &job);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(refused.error_message(), HasSubstr("verbs.txt:1"));
}

TEST_F(RedetectTest, AJobGoesOnAfterARestartAndFindsNothingTwice) {
  constexpr int kPages = 150;
  for (int i = 0; i < kPages; ++i)
    Store("http://s" + std::to_string(i % 20) + ".cn/" + std::to_string(i), AnyHtml(i), {}, i);
  const v1::Redetection job = Start();
  for (int restarts = 0; restarts < 3; ++restarts) Open();
  const Watched seen = Watch();
  EXPECT_EQ(seen.job.id(), job.id());
  EXPECT_EQ(seen.job.state(), v1::Redetection::READY);
  EXPECT_EQ(seen.job.seen_count(), static_cast<uint64_t>(kPages));
  ASSERT_EQ(seen.changes.size(), static_cast<size_t>(kPages));
  std::set<std::string> ids;
  for (const auto& change : seen.changes) ids.insert(change.entry().snapshot().id());
  EXPECT_EQ(ids.size(), static_cast<size_t>(kPages));
  EXPECT_TRUE(Apply(job.id()).ok());
  for (int restarts = 0; restarts < 3; ++restarts) Open();
  EXPECT_EQ(Watch().job.applied_count(), static_cast<uint64_t>(kPages));
  EXPECT_EQ(node_->archive().NewestFindings(0).value(), static_cast<uint64_t>(kPages));
}

TEST_F(RedetectTest, AJobIsCancelledAndAnotherTakesItsPlace) {
  EXPECT_EQ(Apply("none").error_code(), grpc::StatusCode::NOT_FOUND);
  for (int i = 0; i < 200; ++i)
    Store("http://s" + std::to_string(i) + ".cn/", AnyHtml(i), {}, i);
  const v1::Redetection job = Start();
  grpc::ClientContext context;
  v1::CancelRedetectionRequest request;
  request.set_id(job.id());
  v1::Redetection cancelled;
  ASSERT_TRUE(archive_->CancelRedetection(&context, request, &cancelled).ok());
  if (cancelled.state() == v1::Redetection::CANCELLED) {  // Else it was already at its end.
    EXPECT_EQ(Apply(job.id()).error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  }
  Start();
  const Watched seen = Watch();
  EXPECT_NE(seen.job.id(), job.id());
  EXPECT_EQ(seen.changes.size(), 200u);
}

}  // namespace
}  // namespace signboard::registry
