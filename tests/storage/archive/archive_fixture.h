// A real archive in a directory of its own, and captures to put in it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "proto/base/digest.h"
#include "proto/base/key_codec.h"
#include "proto/base/text.h"
#include "proto/base/time.h"
#include "storage/archive/archive.h"
#include "storage/archive/schema.h"
#include "storage/archive/snapshots.h"
#include "storage/kv/local_space.h"

namespace signboard::archive {

inline constexpr int64_t kDay = 86'400'000;
inline constexpr int64_t kNoon = 1'763'438'400'000;  // 2025-11-18T04:00:00Z

class TempDirectory {
 public:
  TempDirectory() {
    static std::atomic<int> count{0};
    path_ = std::filesystem::temp_directory_path() /
            ("signboard-archive-" + std::to_string(getpid()) + "-" + std::to_string(++count));
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~TempDirectory() { std::filesystem::remove_all(path_); }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

inline StatusOr<std::unique_ptr<kv::LocalSpace>> OpenSpace(const std::string& directory) {
  kv::LocalSpaceOptions options;
  options.directory = directory;
  options.families = ArchiveFamilies();
  options.schema_version = kSchemaVersion;
  return kv::LocalSpace::Open(std::move(options));
}

// A page as a worker would send it. Its fingerprint is that of its bytes unless changed.
inline Capture Page(const std::string& url, int64_t captured_ms, const std::string& body) {
  Capture capture;
  v1::Snapshot& snapshot = *capture.header.mutable_snapshot();
  snapshot.set_url(url);
  snapshot.set_capture_id(base::RandomBytes(kCaptureIdBytes));
  snapshot.set_captured_ms(captured_ms);
  snapshot.set_method("GET");
  snapshot.set_vantage("test");
  snapshot.set_outcome(v1::OUTCOME_CONTENT);
  snapshot.set_http_status(200);
  snapshot.set_content_type("text/html; charset=utf-8");
  snapshot.set_body_sha256(base::Sha256(body));
  snapshot.set_body_bytes(body.size());
  std::string fingerprint;
  base::AppendU64(&fingerprint, base::Fingerprint64(body));
  snapshot.mutable_page()->set_fingerprint(fingerprint);
  snapshot.mutable_page()->set_title(
      "标题 " + std::string(base::TruncateUtf8(base::ToValidUtf8(body.substr(0, 32)), 8)));
  capture.decoded = body;
  return capture;
}

// A capture that brought no body that is kept.
inline Capture Bare(const std::string& url, int64_t captured_ms, v1::Outcome outcome,
                    int status = 0) {
  Capture capture;
  v1::Snapshot& snapshot = *capture.header.mutable_snapshot();
  snapshot.set_url(url);
  snapshot.set_capture_id(base::RandomBytes(kCaptureIdBytes));
  snapshot.set_captured_ms(captured_ms);
  snapshot.set_method("GET");
  snapshot.set_vantage("test");
  snapshot.set_outcome(outcome);
  snapshot.set_http_status(status);
  return capture;
}

class ArchiveTest : public ::testing::Test {
 protected:
  void SetUp() override { Reopen(); }
  void TearDown() override {
    if (!space_) return;
    const Status status = CheckSchema(*space_);
    EXPECT_TRUE(status.ok()) << base::ToString(status);
  }

  void Reopen() {
    Close();
    auto space = OpenSpace(directory_.path());
    ASSERT_TRUE(space.ok()) << base::ToString(space.status());
    space_ = std::move(space).value();
    auto archive = Archive::Open(*space_, {}, clock_);
    ASSERT_TRUE(archive.ok()) << base::ToString(archive.status());
    archive_ = std::move(archive).value();
  }
  void Close() {
    archive_.reset();
    space_.reset();
  }

  // The id of a capture that must be taken.
  std::string Keep(Capture capture) {
    auto reply = archive_->Store(std::move(capture));
    EXPECT_TRUE(reply.ok()) << base::ToString(reply.status());
    return reply.ok() ? reply->snapshot_id() : "";
  }

  StatusOr<v1::Snapshot> Find(const std::string& url, std::optional<int64_t> at,
                              v1::Nearest nearest = v1::NEAREST_AT, bool with_body = false) {
    v1::GetRequest request;
    request.set_url(url);
    if (at) request.set_at_ms(*at);
    request.set_nearest(nearest);
    request.set_with_body_only(with_body);
    return archive_->Find(request);
  }
  // The id of what answers, or the code's name.
  std::string IdOf(const std::string& url, std::optional<int64_t> at,
                   v1::Nearest nearest = v1::NEAREST_AT, bool with_body = false) {
    auto found = Find(url, at, nearest, with_body);
    return found.ok() ? found->id() : std::string(base::CodeName(found.status().code()));
  }
  StatusOr<std::string> Body(const std::string& id,
                             v1::GetRequest::Body form = v1::GetRequest::DECODED) {
    v1::GetRequest request;
    request.set_snapshot_id(id);
    ASSIGN_OR_RETURN(const v1::Snapshot snapshot, archive_->Find(request));
    return archive_->ReadBody(snapshot, form);
  }
  // What a tail of the shard that holds `slot` gives until there is no more.
  std::vector<v1::LoggedFindings> Findings(kv::Slot slot, uint64_t after) {
    std::vector<v1::LoggedFindings> log;
    auto tail = archive_->TailFindings(slot, after);
    EXPECT_TRUE(tail.ok()) << base::ToString(tail.status());
    while (tail.ok()) {
      auto next = tail->Next();
      EXPECT_TRUE(next.ok()) << base::ToString(next.status());
      if (!next.ok() || !*next) break;
      log.push_back(**std::move(next));
    }
    return log;
  }
  v1::ArchiveStats Stats() { return archive_->Stats().value(); }

  TempDirectory directory_;
  base::ManualClock clock_{FromMillis(kNoon + 1'000 * kDay)};
  std::unique_ptr<kv::LocalSpace> space_;
  std::unique_ptr<Archive> archive_;
};

}  // namespace signboard::archive
