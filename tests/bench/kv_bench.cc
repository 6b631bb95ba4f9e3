// Synced puts through Shard::Write against the same bytes written with a bare rocksdb::DB, turn by
// turn in the same run, so that a busy machine slows both. `ratio` is ours to bare, 1 at best: it
// is the price of the checks, the copy into a WriteBatch and the mark that Tail needs.
#include <benchmark/benchmark.h>
#include <rocksdb/db.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "storage/kv/local_space.h"

namespace signboard::kv {
namespace {

constexpr int kPutsPerTurn = 32;  // Of each thread.
constexpr size_t kValueBytes = 1000;
using Put = std::function<bool(const std::string& key, const std::string& value)>;

struct Rivals {
  Rivals() {
    directory = std::filesystem::temp_directory_path() /
                ("signboard-kv-bench-" + std::to_string(getpid()));
    std::filesystem::remove_all(directory);
    std::filesystem::create_directories(directory);
    space = LocalSpace::Open({.directory = directory / "ours", .families = {{.name = "family"}}})
                .value();
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* db = nullptr;
    if (!rocksdb::DB::Open(options, directory / "bare", &db).ok()) std::abort();
    bare.reset(db);
  }
  ~Rivals() {
    space.reset();
    bare.reset();
    std::error_code ignored;
    std::filesystem::remove_all(directory, ignored);
  }
  std::filesystem::path directory;
  std::unique_ptr<LocalSpace> space;
  std::unique_ptr<rocksdb::DB> bare;
};

// How long `threads` take for a turn each.
double Turn(int64_t threads, uint64_t turn, const Put& put) {
  std::atomic<bool> failed = false;
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> running;
  for (int64_t t = 0; t < threads; ++t) {
    running.emplace_back([&, t] {
      const std::string value(kValueBytes, static_cast<char>('a' + t));
      for (int i = 0; i < kPutsPerTurn; ++i) {
        const std::string key = SlotKey(static_cast<Slot>(t)) + std::to_string(turn) + "/" +
                                std::to_string(i);
        if (!put(key, value)) failed = true;
      }
    });
  }
  for (std::thread& thread : running) thread.join();
  if (failed) std::abort();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void SyncedPuts(benchmark::State& state) {
  Rivals rivals;
  const std::shared_ptr<Shard> shard = rivals.space->Shards().front();
  const Put ours = [&](const std::string& key, const std::string& value) {
    Batch batch;
    batch.Put(0, key, value);
    return shard->Write(batch, Durability::kSynced).ok();
  };
  const Put bare = [&](const std::string& key, const std::string& value) {
    rocksdb::WriteOptions synced;
    synced.sync = true;
    return rivals.bare->Put(synced, key, value).ok();
  };
  double our_seconds = 0, bare_seconds = 0, puts = 0;
  uint64_t turn = 0;
  for (auto _ : state) {
    const double seconds = Turn(state.range(0), turn, ours);
    bare_seconds += Turn(state.range(0), turn++, bare);
    our_seconds += seconds;
    puts += static_cast<double>(kPutsPerTurn * state.range(0));
    state.SetIterationTime(seconds);
  }
  state.counters["ours_per_s"] = puts / our_seconds;
  state.counters["bare_per_s"] = puts / bare_seconds;
  state.counters["ratio"] = bare_seconds / our_seconds;
}
BENCHMARK(SyncedPuts)->Arg(1)->Arg(8)->ArgName("threads")->UseManualTime()->Iterations(20);

}  // namespace
}  // namespace signboard::kv

BENCHMARK_MAIN();
