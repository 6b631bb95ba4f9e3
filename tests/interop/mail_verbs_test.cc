// Mail as its users meet it: the verbs, the configuration and its reload, over a kill.
#include <gmock/gmock.h>

#include <csignal>
#include <set>

#include "tests/interop/mail_server.h"
#include "tests/system/site_under_watch.h"

namespace signboard::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class MailVerbsTest : public SiteUnderWatch {
 protected:
  void SetUp() override {
    if (!MailServer::IsInstalled())
      GTEST_SKIP() << "SKIPPED: python3-aiosmtpd is not installed: deploy/install-deps.sh";
    SiteUnderWatch::SetUp();
    server_.Start();
    ASSERT_TRUE(Eventually([&] { return server_.Listens(); }));
    StartSignboard();
    WaitUntilUp();
    built_in_ = ReadWholeFile(directory_ / "signboard.toml");
  }
  void Configure(const std::string& alerts) {
    WriteWholeFile(directory_ / "signboard.toml", built_in_ + "[alerts]\n" + alerts);
  }
  // Until the program has read it.
  void Reload(const std::string& alerts, const std::string& outcome) {
    const size_t before = Count(outcome);
    Configure(alerts);
    signboard_.Signal(SIGHUP);
    ASSERT_TRUE(Eventually([&] { return Count(outcome) > before; })) << outcome;
  }
  size_t Count(const std::string& event) const {
    const std::string log = ReadWholeFile(directory_ / "signboard.log");
    size_t count = 0;
    for (size_t at = 0; (at = log.find(" " + event + " ", at)) != std::string::npos; ++at) ++count;
    return count;
  }
  std::string Good() const {
    return "mail_server = \"smtp://" + server_.address() +
           "\"\nmail_starttls = \"try\"\nmail_from = \"alerts@signboard.example\"\n"
           "mail_language = \"en\"\n";
  }

  MailServer server_;
  std::string built_in_;
};

TEST_F(MailVerbsTest, ADigestComesFromSettingsThatAReloadBroughtAndKept) {
  const Finished early = Run({"alert", "add", "mailto:desk@news.example"});
  EXPECT_NE(early.exit_code, 0);
  EXPECT_THAT(early.err, HasSubstr("mail_server"));
  Reload(Good(), "reloaded");
  const auto made = RunJson({"alert", "add", "mailto:desk@news.example", "--interval", "1s"});
  const std::string id = made["id"];
  EXPECT_FALSE(made.contains("secret"));
  EXPECT_EQ(RunJson({"alert", "test", id})["delivered"], true);
  // What is wrong changes nothing: the digests go on.
  Reload("mail_server = \"smtp://127.0.0.1:1\"\nmail_from = \"nobody\"\n", "reload_refused");
  Reload(Good() + "ca_file = \"/nowhere.pem\"\n", "reload_refused");
  EXPECT_EQ(RunJson({"alert", "test", id})["delivered"], true);
  ASSERT_EQ(server_.Taken().size(), 2u);
  EXPECT_THAT(MailServer::Field(server_.Taken()[0], "subject"),
              ElementsAre(HasSubstr("[Signboard] test")));

  server_.Answer("recipient450");
  ASSERT_EQ(Run({"seeds", "add", kSite, "--code", "360925"}).exit_code, 0);
  ASSERT_TRUE(Eventually([&] {
    return !RunJson({"alert", "list"})["subscriptions"][0]["failing_since"].is_null();
  }));
  EXPECT_THAT(Run({"alert", "list"}).out, HasSubstr("450 4.2.0"));
  KillSignboard(9);
  server_.Answer("ok");
  more_settings_ = "[alerts]\n" + Good();
  StartSignboard();
  WaitUntilUp();
  ASSERT_TRUE(Eventually([&] { return server_.Taken().size() >= 3; }));
  const auto mail = server_.Taken()[2];
  EXPECT_THAT(mail["parts"]["text/plain"].get<std::string>(), HasSubstr("靖安县"));
  std::set<std::string> ids;
  for (const auto& one : server_.Taken())
    EXPECT_TRUE(ids.insert(MailServer::Field(one, "message-id").at(0)).second);
}

TEST_F(MailVerbsTest, TheConfigurationIsCheckedWholeAndShowsNoPassword) {
  const std::string file = directory_ / "signboard.toml";
  const auto check = [&](const std::string& alerts) {
    Configure(alerts);
    return Run({"config", "check", file});
  };
  EXPECT_EQ(check(Good()).exit_code, 0);
  EXPECT_THAT(check("mail_server = \"http://a/\"\n").err, HasSubstr("alerts.mail_server"));
  EXPECT_THAT(check("mail_server = \"smtp://u:p@a/\"\n").err, HasSubstr("alerts.mail_server"));
  EXPECT_THAT(check("mail_server = \"smtp://a\"\n").err, HasSubstr("alerts.mail_from"));
  EXPECT_THAT(check(Good() + "mail_user = \"desk\"\nmail_password = \"sesame\"\n").err,
              HasSubstr("TLS alone"));
  Configure("mail_server = \"smtps://a\"\nmail_from = \"a@b.example\"\nmail_user = \"desk\"\n"
            "mail_password = \"sesame\"\n");
  const Finished printed = Run({"config", "print", file});
  EXPECT_EQ(printed.exit_code, 0) << printed.err;
  EXPECT_THAT(printed.out, HasSubstr("# mail_password is set, and not shown"));
  EXPECT_THAT(printed.out, Not(HasSubstr("sesame")));
  EXPECT_THAT(Run({"config", "init"}).out, HasSubstr("# mail_server = \"\""));
}

}  // namespace
}  // namespace signboard::testing
