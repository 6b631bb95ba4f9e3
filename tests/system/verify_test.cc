// signboard verify against a running server whose disk has a flipped byte.
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "proto/base/digest.h"
#include "tests/system/site_under_watch.h"

namespace signboard::testing {
namespace {

namespace fs = std::filesystem;

class VerifyVerbTest : public SiteUnderWatch {
 protected:
  // With everything of an earlier life in tables.
  void Restart() {
    KillSignboard(SIGTERM);
    StartSignboard();
    WaitUntilUp();
  }
  static void Flip(const fs::path& path, std::streamoff at) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(at);
    const int byte = file.get();
    file.seekp(at);
    file.put(static_cast<char>(byte ^ 0x10));
  }
};

TEST_F(VerifyVerbTest, FlippedByteIsNamedNeverServedAndAllElseVerifies) {
  StartSignboard();
  WaitUntilUp();
  ASSERT_EQ(Run({"seeds", "add", kSite, "--code", "360925"}).exit_code, 0);
  ASSERT_TRUE(Eventually([&] { return CapturedUrls() >= kSiteUrls; })) << CapturedUrls();
  Restart();
  ASSERT_EQ(Run({"seeds", "pause", kSite}).exit_code, 0);
  const Finished whole = Run({"verify", "--json"});
  ASSERT_EQ(whole.exit_code, 0) << whole.out << whole.err;
  const auto proven = nlohmann::json::parse(whole.out);
  EXPECT_TRUE(proven["done"]);
  EXPECT_EQ(proven["damaged"], 0);
  EXPECT_GE(proven["captures"], kSiteUrls);
  EXPECT_GE(proven["bodies"], 30);
  EXPECT_EQ(RunJson({"status"})["archive"]["damaged"], 0);

  KillSignboard(SIGTERM);
  fs::path largest;
  for (const auto& entry : fs::recursive_directory_iterator(directory_ / "data/archive")) {
    if (entry.path().extension() == ".blob" &&
        (largest.empty() || fs::file_size(entry.path()) > fs::file_size(largest)))
      largest = entry.path();
  }
  ASSERT_FALSE(largest.empty());
  Flip(largest, static_cast<std::streamoff>(fs::file_size(largest) / 2));
  StartSignboard();
  WaitUntilUp();

  const std::string place = directory_ / "place";
  const Finished found = Run({"verify", "--json", "--place", place});
  EXPECT_EQ(found.exit_code, 5) << found.out << found.err;
  EXPECT_FALSE(fs::exists(place)) << "it came to its end";
  const auto report = nlohmann::json::parse(found.out);
  std::set<std::string> named, whats;
  for (const auto& damage : report["damages"]) {
    whats.insert(damage["what"].get<std::string>());
    if (damage["snapshot_id"] != "") named.insert(damage["snapshot_id"].get<std::string>());
    if (damage["what"] != "file") continue;
    EXPECT_NE(damage["detail"].get<std::string>().find(largest.filename()), std::string::npos);
  }
  EXPECT_EQ(whats, (std::set<std::string>{"body", "file"})) << report;
  ASSERT_FALSE(named.empty());
  EXPECT_GT(RunJson({"status"})["archive"]["damaged"], 0);
  for (const auto& url : RunJson({"urls", "www.jingan-gov.example"})["urls"]) {
    for (const auto& version :
         RunJson({"versions", url["url"].get<std::string>(), "--all"})["versions"]) {
      const std::string id = version["id"];
      const Finished body = Run({"lookup", id});
      if (body.exit_code == 0) {
        EXPECT_EQ(base::ToHex(base::Sha256(body.out)), version["sha256"]) << id;
        EXPECT_FALSE(named.contains(id)) << id;
      } else {
        EXPECT_EQ(body.exit_code, 1) << id;
        EXPECT_TRUE(named.contains(id) || named.contains(version.value("revisit_of", ""))) << id;
      }
    }
  }
}

TEST_F(VerifyVerbTest, WithoutAServerItSaysSo) {
  EXPECT_EQ(Run({"verify"}).exit_code, 7);
  EXPECT_EQ(Run({"verify", "--place", directory_ / "sites"}).exit_code, 2) << "a folder";
}

}  // namespace
}  // namespace signboard::testing
