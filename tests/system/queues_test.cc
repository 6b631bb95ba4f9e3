// signboard queues: how long a host rests and why, and what an operator can say of it.
#include <gmock/gmock.h>
#include <signal.h>

#include "tests/system/site_under_watch.h"

namespace signboard::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kKey[] = "www.jingan-gov.example";

class QueuesTest : public SiteUnderWatch {
 protected:
  void SetUp() override {
    SiteUnderWatch::SetUp();
    StartSignboard();
    WaitUntilUp();
  }
};

TEST_F(QueuesTest, ABlockIsShownHoldsOverARestartAndEnds) {
  EXPECT_EQ(Run({"queues", "show", kKey}).exit_code, 3) << "never heard of";
  ASSERT_EQ(Run({"queues", "block", kKey, "--for", "2h", "--why", "moving", "--dry-run"}).exit_code,
            0);
  EXPECT_EQ(Run({"queues", "show", kKey}).exit_code, 3) << "nothing was written";

  const auto blocked = RunJson({"queues", "block", kKey, "--for", "2h", "--why", "moving"});
  EXPECT_EQ(blocked["blocked_why"], "an operator: moving");
  ASSERT_EQ(Run({"seeds", "add", kSite}).exit_code, 0);
  KillSignboard(SIGKILL);
  StartSignboard();
  WaitUntilUp();
  EXPECT_EQ(RunJson({"queues", "show", kKey})["blocked_until"], blocked["blocked_until"]);
  EXPECT_THAT(Run({"queues", "show", kKey}).out, HasSubstr("an operator: moving"));
  EXPECT_THAT(Run({"explain", std::string(kSite) + "/"}).out, HasSubstr("moving"));
  EXPECT_EQ(CapturedUrls(), 0u);

  EXPECT_EQ(RunJson({"queues", "unblock", kKey})["blocked_why"], "");
  EXPECT_TRUE(Eventually([&] { return CapturedUrls() > 0; }));
}

TEST_F(QueuesTest, ADelayIsSetShownKeptAndTakenBack) {
  const double before = RunJson({"queues", "delay", kKey, "3s"})["delay_s"];
  EXPECT_EQ(before, 3);
  KillSignboard(SIGKILL);
  StartSignboard();
  WaitUntilUp();
  const auto shown = RunJson({"queues", "show", kKey});
  EXPECT_EQ(shown["operator_delay_s"], 3);
  EXPECT_THAT(Run({"queues", "show", kKey}).out, HasSubstr("by an operator"));
  EXPECT_THAT(Run({"queues", "list", "--host", "jingan"}).out, HasSubstr(kKey));
  EXPECT_FALSE(RunJson({"queues", "delay", kKey, "default"}).contains("operator_delay_s"));
  EXPECT_EQ(Run({"queues", "delay", kKey, "soon"}).exit_code, 2);
  EXPECT_EQ(Run({"queues", "delay", "", "3s"}).exit_code, 2);
  EXPECT_EQ(Run({"queues", "delay", kKey, "3s", "--crawl", "none"}).exit_code, 3);
  EXPECT_EQ(Run({"queues", "block"}).exit_code, 2);
}

}  // namespace
}  // namespace signboard::testing
