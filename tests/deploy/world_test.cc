#include "deploy/world/world.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "tests/support/process.h"

namespace signboard::world {
namespace {

using testing::TempDirectory;
using testing::WriteWholeFile;

class WorldTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(directory_ / "a/x");
    WriteWholeFile(directory_ / "a/site.json", R"({"hosts":["a.example"],"gzip":["/x/"]})");
    WriteWholeFile(directory_ / "a/index.html", "one");
    WriteWholeFile(directory_ / "a/index.html@20251118T0915", "two");
    WriteWholeFile(directory_ / "a/index.html@20251119T0000.gone", "");
    WriteWholeFile(directory_ / "a/x/index.html", std::string(1'000, 'x'));
  }
  net::HttpServerResponse Get(const std::string& path, net::HttpHeaders headers = {}) {
    net::HttpServerRequest request;
    request.method = "GET";
    request.path = path;
    request.authority = "a.example";
    request.headers = std::move(headers);
    return World::Open(directory_.path(), clock_).value().Answer(request);
  }
  TempDirectory directory_;
  base::ManualClock clock_{base::ParseRfc3339("2025-11-18T09:14:59+08:00").value()};
};

TEST_F(WorldTest, EditionsTakeTheirTurnAndTheLastOneIsGone) {
  EXPECT_EQ(Get("/").body, "one");
  clock_.Advance(Millis(1'000));
  EXPECT_EQ(Get("/").body, "two");
  clock_.Set(base::ParseRfc3339("2025-11-19T00:00:00+08:00").value());
  EXPECT_EQ(Get("/").status, 404);
}

TEST_F(WorldTest, ValidatorsAreHonoured) {
  const auto first = Get("/");
  std::string etag;
  for (const auto& [name, value] : first.headers)
    if (name == "ETag") etag = value;
  EXPECT_EQ(Get("/", {{"If-None-Match", etag}}).status, 304);
  clock_.Advance(Millis(1'000));
  EXPECT_EQ(Get("/", {{"If-None-Match", etag}}).status, 200);
}

TEST_F(WorldTest, GzipOnlyForWhoAcceptsIt) {
  EXPECT_EQ(Get("/x/").body.size(), 1'000u);
  EXPECT_EQ(Get("/x/", {{"Accept-Encoding", "gzip"}}).body.substr(0, 2), "\x1f\x8b");
}

TEST_F(WorldTest, NothingOutsideTheSiteIsServed) {
  for (const char* path :
       {"/../b", "/site.json", "/x/../../etc/passwd", "/index.html@20251118T0915", "no-slash"})
    EXPECT_EQ(Get(path).status, 404) << path;
}

}  // namespace
}  // namespace signboard::world
