// kill -9 of a process that merges: the register goes on where it was, and becomes the same.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>

#include "proto/base/digest.h"
#include "storage/register/schema.h"
#include "tests/storage/register/register_node.h"
#include "tests/support/process.h"

namespace signboard::registry {
namespace {

constexpr int kPages = 300;
constexpr std::string_view kFollowed = "followed ";

std::vector<std::string> Substance(RegisterNode* node) {
  std::vector<std::string> all;
  auto page = node->reg().ListAnnouncements({});
  EXPECT_TRUE(page.ok() && page->next.empty());
  for (v1::Announcement& row : page->rows) {
    row.clear_sequence();
    all.push_back(row.DebugString());
  }
  std::sort(all.begin(), all.end());
  return all;
}

TEST(RegisterKillTest, KilledInMidStreamTheRegisterBecomesTheSame) {
  const testing::TempDirectory directory;
  const base::ManualClock clock(FromMillis(1'763'438'400'000));
  std::vector<std::string> expected;
  {
    RegisterNode node(directory / "whole", clock);
    for (int i = 0; i < kPages; ++i) ASSERT_TRUE(node.archive().Store(WorldPage(i)).ok());
    node.Follow();
    node.AwaitLevel();
    expected = Substance(&node);
    ASSERT_EQ(expected.size(), 10u);
  }
  {
    RegisterNode node(directory / "killed", clock);
    for (int i = 0; i < kPages; ++i) ASSERT_TRUE(node.archive().Store(WorldPage(i)).ok());
  }
  for (uint64_t goal = 20; goal < kPages; goal += 60) {
    const std::string said = directory / "said";
    testing::WriteWholeFile(said, "");
    testing::Process process({SIGNBOARD_FOLLOWING_PROCESS, directory / "killed"}, said);
    uint64_t followed = 0;
    while (followed < goal && process.running()) {
      const std::string lines = testing::ReadWholeFile(said);
      const size_t last = lines.rfind(kFollowed);
      // The rest of a line that is being written is less than what it will be.
      if (last != std::string::npos)
        followed = std::strtoull(lines.c_str() + last + kFollowed.size(), nullptr, 10);
    }
    ASSERT_TRUE(process.running()) << testing::ReadWholeFile(said);
    process.Signal(SIGKILL);
    process.Wait();
    RegisterNode node(directory / "killed", clock);
    EXPECT_GE(node.reg().Followed(0), followed) << "what was merged stays merged";
    const Status status = CheckSchema(node.space());
    EXPECT_TRUE(status.ok()) << base::ToString(status);
  }
  RegisterNode node(directory / "killed", clock);
  node.Follow();
  node.AwaitLevel();
  EXPECT_EQ(Substance(&node), expected);
  EXPECT_EQ(node.reg().Stats().sequence(), static_cast<uint64_t>(kPages)) << "each page told once";
}

}  // namespace
}  // namespace signboard::registry
