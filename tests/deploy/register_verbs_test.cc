// The verbs that speak of announcements and centres, run as a user runs them, before a register
// that says what the test has told it to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "proto/base/rpc_server.h"
#include "tests/paths.h"
#include "tests/storage/gateway/scripted_register.h"
#include "tests/support/process.h"

namespace signboard::cli {
namespace {

using gateway::Jingan;
using nlohmann::json;
using testing::Finished;
using testing::Process;
using testing::RunProgram;
using ::testing::HasSubstr;

const std::string kSignboard = std::string(SIGNBOARD_BINARY_DIR) + "/bin/signboard";

class RegisterVerbsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    thread_ = std::thread([this] { io_.run(); });
    StartServer();
  }
  void TearDown() override {
    StopServer();
    guard_.reset();
    io_.stop();
    thread_.join();
  }
  void StartServer() {
    server_ = base::RpcServer::Start({.address = address_, .services = {&register_}}).value();
  }
  void StopServer() {
    if (server_) server_->Stop(Millis(100));
    server_.reset();
  }

  std::vector<std::string> Command(std::vector<std::string> words) {
    words.insert(words.begin(), {kSignboard, "--server", address_});
    return words;
  }
  Finished Run(std::vector<std::string> words) { return RunProgram(Command(std::move(words))); }
  json RunJson(std::vector<std::string> words) {
    words.emplace_back("--json");
    return json::parse(Run(std::move(words)).out, nullptr, false);
  }
  void AddEvent(uint64_t sequence) {
    v1::AnnouncementEvent event;
    event.set_sequence(sequence);
    event.set_type("new");
    *event.mutable_announcement() = Jingan();
    register_.events.push_back(event);
  }
  // The sequences printed so far, once there are `count` or nothing more is to be hoped for.
  static std::vector<uint64_t> Printed(const std::string& file, size_t count) {
    std::vector<uint64_t> sequences;
    for (int i = 0; i < 300 && sequences.size() < count; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      sequences.clear();
      std::istringstream lines(testing::ReadWholeFile(file));
      for (std::string line; std::getline(lines, line);) {
        const json event = json::parse(line, nullptr, false);
        if (event.is_object()) sequences.push_back(event["sequence"]);
      }
    }
    return sequences;
  }

  const std::string address_ = "127.0.0.1:" + std::to_string(testing::FreePort());
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{
      io_.get_executor()};
  std::thread thread_;
  gateway::ScriptedRegister register_{io_.get_executor()};
  std::unique_ptr<base::RpcServer> server_;
};

TEST_F(RegisterVerbsTest, AnnouncementsAreListedAsTheyAreEverywhere) {
  register_.announcements = {Jingan()};
  const json listed = RunJson({"announcements", "--province", "江西", "--level", "county",
                               "--min-score", ".6", "--since", "2025-11-01"});
  ASSERT_EQ(listed["announcements"].size(), 1u) << listed;
  EXPECT_EQ(listed["announcements"][0]["place"]["code"], "360925");
  EXPECT_EQ(listed["announcements"][0]["lead_organ"], "靖安县委宣传部");
  EXPECT_EQ(register_.asked.filter().place_code(), "360000");
  EXPECT_EQ(register_.asked.filter().level(), "county");
  const Finished csv = Run({"announcements", "--csv"});
  EXPECT_EQ(csv.exit_code, 0);
  EXPECT_TRUE(csv.out.starts_with("id,state,")) << csv.out;
  EXPECT_THAT(csv.out, HasSubstr("\r\na1,found,2025-11-18T03:04:05Z,0.97,"));
  EXPECT_THAT(Run({"announcements"}).out, HasSubstr("江西省宜春市靖安县"));
}

TEST_F(RegisterVerbsTest, LongListsAreAskedForPageByPage) {
  for (int i = 0; i < 2'500; ++i) {
    v1::Announcement a;
    a.set_id("a" + std::to_string(i));
    register_.announcements.push_back(a);
  }
  EXPECT_EQ(RunJson({"announcements", "--limit", "2200"})["announcements"].size(), 2'200u);
  EXPECT_EQ(RunJson({"announcements", "--limit", "9999"})["announcements"].size(), 2'500u);
}

TEST_F(RegisterVerbsTest, FollowGoesOnWhereItWasAfterTheServerCameBack) {
  testing::TempDirectory directory;
  const std::string log = directory / "follow.log";
  AddEvent(4);
  AddEvent(9);
  Process follow(Command({"announcements", "--follow", "--after", "3", "--ndjson"}), log);
  EXPECT_EQ(Printed(log, 2), (std::vector<uint64_t>{4, 9}));
  StopServer();
  AddEvent(12);
  StartServer();
  EXPECT_EQ(Printed(log, 3), (std::vector<uint64_t>{4, 9, 12})) << testing::ReadWholeFile(log);
  EXPECT_TRUE(follow.running());
  follow.Signal(SIGTERM);
  follow.Wait();
}

TEST_F(RegisterVerbsTest, CentresAreListedAsOfADay) {
  v1::Centre centre;
  centre.set_id("c1");
  centre.set_name_zh("靖安县国际传播中心");
  centre.set_level("county");
  register_.centres = {centre};
  EXPECT_EQ(RunJson({"centers", "--as-of", "2024-06-30"})["centres"][0]["id"], "c1");
  EXPECT_EQ(register_.asked_centres.as_of_ms(),
            ToMillis(base::ParseRfc3339("2024-07-01T00:00:00Z").value()) - 1);
  EXPECT_THAT(Run({"centres"}).out, HasSubstr("靖安县国际传播中心"));
  const json counted = RunJson({"centres", "--count", "--known-by", "2025-03-31"});
  EXPECT_EQ(counted["count"], 1);
  EXPECT_EQ(counted["by_level"]["county"], 1);
  EXPECT_EQ(counted["by_level"]["province"], 0);
  EXPECT_EQ(register_.asked_centres.known_by_ms(),
            ToMillis(base::ParseRfc3339("2025-04-01T00:00:00Z").value()) - 1);
  EXPECT_THAT(Run({"centres", "--count"}).out, HasSubstr("in all"));
}

TEST_F(RegisterVerbsTest, ShowAndExplainGiveTheEvidence) {
  register_.announcements = {Jingan()};
  const std::string shown = Run({"show", "a1"}).out;
  EXPECT_THAT(shown, HasSubstr("由靖安县委宣传部主管"));
  EXPECT_THAT(shown, HasSubstr("signboard lookup '" + Jingan().sources(0).snapshot_id() + "'"));
  const json object = RunJson({"show", "a1"});
  EXPECT_EQ(object["kind"], "announcement");
  EXPECT_EQ(object["sources"][0]["snapshot_id"], Jingan().sources(0).snapshot_id());
  EXPECT_THAT(Run({"explain", "a1"}).out, HasSubstr("name and verb stand together"));
  v1::Centre centre;
  centre.set_id("c1");
  register_.centres = {centre};
  EXPECT_EQ(RunJson({"show", "c1"})["kind"], "centre");
}

TEST_F(RegisterVerbsTest, AnnouncementsAreCurated) {
  const json merged = RunJson({"announcement", "merge", "a1", "a2", "--who", "Li", "--why", "one"});
  EXPECT_EQ(merged["announcement"]["merged_into"], "a2") << merged;
  EXPECT_EQ(merged["dry_run"], false);
  EXPECT_EQ(register_.asked_curate.action(), v1::CurateRequest::MERGE);
  EXPECT_EQ(register_.asked_curate.who(), "Li");
  const Finished split = Run({"announcement", "split", "a1", "s1", "s2", "--who", "Li", "--why",
                              "two", "--dry-run"});
  EXPECT_EQ(split.exit_code, 0) << split.err;
  EXPECT_THAT(split.out, HasSubstr("would be"));
  EXPECT_EQ(register_.asked_curate.snapshot_ids_size(), 2);
  EXPECT_TRUE(register_.asked_curate.dry_run());
  EXPECT_EQ(Run({"announcement", "undo", "a1", "--number", "7", "--who", "Li", "--why", "no"})
                .exit_code,
            0);
  EXPECT_EQ(register_.asked_curate.number(), 7u);
  EXPECT_EQ(Run({"announcement", "retract", "a1", "--who", "Li"}).exit_code, 2) << "no --why";
  EXPECT_EQ(Run({"announcement", "merge", "a1", "--who", "Li", "--why", "x"}).exit_code, 2);
  register_.refuses_curate = base::FailedPrecondition("a1 is retracted: undo that first");
  const Finished refused = Run({"announcement", "confirm", "a1", "--who", "Li", "--why", "x"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("undo that first"));
  register_.announcements = {Jingan()};
  v1::Curation curation;
  curation.set_number(3);
  curation.set_action(v1::CurateRequest::RETRACT);
  curation.set_who("Li");
  curation.set_why("a plan");
  register_.curations = {curation};
  EXPECT_THAT(Run({"show", "a1"}).out, HasSubstr("Li: a plan"));
  EXPECT_EQ(RunJson({"show", "a1"})["curations"][0]["action"], "retract");
}

TEST_F(RegisterVerbsTest, MistakesAreNamedWithTheirExitCode) {
  EXPECT_EQ(Run({"announcements", "--province", "宜春"}).exit_code, 2);
  EXPECT_EQ(Run({"announcements", "--level", "village"}).exit_code, 2);
  EXPECT_EQ(Run({"announcements", "--follow", "--json"}).exit_code, 2);
  EXPECT_EQ(Run({"announcements", "--after", "3"}).exit_code, 2) << "needs --follow";
  EXPECT_EQ(Run({"centres", "--as-of", "soon"}).exit_code, 2);
  StopServer();
  EXPECT_EQ(Run({"announcements"}).exit_code, 7);
  EXPECT_EQ(Run({"announcements", "--follow"}).exit_code, 7);
  EXPECT_EQ(RunJson({"show", "a1"})["error"]["code"], "unavailable");
}

}  // namespace
}  // namespace signboard::cli
