// The feed as a reader of feeds reads it (Debian's python3-feedparser): without a bozo flag, and
// the same after a restart. Its JSON, which that reader does not know, has the same entries.
#include <gmock/gmock.h>

#include "tests/system/site_under_watch.h"

namespace signboard::testing {
namespace {

constexpr char kParse[] = R"py(
import feedparser, json, sys
d = feedparser.parse(sys.stdin.buffer.read())
print(json.dumps({
    'bozo': bool(d.bozo), 'why': str(d.get('bozo_exception', '')), 'version': d.version,
    'id': d.feed.get('id', ''), 'ids': [e.id for e in d.entries],
    'titles': [e.title for e in d.entries],
    'updated': [e.get('updated_parsed') is not None for e in d.entries]}))
)py";

class FeedInteropTest : public SiteUnderWatch {
 protected:
  void SetUp() override {
    if (RunProgram({"/usr/bin/python3", "-c", "import feedparser"}).exit_code != 0)
      GTEST_SKIP() << "SKIPPED: python3-feedparser is not installed: deploy/install-deps.sh";
    SiteUnderWatch::SetUp();
    StartSignboard();
    WaitUntilUp();
  }
  static nlohmann::json Parse(const std::string& feed) {
    const Finished parsed = RunProgram({"/usr/bin/python3", "-c", kParse}, feed);
    EXPECT_EQ(parsed.exit_code, 0) << parsed.err;
    return nlohmann::json::parse(parsed.out, nullptr, false);
  }
};

TEST_F(FeedInteropTest, FeedparserReadsItAndARestartChangesNothing) {
  ASSERT_EQ(Run({"seeds", "add", kSite, "--code", "360925"}).exit_code, 0);
  ASSERT_TRUE(Eventually(
      [&] { return !RunJson({"announcements"})["announcements"].empty(); }));
  // Until every page of the site is known and the register has nothing to add.
  std::string before;
  ASSERT_TRUE(Eventually([&] {
    const std::string now = Http("/announcements.atom").out;
    return CapturedUrls() >= kSiteUrls && std::exchange(before, now) == now;
  }));
  const nlohmann::json atom = Parse(before);
  EXPECT_EQ(atom["bozo"], false) << atom["why"];
  EXPECT_EQ(atom["version"], "atom10");
  ASSERT_FALSE(atom["ids"].empty());
  for (const bool updated : atom["updated"]) EXPECT_TRUE(updated);
  const auto json = nlohmann::json::parse(Http("/announcements.json").out);
  ASSERT_EQ(json["items"].size(), atom["ids"].size());
  for (size_t i = 0; i < json["items"].size(); ++i)
    EXPECT_EQ(json["items"][i]["id"], atom["ids"][i]);

  KillSignboard(9);
  StartSignboard();
  WaitUntilUp();
  std::string after;
  ASSERT_TRUE(Eventually([&] {
    after = Http("/announcements.atom").out;
    return after.find("<entry>") != std::string::npos;
  }));
  EXPECT_EQ(Parse(after)["ids"], atom["ids"]);
  EXPECT_EQ(Parse(after)["id"], atom["id"]);
}

}  // namespace
}  // namespace signboard::testing
