// Webhooks as their receivers see them: a server in node that verifies each message by the
// reference library of Standard Webhooks, and is not well for a day.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "proto/base/digest.h"
#include "tests/paths.h"
#include "tests/storage/register/alert_sender_fixture.h"
#include "tests/support/process.h"

namespace signboard::registry {
namespace {

using ::testing::IsEmpty;
using std::chrono::hours;
using std::chrono::minutes;

constexpr char kPackages[] = SIGNBOARD_SOURCE_DIR "/build/npm";
constexpr char kReceiver[] = SIGNBOARD_SOURCE_DIR "/tests/interop/node/webhook_receiver.js";

class WebhookTest : public AlertSenderTest {
 protected:
  void SetUp() override {
    AlertSenderTest::SetUp();
    if (!std::filesystem::exists(std::string(kPackages) + "/node_modules/standardwebhooks"))
      GTEST_SKIP() << "SKIPPED: standardwebhooks is not installed: deploy/install-deps.sh";
    secret_ = base::RandomBytes(32);
    receiver_ = testing::Process(
        {"node", kReceiver, kPackages, "whsec_" + base::ToBase64(secret_)}, temporary_ / "port");
    Await([this] { return testing::ReadWholeFile(temporary_ / "port").ends_with('\n'); });
    address_ = "http://127.0.0.1:" + std::to_string(std::stoi(testing::ReadWholeFile(
                                         temporary_ / "port")));
  }
  std::string Ask(const std::string& path) {
    return testing::RunProgram({"curl", "-sS", address_ + path}).out;
  }
  nlohmann::json State() { return nlohmann::json::parse(Ask("/state")); }
  void Advance(Millis by) {
    Ask("/set?now=" + std::to_string(ToMillis(clock_.Now() + by)));  // Before anybody sends.
    clock_.Advance(by);
    sender_->Poke();
  }

  // Until it has nothing to send before the clock moves: who is asked late finds the time wrong.
  void AwaitRest(const std::string& id) {
    Await([&] {
      const v1::Subscription now = Now(id);
      return now.pending() == 0 || now.next_attempt_ms() > ToMillis(clock_.Now());
    });
  }

  testing::TempDirectory temporary_;
  std::string secret_;
  testing::Process receiver_;
  std::string address_;
};

TEST_F(WebhookTest, AReceiverThatFailsForADayThenGetsEachFoundingOnceInOrderAndVerified) {
  StartSender();
  v1::Subscription wanted;
  wanted.set_target(address_ + "/hook");
  wanted.set_secret(secret_);
  const std::string id = Subscribe(wanted).id();
  Ask("/set?now=" + std::to_string(ToMillis(clock_.Now())));
  const UnixTime well = clock_.Now() + hours(24);
  int found = 0;
  uint64_t failures = 0;
  while (clock_.Now() < well) {
    if (found < 18) Found(found++);
    Found(found - 1, 1);  // A reprint, which is no news.
    AwaitRest(id);
    Advance(hours(1));
    AwaitRest(id);
    failures = State()["asked"];
    if (found != 10) continue;
    StopSender();  // In the middle of it, everything dies.
    Restart();
    StartSender();
  }
  EXPECT_GE(failures, 6u);
  EXPECT_THAT(State()["taken"], IsEmpty());
  EXPECT_EQ(Now(id).state(), "active");

  Ask("/set?well=1");
  while (Now(id).pending() > 0) {
    Advance(minutes(10));
    AwaitRest(id);
  }
  const nlohmann::json state = State();
  EXPECT_THAT(state["refused"], IsEmpty()) << "every signature and every time was right";
  std::set<std::string> ids;
  uint64_t last = 0;
  for (const nlohmann::json& one : state["taken"]) {
    EXPECT_TRUE(ids.insert(one["id"]).second) << one["id"] << " came twice";
    const uint64_t sequence = one["payload"]["data"]["sequence"];
    EXPECT_GT(sequence, last);
    last = sequence;
  }
  EXPECT_EQ(ids.size(), 18u);
}

TEST_F(WebhookTest, TheLibraryRefusesWhatAnotherSecretSigned) {
  StartSender();
  v1::Subscription wanted;
  wanted.set_target(address_ + "/hook");
  wanted.set_secret(std::string(32, 'x'));
  const std::string id = Subscribe(wanted).id();
  Ask("/set?well=1&now=" + std::to_string(ToMillis(clock_.Now())));
  Found(0);
  Await([&] { return Now(id).failing_since_ms() != 0; });
  EXPECT_EQ(Now(id).last_error(), "HTTP 400");
  EXPECT_EQ(State()["refused"].size(), 1u);
}

}  // namespace
}  // namespace signboard::registry
