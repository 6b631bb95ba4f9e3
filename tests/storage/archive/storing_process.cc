// Stores captures until it is killed, and says which were acknowledged: a line with the id and the
// body's number each, written after Store returned. For archive_kill_test.
//
//   archive_storing_process DIRECTORY SEED
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "proto/base/digest.h"
#include "storage/archive/archive.h"
#include "storage/archive/packer.h"
#include "storage/archive/schema.h"
#include "storage/kv/local_space.h"

namespace signboard::archive {
namespace {

constexpr int kThreads = 4;
constexpr int64_t kBegin = 1'763'438'400'000;

Capture Numbered(const std::string& seed, int thread, int number) {
  const std::string body =
      "body " + seed + " " + std::to_string(thread) + " " + std::to_string(number / 3) +
      std::string(static_cast<size_t>(number % 2) * 6'000, 'x');
  Capture capture;
  v1::Snapshot& snapshot = *capture.header.mutable_snapshot();
  snapshot.set_url("http://site" + std::to_string(number % 3) + ".cn/" + std::to_string(thread));
  snapshot.set_capture_id(base::RandomBytes(kCaptureIdBytes));
  snapshot.set_captured_ms(kBegin + number);
  snapshot.set_method("GET");
  snapshot.set_outcome(v1::OUTCOME_CONTENT);
  snapshot.set_body_sha256(base::Sha256(body));
  snapshot.set_body_bytes(body.size());
  if (number % 5 == 0) capture.header.add_findings()->set_score(1);
  capture.decoded = body;
  return capture;
}

int Run(const std::string& directory, const std::string& seed) {
  kv::LocalSpaceOptions options;
  options.directory = directory;
  options.families = ArchiveFamilies();
  options.schema_version = kSchemaVersion;
  auto space = kv::LocalSpace::Open(std::move(options));
  if (!space.ok()) {
    std::fprintf(stderr, "%s\n", base::ToString(space.status()).c_str());
    return 1;
  }
  const base::SystemClock clock;
  const auto archive = Archive::Open(**space, {}, clock).value();
  const Packer packer(**space);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int number = 0;; ++number) {
        Capture capture = Numbered(seed, t, number);
        const std::string digest = base::ToHex(capture.header.snapshot().body_sha256());
        auto reply = archive->Store(std::move(capture));
        if (!reply.ok()) {
          std::fprintf(stderr, "%s\n", base::ToString(reply.status()).c_str());
          std::_Exit(1);
        }
        const std::string line = reply->snapshot_id() + " " + digest + "\n";
        if (write(STDOUT_FILENO, line.data(), line.size()) < 0) std::_Exit(2);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return 0;
}

}  // namespace
}  // namespace signboard::archive

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  return signboard::archive::Run(argv[1], argv[2]);
}
