// signboard backup: of a server that goes on crawling, into a directory, and out of it again.
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "tests/paths.h"
#include "tests/system/site_under_watch.h"

namespace signboard::testing {
namespace {

namespace fs = std::filesystem;

class BackupTest : public SiteUnderWatch {
 protected:
  void SetUp() override {
    SiteUnderWatch::SetUp();
    target_ = directory_ / "backups";
    StartSignboard();
    WaitUntilUp();
    ASSERT_EQ(Run({"seeds", "add", kSite, "--code", "360925"}).exit_code, 0);
    ASSERT_TRUE(Eventually([&] { return CapturedUrls() >= kSiteUrls; })) << CapturedUrls();
  }

  // What was captured of each URL: ids and digests, in order.
  std::map<std::string, std::string> Everything() {
    std::map<std::string, std::string> all;
    const auto urls = RunJson({"urls", "www.jingan-gov.example"})["urls"];
    for (const auto& url : urls) {
      const std::string name = url["url"];
      const auto versions = RunJson({"versions", name, "--all"})["versions"];
      for (const auto& version : versions)
        all[version["id"].get<std::string>()] = version["sha256"].get<std::string>();
    }
    return all;
  }
  size_t Objects() const {
    size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(target_) / "files"))
      count += entry.is_regular_file() ? 1 : 0;
    return count;
  }
  // As if the machine were new: what is restored is run on.
  void RunOn(const std::string& data) {
    KillSignboard(SIGTERM);
    fs::rename(directory_ / "data", directory_ / "data.old");
    fs::rename(data, directory_ / "data");
    StartSignboard();
    WaitUntilUp();
  }

  std::string target_;
};

TEST_F(BackupTest, RestoredIntoAnEmptyDirectoryAllThatWasAcknowledgedIsThereAndVerifies) {
  const auto before = Everything();
  ASSERT_GE(before.size(), kSiteUrls);
  const auto first = RunJson({"backup", "create", target_});
  ASSERT_TRUE(first.contains("backup")) << first;
  EXPECT_EQ(first["copied_files"], Objects());
  EXPECT_LE(first["copied_files"], first["files"]) << "the same bytes are there once";
  for (const auto& entry : fs::directory_iterator(directory_ / "data"))
    EXPECT_FALSE(entry.path().filename().string().starts_with("backup-")) << "left over";

  // What comes after it is not in it.
  ASSERT_EQ(Run({"recrawl", std::string(kSite) + "/?later", "--wait", "20s"}).exit_code, 0);
  const auto verified = RunJson({"backup", "verify", target_});
  EXPECT_EQ(verified["damaged"].size(), 0u) << verified;
  EXPECT_EQ(verified["files"], Objects());

  const std::string restored = directory_ / "restored";
  const auto made = RunJson({"backup", "restore", target_, restored});
  EXPECT_EQ(made["files"], first["files"]) << made;
  EXPECT_EQ(Run({"backup", "restore", target_, restored}).exit_code, 1) << "it is not empty";
  RunOn(restored);
  EXPECT_EQ(Run({"verify"}).exit_code, 0);
  const auto after = Everything();
  for (const auto& [id, sha256] : before) {
    ASSERT_TRUE(after.contains(id)) << id;
    EXPECT_EQ(after.at(id), sha256);
  }
  EXPECT_EQ(RunJson({"seeds", "list"})["seeds"].size(), 1u);
  EXPECT_TRUE(Eventually([&] {
    return Run({"recrawl", std::string(kSite) + "/?again", "--wait", "20s"}).exit_code == 0;
  })) << "it goes on";
}

TEST_F(BackupTest, SecondBackupBringsOnlyWhatIsNew) {
  ASSERT_EQ(Run({"seeds", "pause", kSite}).exit_code, 0);
  const auto first = RunJson({"backup", "create", target_});
  const size_t objects = Objects();
  ASSERT_EQ(first["copied_files"], objects);
  ASSERT_EQ(Run({"recrawl", std::string(kSite) + "/?new", "--wait", "20s"}).exit_code, 0);

  const auto planned = RunJson({"backup", "create", target_, "--dry-run"});
  EXPECT_TRUE(planned["dry_run"]);
  EXPECT_EQ(Objects(), objects) << "nothing was written";
  EXPECT_LT(planned["copied_bytes"], first["bytes"]);

  const auto second = RunJson({"backup", "create", target_});
  EXPECT_NE(second["backup"], first["backup"]);
  EXPECT_EQ(second["copied_files"], Objects() - objects);
  EXPECT_GT(second["copied_files"], 0);
  EXPECT_LT(second["fetched_bytes"], second["bytes"]) << "what is known is not even read";
  // The tables and blob files of the first one are shared: each is there once, under its digest.
  size_t tables = 0, shared = 0;
  std::map<std::string, std::string> known;
  const auto files = [&](const nlohmann::json& report) {
    const auto list = nlohmann::json::parse(
        ReadWholeFile(target_ + "/backups/" + report["backup"].get<std::string>() + ".json"));
    return list["files"];
  };
  const auto firsts = files(first), seconds = files(second);
  for (const auto& file : firsts)
    if (file["identity"] != "")
      known[file["path"].get<std::string>()] = file["sha256"].get<std::string>();
  for (const auto& file : seconds) {
    if (file["identity"] == "") continue;
    ++tables;
    shared += known[file["path"].get<std::string>()] == file["sha256"] ? 1 : 0;
  }
  EXPECT_GE(tables, 5u);
  EXPECT_GE(shared, 3u);
  EXPECT_EQ(RunJson({"backup", "list", target_})["backups"].size(), 2u);
  EXPECT_EQ(RunJson({"backup", "verify", target_, "--all"})["damaged"].size(), 0u);

  // An older one is still whole.
  const std::string restored = directory_ / "restored";
  const std::string older = first["backup"];
  ASSERT_EQ(Run({"backup", "restore", target_, restored, "--backup", older}).exit_code, 0);
  RunOn(restored);
  EXPECT_EQ(Run({"verify"}).exit_code, 0);
  EXPECT_EQ(Versions(std::string(kSite) + "/?new", true), 0u);
}

TEST_F(BackupTest, DamagedBackupIsNamedAndNotRestored) {
  ASSERT_EQ(Run({"backup", "create", target_}).exit_code, 0);
  fs::path largest;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(target_) / "files"))
    if (entry.is_regular_file() &&
        (largest.empty() || fs::file_size(entry.path()) > fs::file_size(largest)))
      largest = entry.path();
  {
    std::fstream file(largest, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(fs::file_size(largest) / 2));
    file.put('\x17');
  }
  const Finished verified = Run({"backup", "verify", target_});
  EXPECT_EQ(verified.exit_code, 5) << verified.out << verified.err;
  EXPECT_NE(verified.out.find(largest.filename().string()), std::string::npos) << verified.out;
  const std::string restored = directory_ / "restored";
  const Finished refused = Run({"backup", "restore", target_, restored});
  EXPECT_EQ(refused.exit_code, 5) << refused.out << refused.err;
  // What is there must not pass for a deployment.
  const Finished run =
      RunProgram({std::string(SIGNBOARD_BINARY_DIR) + "/bin/signboard", "frontier", "--config",
                  directory_ / "signboard.toml", "--data", restored});
  EXPECT_EQ(run.exit_code, 1) << run.err;
  EXPECT_NE(run.err.find("SPACE is missing"), std::string::npos) << run.err;
}

TEST_F(BackupTest, WhatCanNotBeDoneSaysWhy) {
  EXPECT_EQ(Run({"backup", "verify", directory_ / "nowhere"}).exit_code, 3);
  fs::create_directory(directory_ / "empty");
  EXPECT_EQ(Run({"backup", "restore", directory_ / "empty", directory_ / "new"}).exit_code, 3);
  EXPECT_FALSE(fs::exists(directory_ / "new"));
  KillSignboard(SIGTERM);
  EXPECT_EQ(Run({"backup", "create", target_}).exit_code, 7);
}

}  // namespace
}  // namespace signboard::testing
