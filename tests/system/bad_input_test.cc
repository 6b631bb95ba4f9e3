// Bad input is answered with what is wrong and where, the right exit code, and no crash.
#include <signal.h>

#include <filesystem>

#include "tests/system/site_under_watch.h"

namespace signboard::testing {
namespace {

const std::string kProgram = std::string(SIGNBOARD_BINARY_DIR) + "/bin/signboard";
const std::string kPage = "http://www.jingan-gov.example/zjja/lsyg.html";

Finished Signboard(std::vector<std::string> arguments, const std::string& in = "") {
  arguments.insert(arguments.begin(), kProgram);
  return RunProgram(arguments, in);
}

TEST(BadInputTest, UnknownVerbSuggestsTheNearest) {
  const auto answer = Signboard({"lokup", "http://a.cn/"});
  EXPECT_EQ(answer.exit_code, 2);
  EXPECT_NE(answer.err.find("lookup"), std::string::npos) << answer.err;
}

TEST(BadInputTest, UnknownKeyIsRefusedWithItsPlaceAndTheNearestKey) {
  TempDirectory directory;
  const std::string file = directory / "s.toml";
  WriteWholeFile(file, "[frontier]\ndelay = \"2s\"\nlease_tiem = \"5m\"\n");
  for (const auto& verb : {std::vector<std::string>{"config", "check", file},
                           std::vector<std::string>{"run", "--config", file}}) {
    const auto answer = Signboard(verb);
    EXPECT_NE(answer.exit_code, 0);
    EXPECT_NE(answer.err.find("s.toml:3:1"), std::string::npos) << answer.err;
    EXPECT_NE(answer.err.find("lease_time"), std::string::npos) << answer.err;
  }
}

TEST(BadInputTest, WrongTypeNamesKeyAndPlace) {
  TempDirectory directory;
  WriteWholeFile(directory / "s.toml", "[crawler]\nfetches = \"many\"\n");
  const auto answer = Signboard({"config", "check", directory / "s.toml"});
  EXPECT_EQ(answer.exit_code, 2);
  EXPECT_NE(answer.err.find("fetches"), std::string::npos) << answer.err;
  EXPECT_NE(answer.err.find(":2:"), std::string::npos) << answer.err;
}

TEST(BadInputTest, UnreachableServerIsNamed) {
  const std::string server = "127.0.0.1:" + std::to_string(FreePort());
  for (const char* verb : {"status", "lookup", "recrawl", "versions"}) {
    std::vector<std::string> arguments = {"--server", server, "--timeout", "5s", verb};
    if (std::string(verb) != "status") arguments.push_back("http://a.cn/");
    const auto answer = Signboard(arguments);
    EXPECT_EQ(answer.exit_code, 7) << verb;
    EXPECT_NE(answer.err.find(server), std::string::npos) << answer.err;
  }
  const auto json = Signboard({"--server", server, "status", "--json"});
  EXPECT_EQ(json.exit_code, 7);
  EXPECT_EQ(nlohmann::json::parse(json.out)["error"]["code"], "unavailable");
}

TEST(BadInputTest, ConfigInitIsAGoodConfiguration) {
  TempDirectory directory;
  WriteWholeFile(directory / "s.toml", Signboard({"config", "init"}).out);
  EXPECT_EQ(Signboard({"config", "check", directory / "s.toml"}).exit_code, 0);
  const auto printed = Signboard({"config", "print"});
  WriteWholeFile(directory / "p.toml", printed.out);
  EXPECT_EQ(Signboard({"config", "check", directory / "p.toml"}).exit_code, 0);
}

TEST(BadInputTest, CompletionKnowsEveryVerb) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const auto script = Signboard({"completion", shell});
    EXPECT_EQ(script.exit_code, 0);
    for (const char* verb : {"lookup", "recrawl", "seeds", "versions", "completion"})
      EXPECT_NE(script.out.find(verb), std::string::npos) << shell << " " << verb;
  }
  const auto script = Signboard({"completion", "bash"}).out;
  const auto tried = RunProgram(
      {"bash", "-c", script + "\nCOMP_WORDS=(signboard seeds ex); COMP_CWORD=2; _signboard; "
                              "echo ${COMPREPLY[@]}"});
  EXPECT_EQ(tried.out, "export\n") << tried.err;
  EXPECT_EQ(Signboard({"completion", "tcsh"}).exit_code, 2);
}

class BadInputWhileRunning : public SiteUnderWatch {
 protected:
  void SetUp() override {
    SiteUnderWatch::SetUp();
    StartSignboard();
    WaitUntilUp();
  }
};

TEST_F(BadInputWhileRunning, UrlsThatDoNotParseAreRefusedByName) {
  EXPECT_EQ(Run({"recrawl", "ftp://a.cn/"}).exit_code, 2);
  for (const std::string url : {"http://[bad/", "not a url", "http://a b/", ""}) {
    for (const char* verb : {"recrawl", "lookup", "versions"}) {
      const auto answer = Run({verb, url});
      EXPECT_EQ(answer.exit_code, 2) << verb << " '" << url << "': " << answer.err;
      EXPECT_FALSE(answer.err.empty()) << verb << " " << url;
    }
  }
  const auto added = Run({"seeds", "add", "-"}, "http://good.example/\nhttp://[bad/\n");
  EXPECT_EQ(added.exit_code, 6) << added.err;
  EXPECT_NE(added.err.find("[bad"), std::string::npos) << added.err;
}

TEST_F(BadInputWhileRunning, NothingKeptIsNotFound) {
  EXPECT_EQ(Run({"lookup", "http://never.example/"}).exit_code, 3);
  EXPECT_EQ(Run({"versions", "http://never.example/"}).exit_code, 3);
  EXPECT_EQ(Run({"explain", "http://never.example/"}).exit_code, 3);
  EXPECT_EQ(Run({"lookup", "http://a.cn/", "--at", "yesterday-ish"}).exit_code, 2);
}

TEST_F(BadInputWhileRunning, DataDirectoryInUseNamesWhoUsesIt) {
  WriteWholeFile(directory_ / "second.toml",
                 "[data]\ndirectory = \"" + (directory_ / "data") +
                     "\"\n[frontier]\nlisten = \"127.0.0.1:0\"\n[gateway]\nlisten = "
                     "\"127.0.0.1:0\"\n");
  const auto second = Signboard({"run", "--config", directory_ / "second.toml"});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_NE(second.err.find("in use"), std::string::npos) << second.err;
  EXPECT_NE(second.err.find(std::to_string(signboard_.pid())), std::string::npos) << second.err;
}

TEST_F(BadInputWhileRunning, AddressInUseIsNamed) {
  const std::string address = "127.0.0.1:" + std::to_string(grpc_port_);
  WriteWholeFile(directory_ / "second.toml", "[data]\ndirectory = \"" + (directory_ / "other") +
                                                 "\"\n[frontier]\nlisten = \"" + address + "\"\n");
  const auto second = Signboard({"run", "--config", directory_ / "second.toml"});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_NE(second.err.find(address), std::string::npos) << second.err;
}

// Every byte of the largest table or blob file is a place where a disk can rot.
TEST_F(BadInputWhileRunning, FlippedByteInTheDatabaseIsNamedAndNeverServed) {
  ASSERT_EQ(Run({"recrawl", kPage, "--wait", "60s"}).exit_code, 0);
  const std::string page = ReadWholeFile(SiteFile("/zjja/lsyg.html"));
  ASSERT_EQ(Run({"lookup", kPage}).out, page);
  // Twice stopped and started, so that what was in the log is in files.
  KillSignboard(SIGTERM);
  int flipped = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(directory_ / "data/archive")) {
    const std::string extension = entry.path().extension().string();
    const std::string name = entry.path().filename().string();
    if (extension != ".sst" && extension != ".blob" && extension != ".log") continue;
    std::string bytes = ReadWholeFile(entry.path().string());
    // The page's own bytes where they stand uncompressed, else the middle of the file.
    if (bytes.size() < 64) continue;
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x20);
    WriteWholeFile(entry.path().string(), bytes);
    ++flipped;
  }
  ASSERT_GT(flipped, 0);
  StartSignboard();
  const bool up = Eventually(
      [&] { return !signboard_.running() || Run({"status"}).exit_code == 0; });
  ASSERT_TRUE(up);
  if (!signboard_.running()) {
    EXPECT_EQ(signboard_.Wait(), 1);
    const std::string log = ReadWholeFile(directory_ / "signboard.log");
    EXPECT_NE(log.find("data/archive"), std::string::npos) << log;
    return;
  }
  const auto answer = Run({"lookup", kPage});
  EXPECT_TRUE(answer.out == page || answer.out.empty());
  if (answer.out.empty()) {
    EXPECT_NE(answer.exit_code, 0);
    EXPECT_FALSE(answer.err.empty());
  }
}

}  // namespace
}  // namespace signboard::testing
