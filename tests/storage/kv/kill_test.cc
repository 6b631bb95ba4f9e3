// A process is killed while it writes, again and again. What it had acknowledged is there, each
// batch whole, though it never had a chance to close anything.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

#include "storage/kv/local_space.h"
#include "tests/storage/kv/temp_directory.h"

namespace signboard::kv {
namespace {

constexpr int kThreads = 4;
constexpr char kWriteUntilKilled[] = "--write-until-killed";
constexpr Family kSmall = 0, kBig = 1;

LocalSpaceOptions Options(const std::string& directory) {
  return {.directory = directory,
          .families = {{.name = "small"}, {.name = "big", .blobs = true}},
          .write_buffer_bytes = 4 << 20};  // Small, so that kills meet flushes too.
}

std::string BigValue(uint64_t number) {
  std::string text;
  while (text.size() < 20'000) text += std::to_string(number * 2654435761U + text.size());
  return text;
}

// Writes batches and, once each is acknowledged, its number to the standard output.
int WriteUntilKilled(const std::string& directory, uint64_t first) {
  const auto space = LocalSpace::Open(Options(directory));
  if (!space.ok()) {
    const std::string why = base::ToString(space.status()) + "\n";
    (void)!write(STDERR_FILENO, why.data(), why.size());
    return 1;
  }
  const std::shared_ptr<Shard> shard = (*space)->Shards().front();
  std::atomic<uint64_t> next = first;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (;;) {
        const uint64_t number = next++;
        const std::string key = SlotKey(static_cast<Slot>(number % 257)) + std::to_string(number);
        Batch batch;
        batch.Put(kSmall, key, std::to_string(number));
        batch.Put(kBig, key, BigValue(number));
        batch.Put(kSmall, key + "+", std::to_string(number));
        // A process may die with buffered writes as well: the system has them.
        const Durability durability = number % 4 == 0 ? Durability::kBuffered : Durability::kSynced;
        if (!shard->Write(batch, durability).ok()) _exit(2);
        if (write(STDOUT_FILENO, &number, sizeof number) != sizeof number) _exit(3);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return 0;
}

// Starts a writer, kills it after about `count` acknowledgements, and adds them to `acknowledged`.
void KillAfter(const std::string& directory, size_t count, std::set<uint64_t>* acknowledged) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const std::string first =
      std::to_string(acknowledged->empty() ? 0 : *acknowledged->rbegin() + 1000);
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    execl("/proc/self/exe", "kv_kill_test", kWriteUntilKilled, directory.c_str(), first.c_str(),
          nullptr);
    _exit(4);
  }
  close(ends[1]);
  uint64_t number = 0;
  size_t seen = 0;
  // Writes to a pipe of 8 bytes are whole, so reads are too.
  while (read(ends[0], &number, sizeof number) == sizeof number) {
    acknowledged->insert(number);
    if (++seen == count) kill(child, SIGKILL);
  }
  close(ends[0]);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself: " << status;
}

TEST(KillTest, EveryAcknowledgedBatchIsThereAndNoneIsHalf) {
  const testing::TempDirectory directory;
  std::set<uint64_t> acknowledged;
  uint64_t epoch = 0;
  for (const size_t count : {1U, 17U, 150U, 400U, 60U, 3U}) {
    KillAfter(directory.Sub("data"), count, &acknowledged);
    const auto space = LocalSpace::Open(Options(directory.Sub("data")));
    ASSERT_TRUE(space.ok()) << base::ToString(space.status());
    const std::shared_ptr<Shard> shard = (*space)->Shards().front();
    EXPECT_GE(shard->epoch(), epoch + 2) << "the killed writer had one, and so have we";
    epoch = shard->epoch();
    std::set<uint64_t> found;
    const std::unique_ptr<Cursor> cursor = shard->Scan(kSmall, {});
    for (cursor->SeekToFirst(); cursor->Valid(); cursor->Next()) {
      const std::string key(cursor->key().substr(0, cursor->key().find('+', 2)));
      const uint64_t number = std::stoull(std::string(cursor->value()));
      EXPECT_TRUE(shard->Get(kSmall, key).value().has_value()) << number << " is half";
      EXPECT_TRUE(shard->Get(kSmall, key + "+").value().has_value()) << number << " is half";
      if (!found.insert(number).second) continue;
      EXPECT_TRUE(shard->Get(kBig, key).value() == BigValue(number)) << number << " is half";
    }
    ASSERT_TRUE(cursor->status().ok());
    for (const uint64_t number : acknowledged)
      EXPECT_TRUE(found.contains(number)) << number << " was acknowledged and is lost";
    EXPECT_TRUE(shard->VerifyChecksums().ok());
  }
  EXPECT_GE(acknowledged.size(), 600U);
}

}  // namespace
}  // namespace signboard::kv

int main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], signboard::kv::kWriteUntilKilled) == 0)
    return signboard::kv::WriteUntilKilled(argv[2], std::stoull(argv[3]));
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
