// kill -9 of a process that stores: what it acknowledged is there, nothing is there by half.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <sstream>
#include <thread>

#include "tests/storage/archive/archive_fixture.h"

namespace signboard::archive {
namespace {

class ArchiveKillTest : public ArchiveTest {
 protected:
  // Runs the storing process for a while, kills it, and returns what it acknowledged.
  std::string StoreUntilKilled(int seed, std::chrono::milliseconds life, size_t lines_min) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    const std::string number = std::to_string(seed);
    const std::string directory = directory_.path();
    const pid_t child = fork();
    if (child == 0) {
      dup2(ends[1], STDOUT_FILENO);
      close(ends[0]);
      close(ends[1]);
      execl(SIGNBOARD_STORING_PROCESS, SIGNBOARD_STORING_PROCESS, directory.c_str(),
            number.c_str(), nullptr);
      _exit(127);
    }
    close(ends[1]);
    std::string said;
    char buffer[4'096];
    std::thread killer;
    for (ssize_t got = 0; (got = read(ends[0], buffer, sizeof buffer)) > 0;) {
      said.append(buffer, static_cast<size_t>(got));
      const auto lines = static_cast<size_t>(std::count(said.begin(), said.end(), '\n'));
      if (lines >= lines_min && !killer.joinable()) {
        killer = std::thread([child, life] {
          std::this_thread::sleep_for(life);
          kill(child, SIGKILL);
        });
      }
    }
    if (killer.joinable()) killer.join();
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the process ended by itself: " << WEXITSTATUS(status);
    return said;
  }
};

TEST_F(ArchiveKillTest, WhatWasAcknowledgedIsReadableAndNothingIsHalfThere) {
  std::mt19937 random(20251118);
  std::string said;
  uint64_t acknowledged = 0;
  for (int round = 0; round < 8; ++round) {
    Close();
    said += StoreUntilKilled(round, std::chrono::milliseconds(random() % 150), random() % 40 + 1);
    Reopen();
    ASSERT_TRUE(archive_);
    const Status status = CheckSchema(*space_);
    ASSERT_TRUE(status.ok()) << base::ToString(status);

    std::istringstream lines(said);
    acknowledged = 0;
    for (std::string id, digest; lines >> id >> digest; ++acknowledged) {
      const auto body = Body(id);
      ASSERT_TRUE(body.ok()) << body.status();
      ASSERT_EQ(base::ToHex(base::Sha256(*body)), digest) << id;
    }
    // A capture may be there whose acknowledgement was not yet said: one a thread and a round.
    EXPECT_GE(Stats().snapshots(), acknowledged);
    EXPECT_LE(Stats().snapshots(), acknowledged + 4 * (round + 1));
  }
  EXPECT_GT(acknowledged, 8u);
}

}  // namespace
}  // namespace signboard::archive
