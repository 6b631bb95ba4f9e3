// Bad input is answered with what is wrong and where, the right exit code, and no crash.
#include <signal.h>

#include <filesystem>

#include "tests/paths.h"
#include "tests/support/fake_site.h"
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

TEST_F(BadInputWhileRunning, ABodyCutShortIsSaidSo) {
  FakeSite site;
  site.Serve("/half", {Send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                            "Content-Length: 9999\r\n\r\n<p>half"),
                       Close()});
  const std::string url = site.Url("/half");
  const auto cut = Run({"recrawl", url, "--wait", "60s", "--json"});
  EXPECT_EQ(cut.exit_code, 1);
  const auto job = nlohmann::json::parse(cut.out)["jobs"][0];
  EXPECT_EQ(job["url"], url);
  EXPECT_EQ(job["outcome"], "error");
  EXPECT_EQ(job["reason"], "truncated");
  EXPECT_EQ(Run({"status"}).exit_code, 0);
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
TEST_F(BadInputWhileRunning, FlippedBytesInTheDatabaseAreNamedAndNeverServed) {
  ASSERT_EQ(Run({"recrawl", kPage, "--wait", "60s"}).exit_code, 0);
  const std::string page = ReadWholeFile(SiteFile("/zjja/lsyg.html"));
  ASSERT_EQ(Run({"lookup", kPage}).out, page);
  // Opening brings what was in the log into files.
  KillSignboard(SIGTERM);
  StartSignboard();
  WaitUntilUp();
  KillSignboard(SIGTERM);
  int flipped = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(directory_ / "data/archive")) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".sst" && extension != ".blob") continue;
    // So densely that no block and no body is left whole.
    std::string bytes = ReadWholeFile(entry.path().string());
    for (size_t at = 32; at < bytes.size(); at += 128)
      bytes[at] = static_cast<char>(bytes[at] ^ 0x20);
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
  EXPECT_EQ(answer.exit_code, 1);
  EXPECT_TRUE(answer.out.empty());
  EXPECT_FALSE(answer.err.empty());
}

}  // namespace
}  // namespace signboard::testing
