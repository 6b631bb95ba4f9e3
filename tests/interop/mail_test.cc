// Mail as a real server takes it (Debian's python3-aiosmtpd) and Python's email package reads it;
// and servers that are away, put us off, or say no.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/gateway/alert_text.h"
#include "storage/gateway/register_words.h"
#include "tests/interop/mail_server.h"
#include "tests/storage/register/alert_sender_fixture.h"

namespace signboard::registry {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using std::chrono::hours;

std::vector<std::string> Field(const nlohmann::json& mail, const std::string& name) {
  return testing::MailServer::Field(mail, name);
}

class MailTest : public AlertSenderTest {
 protected:
  void SetUp() override {
    event_json_ = [](const v1::AnnouncementEvent& event) {
      return gateway::Dump(gateway::AnnouncementEventJson(event));
    };
    options_.mail_from = "alerts@signboard.example";
    options_.mail_text = [](const AlertBook::Outgoing& message) {
      gateway::AlertTextOptions words;
      words.public_url = "https://signboard.example";
      auto made = gateway::RenderAlert(message.delivery.payload(), message.to.id(), words);
      return MailText{made.subject, made.text, made.html};
    };
    AlertSenderTest::SetUp();
    if (!testing::MailServer::IsInstalled())
      GTEST_SKIP() << "SKIPPED: python3-aiosmtpd is not installed: deploy/install-deps.sh";
  }
  // Where it listens.
  std::string StartServer(const std::vector<std::string>& more = {}) {
    server_.Start(more);
    Await([this] { return server_.Listens(); });
    return server_.address();
  }
  void GiveTo(const std::string& url, net::Starttls starttls = net::Starttls::kTry) {
    net::MailClientOptions mail;
    mail.server = net::ParseMailServer(url).value();
    mail.starttls = starttls;
    options_.mail = mail;
  }
  std::vector<nlohmann::json> Taken() const { return server_.Taken(); }
  std::string Subscribed(const std::string& address = "desk@news.example") {
    v1::Subscription wanted;
    wanted.set_target("mailto:" + address);
    return Subscribe(wanted).id();
  }
  // The clock goes on to the end of what the digest gathers in, or to the next attempt.
  void Advance(Millis by) {
    clock_.Advance(by);
    sender_->Poke();
  }
  void AwaitDue(const std::string& id) {
    Await([&] { return book_->Next(id)->look_at.has_value(); });
  }
  void Certify() {
    const auto made = testing::RunProgram(
        {"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
         directory_ / "key.pem", "-out", directory_ / "cert.pem"});
    ASSERT_EQ(made.exit_code, 0) << made.err;
  }
  std::vector<std::string> Tls() const {
    return {"--tls", directory_ / "cert.pem", directory_ / "key.pem"};
  }

  testing::TempDirectory directory_;  // Of the certificate.
  testing::MailServer server_;
};

TEST_F(MailTest, OneDigestADayTellsEverythingOnceAndReadsRight) {
  GiveTo("smtp://" + StartServer());
  StartSender();
  const std::string id = Subscribed();
  for (int i = 0; i < 4; ++i) Found(i);
  Found(0, 1);  // A reprint.
  AwaitDue(id);
  EXPECT_THAT(Taken(), IsEmpty()) << "the day is not over";
  Advance(hours(24));
  Await([&] { return Now(id).last_delivered_ms() != 0; });
  ASSERT_EQ(Taken().size(), 1u);
  const nlohmann::json mail = Taken()[0];
  EXPECT_THAT(mail["defects"], IsEmpty());
  EXPECT_EQ(mail["from"], "alerts@signboard.example");
  EXPECT_EQ(mail["to"], nlohmann::json({"desk@news.example"}));
  EXPECT_EQ(mail["type"], "multipart/alternative");
  EXPECT_THAT(Field(mail, "mime-version"), ElementsAre("1.0"));
  EXPECT_THAT(Field(mail, "subject"),
              ElementsAre(AllOf(StartsWith("[Signboard] 4 条："), HasSubstr("国际传播中心 等"))));
  EXPECT_THAT(Field(mail, "from"), ElementsAre("alerts@signboard.example"));
  EXPECT_THAT(Field(mail, "to"), ElementsAre("desk@news.example"));
  EXPECT_THAT(Field(mail, "auto-submitted"), ElementsAre("auto-generated"));
  EXPECT_THAT(Field(mail, "date"), ElementsAre(HasSubstr(" +0000")));
  const v1::Delivery sent = Log(id)[0];
  EXPECT_THAT(Field(mail, "message-id"), ElementsAre("<" + sent.id() + "@signboard.example>"));
  EXPECT_THAT(Field(mail, "list-unsubscribe"),
              ElementsAre("<mailto:alerts@signboard.example?subject=unsubscribe%20" + id + ">"));
  const std::string text = mail["parts"]["text/plain"];
  const std::string html = mail["parts"]["text/html"];
  for (int i = 0; i < 4; ++i) {
    const std::string name = kCounties[i][1];
    EXPECT_THAT(text, HasSubstr(name));
    EXPECT_THAT(html, HasSubstr(name));
    EXPECT_THAT(text, HasSubstr("http://m0.cn/" + std::to_string(i)));
  }
  EXPECT_THAT(text, HasSubstr("https://signboard.example/announcements/"));
  EXPECT_THAT(html, HasSubstr("href=\"http://m0.cn/1\""));
  EXPECT_THAT(text, HasSubstr(id));

  Advance(hours(24));
  Found(5);
  AwaitDue(id);
  Advance(hours(24));
  Await([&] { return Taken().size() == 2; });
  EXPECT_THAT(Field(Taken()[1], "subject"), ElementsAre(HasSubstr("新成立：南昌县")));
}

TEST_F(MailTest, WhatAPageSaysAddsNoFieldAndNoMarkup) {
  GiveTo("smtp://" + StartServer());
  StartSender();
  const std::string id = Subscribed();
  v1::Finding finding = Jingan();
  finding.set_centre_name_zh("靖安\r\nBcc: spy@evil.example\r\n\r\n<script>alert(1)</script>中心");
  Merge(PageOf("http://m.cn/1", ToMillis(clock_.Now())).Says(finding).Text("页"));
  AwaitDue(id);
  Advance(hours(24));
  Await([&] { return Taken().size() == 1; });
  const nlohmann::json mail = Taken()[0];
  EXPECT_THAT(Field(mail, "bcc"), IsEmpty());
  EXPECT_EQ(mail["to"], nlohmann::json({"desk@news.example"}));
  EXPECT_EQ(Field(mail, "subject").size(), 1u);
  EXPECT_EQ(mail["parts"].size(), 2u);
  EXPECT_THAT(mail["parts"]["text/html"].get<std::string>(), Not(HasSubstr("<script")));
}

TEST_F(MailTest, SpeaksTlsAndSaysWhoItIs) {
  Certify();
  for (const bool implicit : {false, true}) {
    std::vector<std::string> more = Tls();
    more.insert(more.end(), {"--password", "open sesame 芝麻"});
    if (implicit) more.push_back("--implicit");
    GiveTo((implicit ? "smtps://" : "smtp://") + StartServer(more), net::Starttls::kRequire);
    options_.mail->user = "desk";
    options_.mail->password = "wrong";
    options_.mail->ca_file = directory_ / "cert.pem";
    const size_t before = Taken().size();
    StartSender();
    const std::string id = Subscribed();
    auto refused = asio::co_spawn(io_, sender_->Test(id), asio::use_future).get();
    ASSERT_TRUE(refused.ok());
    EXPECT_FALSE(refused->delivered());
    EXPECT_THAT(refused->error(), HasSubstr("login: 535"));
    options_.mail->password = "open sesame 芝麻";
    StopSender();
    StartSender();
    auto taken = asio::co_spawn(io_, sender_->Test(id), asio::use_future).get();
    EXPECT_TRUE(taken->delivered()) << taken->error();
    ASSERT_EQ(Taken().size(), before + 1);
    EXPECT_EQ(Taken().back()["tls"], true);
    EXPECT_EQ(Taken().back()["authenticated"], true);
    StopSender();
  }
}

TEST_F(MailTest, SaysNothingInTheClearToAServerThatMustHaveTls) {
  GiveTo("smtp://" + StartServer(), net::Starttls::kRequire);  // It has none.
  StartSender();
  auto tested = asio::co_spawn(io_, sender_->Test(Subscribed()), asio::use_future).get();
  EXPECT_FALSE(tested->delivered());
  EXPECT_FALSE(server_.WasAsked());
  // A certificate that nobody vouches for is as good as none.
  Certify();
  GiveTo("smtp://" + StartServer(Tls()), net::Starttls::kTry);
  StopSender();
  StartSender();
  tested = asio::co_spawn(io_, sender_->Test(Subscribed()), asio::use_future).get();
  EXPECT_FALSE(tested->delivered());
  EXPECT_THAT(tested->error(), HasSubstr("certificate"));
  EXPECT_FALSE(server_.WasAsked());
}

TEST_F(MailTest, IsTriedAgainUntilTheServerIsThereAndTakesIt) {
  const int port = testing::FreePort();
  GiveTo("smtp://127.0.0.1:" + std::to_string(port));
  StartSender();
  const std::string id = Subscribed();
  Found(0);
  AwaitDue(id);
  Advance(hours(24));
  Await([&] { return Now(id).failing_since_ms() != 0; });
  EXPECT_THAT(Now(id).last_error(), StartsWith("SMTP connect: "));
  const std::string message = Log(id)[0].id();

  StartServer({"--port", std::to_string(port)});
  const auto again = [&](const std::string& error) {
    const auto due = FromMillis(Now(id).next_attempt_ms());
    Advance(due - clock_.Now());
    Await([&] { return Now(id).last_error() == error; });
  };
  server_.Answer("recipient450");
  again("SMTP recipient: 450 4.2.0 come again later");
  EXPECT_EQ(Now(id).state(), "active");
  server_.Answer("content451");
  again("SMTP content: 451 4.3.0 not now");
  StopSender();  // Everything dies in between.
  Restart();
  StartSender();
  server_.Answer("ok");
  again("");
  ASSERT_EQ(Taken().size(), 1u);
  EXPECT_THAT(Field(Taken()[0], "message-id"), ElementsAre("<" + message + "@signboard.example>"));
  EXPECT_EQ(Log(id)[0].attempt_count(), 4u);
  EXPECT_EQ(Log(id)[0].state(), "delivered");
}

TEST_F(MailTest, AServerThatSaysNoForGoodEndsItAndOthersAreTold) {
  GiveTo("smtp://" + StartServer());
  StartSender();
  v1::Subscription watching;
  watching.add_types("ops");
  watching.set_target("mailto:admin@signboard.example");
  const std::string admin = Subscribe(watching).id();
  const std::string gone = Subscribed();
  Found(0);
  AwaitDue(gone);
  server_.Answer("recipient550");
  Advance(hours(24));
  Await([&] { return Now(gone).state() == "disabled"; });
  EXPECT_EQ(Now(gone).last_error(), "SMTP recipient: 550 5.1.1 no such user here");
  AwaitDue(admin);
  server_.Answer("ok");
  Advance(hours(24));
  Await([&] { return Taken().size() == 1; });
  EXPECT_THAT(Taken()[0]["parts"]["text/plain"].get<std::string>(),
              AllOf(HasSubstr(gone), HasSubstr("550 5.1.1")));
  const std::string unwanted = Subscribed("other@news.example");
  Found(1);
  AwaitDue(unwanted);
  server_.Answer("content554");
  Advance(hours(24));
  Await([&] { return Now(unwanted).state() == "dead"; });
  EXPECT_EQ(Now(unwanted).last_error(), "SMTP content: 554 5.7.1 not wanted");
}

TEST_F(MailTest, NewSettingsHoldFromTheNextMessageOn) {
  StartSender();  // No server at all.
  const std::string id = Subscribed();
  auto tested = asio::co_spawn(io_, sender_->Test(id), asio::use_future).get();
  EXPECT_THAT(tested->error(), HasSubstr("mail_server"));
  GiveTo("smtp://" + StartServer());
  asio::post(io_, asio::use_future([this] { sender_->Configure(options_); })).get();
  tested = asio::co_spawn(io_, sender_->Test(id), asio::use_future).get();
  EXPECT_TRUE(tested->delivered()) << tested->error();
}

}  // namespace
}  // namespace signboard::registry
