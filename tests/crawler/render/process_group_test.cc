// A program and all it starts: what it gets, what it weighs, and that it dies whole.
#include "crawler/render/process_group.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/process.h"

namespace signboard::render {
namespace {

ProcessGroup::Command Shell(const std::string& script) {
  ProcessGroup::Command command;
  command.arguments = {"/bin/sh", "-c", script};
  command.environment = {"PATH=/usr/bin:/bin"};
  return command;
}

TEST(ProcessGroupTest, GetsTheSocketAsThreeAndFourAndNothingElse) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  const int leaked = dup(ends[0]);  // Would be inherited.
  ProcessGroup::Command command = Shell("ls /proc/self/fd | tr '\\n' ' ' >&4; read x <&3; exit $x");
  command.socket = ends[1];
  const auto group = ProcessGroup::Start(command);
  ASSERT_TRUE(group.ok()) << base::ToString(group.status());
  ASSERT_EQ(write(ends[0], "7\n", 2), 2);
  EXPECT_EQ((*group)->WaitFor(Millis(10'000)), 7);
  char buffer[64] = {};
  ASSERT_GT(read(ends[0], buffer, sizeof buffer - 1), 0);
  EXPECT_STREQ(buffer, "0 1 2 3 4 5 ") << "5 is the directory that ls reads";
  for (const int fd : {ends[0], ends[1], leaked}) close(fd);
}

TEST(ProcessGroupTest, DiesWithItsChildren) {
  testing::TempDirectory directory;
  const std::string file = directory / "pid";
  {
    const auto group = ProcessGroup::Start(Shell("sleep 1000 & echo $! > " + file + "; wait"));
    ASSERT_TRUE(group.ok());
    while (testing::ReadWholeFile(file).empty()) usleep(1'000);
    EXPECT_EQ((*group)->WaitFor(Millis(0)), -1);
    EXPECT_GT((*group)->MemoryBytes(), 0u);
  }
  const pid_t child = std::stoi(testing::ReadWholeFile(file));
  // A killed process takes a moment to end, and whoever inherits it one to bury it.
  const auto runs = [&] {
    const std::string stat = testing::ReadWholeFile("/proc/" + std::to_string(child) + "/stat");
    return !stat.empty() && stat.find(") Z ") == std::string::npos &&
           stat.find(") X ") == std::string::npos;
  };
  for (int waited = 0; runs() && waited < 10'000; ++waited) usleep(1'000);
  EXPECT_FALSE(runs());
}

TEST(ProcessGroupTest, SaysHowItEnded) {
  const auto killed = ProcessGroup::Start(Shell("kill -9 $$"));
  ASSERT_TRUE(killed.ok());
  EXPECT_EQ((*killed)->WaitFor(Millis(10'000)), 128 + SIGKILL);
  ProcessGroup::Command none;
  none.arguments = {"/nowhere/at/all"};
  EXPECT_EQ(ProcessGroup::Start(none).status().code(), StatusCode::kUnavailable);
}

}  // namespace
}  // namespace signboard::render
