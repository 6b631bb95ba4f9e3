// The frontier as clients of the public URLFrontier see it: a program in Java, on the stubs that
// crawler-commons publishes, asserts what the public test suite does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/paths.h"
#include "tests/support/process.h"
#include "tests/system/frontier_process.h"

namespace signboard::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kJars[] = SIGNBOARD_SOURCE_DIR "/build/maven";
constexpr char kClient[] = SIGNBOARD_SOURCE_DIR "/tests/interop/java/UrlFrontierClient.java";

TEST(UrlFrontierInteropTest, APublicClientFindsEverythingAsThePublicSuiteDoes) {
  if (!std::filesystem::exists(std::string(kJars) + "/installed.xml"))
    GTEST_SKIP() << "SKIPPED: no java with maven here: deploy/install-deps.sh";
  FrontierProcess frontier;
  const Finished done = RunProgram({"java", "-cp", std::string(kJars) + "/*", kClient, "127.0.0.1",
                                    std::to_string(frontier.port())});
  EXPECT_EQ(done.exit_code, 0) << done.err << frontier.Log();
  for (const char* check : {"neverRefetched", "rightOrder", "updates", "queueNames", "crawlIds",
                            "everythingElse"}) {
    EXPECT_THAT(done.out, HasSubstr(check));
  }
}

}  // namespace
}  // namespace signboard::testing
