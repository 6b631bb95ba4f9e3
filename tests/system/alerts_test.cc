// Alerts and coverage as their users meet them: the verbs, the API and a receiver of webhooks, over
// a kill of the program.
#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>
#include <set>
#include <thread>

#include "proto/base/digest.h"
#include "proto/base/mutex.h"
#include "proto/net/http_server.h"
#include "tests/system/site_under_watch.h"

namespace signboard::testing {
namespace {

namespace asio = boost::asio;
using ::testing::HasSubstr;
using ::testing::Not;

class AlertsTest : public SiteUnderWatch {
 protected:
  void SetUp() override {
    SiteUnderWatch::SetUp();
    auto answer = [this](net::HttpServerRequest request) { return Take(std::move(request)); };
    receiver_ = net::HttpServer::Listen(io_.get_executor(), "127.0.0.1:0", {}, answer).value();
    thread_ = std::thread([this] { io_.run(); });
    StartSignboard();
    WaitUntilUp();
  }
  void TearDown() override {
    SiteUnderWatch::TearDown();
    asio::co_spawn(io_, receiver_->Stop(), asio::use_future).get();
    work_.reset();
    io_.stop();
    thread_.join();
  }
  asio::awaitable<net::HttpServerResponse> Take(net::HttpServerRequest request) {
    net::HttpServerResponse response;
    base::MutexLock lock(mutex_);
    response.status = well_ ? 204 : 503;
    if (well_) taken_.push_back(std::move(request));
    co_return response;
  }
  void Be(bool well) {
    base::MutexLock lock(mutex_);
    well_ = well;
  }
  std::vector<net::HttpServerRequest> Taken() {
    base::MutexLock lock(mutex_);
    return taken_;
  }
  std::string Target() const {
    return "http://127.0.0.1:" + std::to_string(receiver_->port()) + "/hook/very-private";
  }

  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{asio::make_work_guard(io_)};
  std::unique_ptr<net::HttpServer> receiver_;
  std::thread thread_;
  base::Mutex mutex_;
  bool well_ = true;
  std::vector<net::HttpServerRequest> taken_;
};

TEST_F(AlertsTest, AFoundingReachesItsSubscriberOnceOverAKill) {
  const auto dry = RunJson({"alert", "add", Target(), "--place", "360900", "--dry-run"});
  EXPECT_EQ(dry["dry_run"], true);
  EXPECT_TRUE(RunJson({"alert", "list"})["subscriptions"].empty());
  const auto made = RunJson({"alert", "add", Target(), "--place", "360900", "--note", "ours"});
  const std::string id = made["id"];
  EXPECT_THAT(made["secret"].get<std::string>(), HasSubstr("whsec_"));
  EXPECT_EQ(made["filter"]["place"], "360900");
  EXPECT_EQ(made["state"], "active");
  EXPECT_EQ(RunJson({"alert", "test", id})["delivered"], true);
  Be(false);
  EXPECT_EQ(Run({"alert", "test", id}).exit_code, 1);

  ASSERT_EQ(Run({"seeds", "add", kSite, "--code", "360925"}).exit_code, 0);
  ASSERT_TRUE(Eventually([&] {
    return !RunJson({"alert", "list"})["subscriptions"][0]["failing_since"].is_null();
  }));
  EXPECT_THAT(Run({"alert", "list"}).out, HasSubstr("HTTP 503"));
  KillSignboard(9);
  Be(true);
  StartSignboard();
  WaitUntilUp();
  ASSERT_TRUE(Eventually([&] { return Taken().size() >= 2; }));
  std::set<std::string> foundings;
  for (const net::HttpServerRequest& request : Taken()) {
    const auto payload = nlohmann::json::parse(request.body);
    if (payload["type"] != "announcement.new") continue;
    const auto& announcement = payload["data"]["announcement"];
    EXPECT_TRUE(foundings.insert(announcement["id"]).second);
    EXPECT_EQ(announcement["place"]["code"], "360925");
    EXPECT_TRUE(announcement.contains("quotes"));
  }
  EXPECT_FALSE(foundings.empty());
  const auto log = RunJson({"alert", "deliveries", id, "--payload"});
  EXPECT_EQ(log["deliveries"][0]["state"], "delivered");
  EXPECT_EQ(log["deliveries"][0]["payload"]["type"], "announcement.new");

  const size_t before = Taken().size();
  const auto replayed = RunJson({"alert", "replay", id, "--since", "1h"});
  EXPECT_EQ(replayed["replayed"], log["deliveries"].size());
  ASSERT_TRUE(Eventually([&] { return Taken().size() == before + log["deliveries"].size(); }));
  EXPECT_EQ(Taken().back().Header("webhook-id"), Taken()[before - 1].Header("webhook-id"));

  EXPECT_EQ(RunJson({"alert", "pause", id})["state"], "paused");
  EXPECT_EQ(RunJson({"alert", "resume", id})["state"], "active");
  EXPECT_EQ(Run({"alert", "remove", id}).exit_code, 0);
  EXPECT_EQ(Run({"alert", "remove", id}).exit_code, 3);
  EXPECT_EQ(Run({"alert", "add", "ftp://a/"}).exit_code, 2);
}

TEST_F(AlertsTest, TheSecretIsShownOnceAndNowhereElse) {
  KillSignboard(15);
  more_settings_ = "[log]\nlevel = \"debug\"\n";
  StartSignboard();
  WaitUntilUp();
  const auto made = RunJson({"alert", "add", Target()});
  const std::string id = made["id"];
  const std::string secret = made["secret"].get<std::string>().substr(6);
  const std::string bytes = base::ToHex(base::FromBase64(secret).value());
  ASSERT_EQ(bytes.size(), 64u);
  const auto keeps_it = [&](const std::string& said) {
    EXPECT_THAT(said, Not(HasSubstr(secret)));
    EXPECT_THAT(said, Not(HasSubstr("whsec_")));
    EXPECT_THAT(said, Not(HasSubstr(bytes)));
  };
  EXPECT_EQ(RunJson({"alert", "test", id})["delivered"], true);
  Be(false);
  EXPECT_EQ(Run({"alert", "test", id}).exit_code, 1);
  for (const std::vector<std::string>& verb : std::vector<std::vector<std::string>>{
           {"alert", "list"}, {"alert", "list", "--json"}, {"alert", "list", "--ndjson"},
           {"alert", "deliveries", id, "--payload", "--json"}, {"alert", "pause", id, "--json"},
           {"alert", "resume", id}, {"alert", "test", id, "--json"}}) {
    const Finished finished = Run(verb);
    EXPECT_THAT(finished.out, HasSubstr(verb[1] == "list" ? id : "")) << verb[1];
    keeps_it(finished.out + finished.err);
  }
  for (const char* path : {"/api/v1/subscriptions", "/api/v1/subscriptions?format=csv", "/alerts",
                           "/metrics"}) {
    keeps_it(Http(path).out);
  }
  keeps_it(Http("/api/v1/deliveries?payload=1&subscription=" + id).out);
  for (const net::HttpServerRequest& request : Taken()) keeps_it(request.body);
  KillSignboard(15);
  const std::string log = ReadWholeFile(directory_ / "signboard.log");
  EXPECT_THAT(log, HasSubstr(id));
  keeps_it(log);
}

TEST_F(AlertsTest, TheApiSubscribesWhoMayWriteAndShowsNoAddresses) {
  const std::string body = R"({"target": ")" + Target() +
                           R"(", "types": ["ops", "site"], "burst": 5, "interval": "1m"})";
  const auto post = [&](const std::string& path, const std::string& json,
                        const std::string& type = "application/json") {
    return Http(path, {"-w", "\n%{http_code}", "-H", "Content-Type: " + type, "-d", json}).out;
  };
  EXPECT_THAT(post("/api/v1/subscriptions", body, "text/plain"), HasSubstr("\n415"));
  EXPECT_THAT(post("/api/v1/subscriptions", R"({"target": "x"})"), HasSubstr("\n400"));
  EXPECT_THAT(post("/api/v1/subscriptions", R"({"target": 7})"), HasSubstr("target"));
  EXPECT_THAT(post("/api/v1/subscriptions?dry_run=1", body), HasSubstr("\n200"));
  const std::string made = post("/api/v1/subscriptions", body);
  ASSERT_THAT(made, HasSubstr("\n201"));
  const auto json = nlohmann::json::parse(made.substr(0, made.find("\n201")));
  const std::string id = json["id"];
  EXPECT_EQ(json["burst"], 5);
  EXPECT_THAT(post("/api/v1/subscriptions/" + id + "/test", "{}"), HasSubstr("\"delivered\":true"));
  EXPECT_THAT(post("/api/v1/subscriptions/" + id + "/replay?since=2020", "{}"),
              HasSubstr("\"replayed\":0"));
  EXPECT_THAT(Http("/api/v1/deliveries?subscription=" + id).out, HasSubstr("\"deliveries\":[]"));
  // From elsewhere, as its Host says: who may not write is told less.
  const std::string seen = Http("/api/v1/subscriptions", {"-H", "Host: signboard.example"}).out;
  EXPECT_THAT(seen, HasSubstr(id));
  EXPECT_THAT(seen, Not(HasSubstr("very-private")));
  EXPECT_THAT(Http("/api/v1/subscriptions").out, HasSubstr("very-private"));
  for (const char* lang : {"zh", "en"}) {
    const std::string page = Http(std::string("/alerts?lang=") + lang).out;
    EXPECT_THAT(page, HasSubstr(id));
    EXPECT_THAT(page, Not(HasSubstr("very-private")));
  }
  const Finished elsewhere = Http("/api/v1/subscriptions/" + id,
                                  {"-X", "DELETE", "-w", "%{http_code}", "-H", "Host: a.example"});
  EXPECT_THAT(elsewhere.out, HasSubstr("403"));
  EXPECT_EQ(Http("/api/v1/subscriptions/" + id, {"-X", "DELETE", "-w", "%{http_code}"}).out, "204");
  EXPECT_THAT(Http("/api/v1/subscriptions", {"-X", "PUT", "-i"}).out,
              HasSubstr("Allow: GET, HEAD, POST"));
}

TEST_F(AlertsTest, ASiteThatGoesAwayAndComesBackIsToldOnceEachOverAKill) {
  KillSignboard(15);
  more_settings_ = "[alerts]\nsites_every = \"100ms\"\nsite_patience = \"1s\"\n";
  StartSignboard();
  WaitUntilUp();
  const std::string id =
      RunJson({"alert", "add", Target(), "--type", "site", "--place", "360900"})["id"];
  ASSERT_EQ(Run({"seeds", "add", kSite, "--code", "360925"}).exit_code, 0);
  ASSERT_TRUE(Eventually([&] { return CapturedUrls() > 5; }));
  const auto told = [&](size_t at) { return nlohmann::json::parse(Taken().at(at).body); };
  site_.Signal(9);
  site_.Wait();
  ASSERT_TRUE(Eventually([&] { return !Taken().empty(); }));
  EXPECT_EQ(told(0)["type"], "site.silent");
  EXPECT_EQ(told(0)["data"]["state"], "unreachable");
  EXPECT_EQ(told(0)["data"]["place_code"], "360925");
  KillSignboard(9);
  // It is back first: a host whose robots.txt does not answer rests for ten minutes.
  StartSite();
  const std::string site = "http://127.0.0.1:" + std::to_string(site_port_) + "/robots.txt";
  ASSERT_TRUE(Eventually([&] { return RunProgram({"curl", "-s", site}).exit_code == 0; }));
  StartSignboard();
  WaitUntilUp();
  ASSERT_TRUE(Eventually([&] { return Taken().size() >= 2; }))
      << Run({"explain", std::string(kSite) + "/"}).out << Run({"versions", kSite, "--all"}).out;
  EXPECT_EQ(told(1)["type"], "site.recovered") << "and not the first thing again";
  EXPECT_EQ(told(1)["data"]["state"], "ok");
  EXPECT_EQ(RunJson({"alert", "deliveries", id})["deliveries"].size(), Taken().size());
}

TEST_F(AlertsTest, ANamedPageThatChangesVanishesAndComesBackIsToldOnceEach) {
  KillSignboard(15);
  more_settings_ = "[alerts]\nsites_every = \"100ms\"\n";
  StartSignboard();
  WaitUntilUp();
  const std::string path = "/zjja/lsyg.html";
  const std::string url = kSite + path;
  EXPECT_EQ(Run({"alert", "add", Target(), "--type", "page"}).exit_code, 2) << "of which page?";
  const std::string id = RunJson({"alert", "add", Target(), "--type", "page", "--url", url})["id"];
  ASSERT_EQ(Run({"seeds", "add", kSite, "--code", "360925"}).exit_code, 0);
  ASSERT_TRUE(Eventually([&] { return Versions(url, true) > 1; }));
  const std::string words = ReadWholeFile(SiteFile(path));
  std::string edited = words;
  const size_t end = edited.find("</p>");
  ASSERT_NE(end, std::string::npos);
  edited.insert(end, "The page was edited.");
  const auto told = [&](size_t at) {
    EXPECT_TRUE(Eventually([&] { return Taken().size() > at; })) << Run({"versions", url}).out;
    return Taken().size() > at ? nlohmann::json::parse(Taken()[at].body) : nlohmann::json();
  };
  WriteWholeFile(SiteFile(path), edited);
  const auto changed = told(0);
  EXPECT_EQ(changed["type"], "page.changed");
  EXPECT_EQ(changed["data"]["url"], url);
  EXPECT_EQ(changed["data"]["changes"], 1);
  EXPECT_EQ(Http(changed["data"]["before"]["replay"]).out, words);
  EXPECT_EQ(Http(changed["data"]["after"]["replay"]).out, edited);
  std::filesystem::remove(SiteFile(path));
  const auto gone = told(1);
  EXPECT_EQ(gone["type"], "page.gone");
  EXPECT_EQ(gone["data"]["state"], "gone");
  EXPECT_EQ(gone["data"]["before"], changed["data"]["after"]);
  KillSignboard(9);
  WriteWholeFile(SiteFile(path), edited);
  StartSignboard();
  WaitUntilUp();
  const auto back = told(2);
  EXPECT_EQ(back["type"], "page.changed") << "and not the first thing again";
  EXPECT_EQ(back["data"]["came_back"], true);
  EXPECT_EQ(RunJson({"alert", "deliveries", id})["deliveries"].size(), Taken().size());
}

TEST_F(AlertsTest, CoverageSaysWhatIsWatchedAndSeen) {
  ASSERT_EQ(Run({"seeds", "add", kSite, "--code", "360925"}).exit_code, 0);
  ASSERT_EQ(Run({"seeds", "add", "http://nowhere.invalid:81/", "--code", "360926"}).exit_code, 0);
  ASSERT_TRUE(Eventually([&] {
    const auto found = RunJson({"coverage", "--province", "江西", "--level", "county"});
    return found["coverage"][0]["covered"] == 1 && found["coverage"][0]["blind"] == 1;
  }));
  const std::string table = Run({"coverage", "--province", "江西"}).out;
  EXPECT_THAT(table, HasSubstr("default=content"));
  const std::string csv = Run({"coverage", "--csv"}).out;
  EXPECT_THAT(csv, HasSubstr("360925,靖安县,county,江西省,covered,1,"));
  EXPECT_THAT(csv, HasSubstr("360926,铜鼓县,county,江西省,blind,1,"));
  EXPECT_EQ(Run({"coverage", "--level", "village"}).exit_code, 2);
  EXPECT_THAT(Http("/sites?lang=en").out, HasSubstr("jingan-gov.example"));
}

}  // namespace
}  // namespace signboard::testing
