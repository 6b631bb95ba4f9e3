// Follows an archive into its register until it is killed, and says how far it is, between the
// lines of its log: "followed N", N the last entry that was merged. For register_kill_test.
//
//   register_following_process DIRECTORY
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

#include "proto/base/digest.h"
#include "tests/storage/register/register_node.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const signboard::base::ManualClock clock(signboard::FromMillis(1'763'438'400'000));
  signboard::registry::RegisterNode node(argv[1], clock);
  node.Follow();
  for (uint64_t told = 0;; std::this_thread::sleep_for(std::chrono::microseconds(100))) {
    const uint64_t followed = node.reg().Followed(0);
    if (followed == told) continue;
    told = followed;
    const std::string line = "followed " + std::to_string(told) + "\n";
    if (write(STDOUT_FILENO, line.data(), line.size()) < 0) return 3;
  }
}
