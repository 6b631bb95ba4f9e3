// signboard verify against a running server whose disk has a flipped byte.
#include <signal.h>

#include <algorithm>
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
  // In the middle of each blob file that may hold the large page; their names.
  std::set<std::string> FlipLargeBlobs() {
    std::set<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(directory_ / "data/archive")) {
      if (entry.path().extension() != ".blob" || entry.file_size() < kLargeBytes / 2) continue;
      Flip(entry.path(), static_cast<std::streamoff>(entry.file_size() / 2));
      names.insert(entry.path().filename());
    }
    return names;
  }

  // Each version that is not named is served as it was; each that is, is refused.
  void CheckAllElse(const std::set<std::string>& named) {
    const auto urls = RunJson({"urls", "www.jingan-gov.example"})["urls"];
    ASSERT_GE(urls.size(), kSiteUrls);
    for (const auto& url : urls) {
      const std::string name = url["url"];
      const auto versions = RunJson({"versions", name, "--all"})["versions"];
      EXPECT_GE(versions.size(), 1u) << name;
      for (const auto& version : versions) {
        const std::string id = version["id"];
        const Finished body = Run({"lookup", id});
        const bool bad = named.contains(id) || named.contains(version.value("revisit_of", ""));
        EXPECT_EQ(body.exit_code, bad ? 1 : 0) << id << ": " << body.err;
        if (bad) continue;
        EXPECT_EQ(base::ToHex(base::Sha256(body.out)), version["sha256"]) << id;
      }
    }
  }

  static constexpr size_t kLargeBytes = 60'000;
};

TEST_F(VerifyVerbTest, FlippedByteIsNamedNeverServedAndAllElseVerifies) {
  // Hexadecimal digits: half of them is what compressing leaves.
  const std::string large = std::string(kSite) + "/large.html";
  WriteWholeFile(SiteFile("/large.html"), "<html><title>large</title>" +
                                              base::ToHex(base::RandomBytes(kLargeBytes)));
  StartSignboard();
  WaitUntilUp();
  ASSERT_EQ(Run({"seeds", "add", kSite, "--code", "360925"}).exit_code, 0);
  ASSERT_TRUE(Eventually([&] { return CapturedUrls() >= kSiteUrls; })) << CapturedUrls();
  ASSERT_EQ(Run({"recrawl", large, "--wait", "20s"}).exit_code, 0);
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

  // Bodies move while they are packed: what is flipped may be what nobody needs any more.
  const std::string place = directory_ / "place";
  std::set<std::string> flipped;
  Finished found;
  for (int tries = 0; tries < 8 && found.out.find("\"body\"") == std::string::npos; ++tries) {
    KillSignboard(SIGTERM);
    flipped.merge(FlipLargeBlobs());
    StartSignboard();
    WaitUntilUp();
    found = Run({"verify", "--json", "--place", place});
  }
  EXPECT_EQ(found.exit_code, 5) << found.out << found.err;
  EXPECT_FALSE(fs::exists(place)) << "it came to its end";
  const auto report = nlohmann::json::parse(found.out);
  std::set<std::string> named, whats;
  for (const auto& damage : report["damages"]) {
    whats.insert(damage["what"].get<std::string>());
    if (damage["snapshot_id"] != "") named.insert(damage["snapshot_id"].get<std::string>());
    if (damage["what"] != "file") continue;
    const std::string detail = damage["detail"];
    EXPECT_TRUE(std::any_of(flipped.begin(), flipped.end(), [&detail](const std::string& name) {
      return detail.find(name) != std::string::npos;
    })) << detail;
  }
  EXPECT_EQ(whats, (std::set<std::string>{"body", "file"})) << report;
  ASSERT_FALSE(named.empty());
  for (const std::string& id : named) EXPECT_TRUE(id.ends_with(large)) << id;
  EXPECT_GT(RunJson({"status"})["archive"]["damaged"], 0);
  CheckAllElse(named);
}

TEST_F(VerifyVerbTest, WithoutAServerItSaysSo) {
  EXPECT_EQ(Run({"verify"}).exit_code, 7);
  EXPECT_EQ(Run({"verify", "--place", directory_ / "sites"}).exit_code, 2) << "a folder";
}

}  // namespace
}  // namespace signboard::testing
