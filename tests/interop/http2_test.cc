// HTTP/2 as a real server speaks it: nginx with TLS, beside one that knows HTTP/1.1 only. The
// bounds are those of HTTP/1.1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/asio/co_spawn.hpp>
#include <cstdlib>
#include <memory>
#include <sstream>

#include "proto/net/http_client.h"
#include "tests/support/await.h"
#include "tests/system/site_under_watch.h"

namespace signboard::testing {
namespace {

namespace asio = boost::asio;
using ::testing::Each;
using ::testing::EndsWith;
using ::testing::SizeIs;
using ::testing::StartsWith;
using net::HttpKind;
using net::HttpResult;

constexpr char kHost[] = "www.h2.example";
constexpr size_t kLargeBytes = 4 << 20;

class Http2Test : public SiteUnderWatch {
 protected:
  void SetUp() override {
    h2_port_ = FreePort();
    h1_port_ = FreePort();
    grpc_port_ = FreePort();
    http_port_ = FreePort();
    WriteWholeFile(directory_ / "a.html", kPage);
    WriteWholeFile(directory_ / "large.txt", std::string(kLargeBytes, 'x'));
    const Finished made = RunProgram(
        {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "2", "-subj", "/CN=test", "-addext",
         std::string("subjectAltName=DNS:") + kHost, "-keyout", directory_ / "key.pem", "-out",
         directory_ / "cert.pem"});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    StartNginx();
    net::HttpClientOptions options;
    options.guard = net::AddressGuard::Make({"127.0.0.1/32"}).value();
    options.ca_file = directory_ / "cert.pem";
    const std::string host = kHost;
    options.connect_to =
        net::ConnectTo::ParseAll({host + ":443=127.0.0.1:" + std::to_string(h2_port_),
                                  host + ":8443=127.0.0.1:" + std::to_string(h1_port_)})
            .value();
    client_ = std::make_unique<net::HttpClient>(io_, std::move(options));
    const auto up = [&] { return Fetch("/a.html").kind == HttpKind::kOk; };
    ASSERT_TRUE(Eventually(up)) << ReadWholeFile(directory_ / "site.log");
  }

  void StartNginx() {
    const std::string d = directory_.path();
    std::string many;
    for (int i = 0; i < 300; ++i) many += " add_header X-" + std::to_string(i) + " v;\n";
    std::string server = "ssl_certificate " + d + "/cert.pem; ssl_certificate_key " + d +
                         "/key.pem; root " + d + ";\n location /slow/ { alias " + d +
                         "/; limit_rate 400; }\n location /many { " + many + " return 200 x; }\n" +
                         " location /long { add_header X-Long " + std::string(3'000, 'v') +
                         "; return 200 x; }\n location /moved { return 301 /a.html; }\n" +
                         " location /empty { return 204; }\n";
    const auto listen = [](int port, const char* how) {
      return " server { listen 127.0.0.1:" + std::to_string(port) + " ssl" + how + ";\n ";
    };
    WriteWholeFile(directory_ / "nginx.conf",
                   "daemon off; master_process off; pid " + d + "/nginx.pid;\nerror_log " + d +
                       "/error.log;\nevents {}\nhttp {\n include /etc/nginx/mime.types;\n"
                       " log_format how '$connection $server_protocol $uri';\n access_log " +
                       d + "/access.log how;\n client_body_temp_path " + d +
                       "/t1; proxy_temp_path " + d + "/t2; fastcgi_temp_path " + d +
                       "/t3; uwsgi_temp_path " + d + "/t4; scgi_temp_path " + d + "/t5;\n" +
                       listen(h2_port_, " http2") + server + "}\n" + listen(h1_port_, "") +
                       server + "}\n}\n");
    site_ = Process({"/usr/sbin/nginx", "-e", d + "/error.log", "-c", directory_ / "nginx.conf"},
                    directory_ / "site.log");
  }

  HttpResult Fetch(const std::string& path, net::HttpLimits limits = {}, int port = 443) {
    net::HttpRequest request;
    request.url = std::string("https://") + kHost + (port == 443 ? "" : ":8443") + path;
    request.limits = limits;
    auto work = client_->Fetch(std::move(request));
    return Await(io_, std::move(work));
  }
  // "connection protocol path" of each request so far about `path`.
  std::vector<std::string> Logged(const std::string& path) const {
    std::istringstream log(ReadWholeFile(directory_ / "access.log"));
    std::vector<std::string> found;
    for (std::string line; std::getline(log, line);)
      if (line.ends_with(" " + path)) found.push_back(line.substr(0, line.rfind(' ')));
    return found;
  }

  static constexpr char kPage[] = "<html><title>h2</title><p>a page of some kind</p></html>";
  asio::io_context io_{1};
  std::unique_ptr<net::HttpClient> client_;
  int h2_port_ = 0, h1_port_ = 0;
};

TEST_F(Http2Test, AnAnswerInFramesIsRecordedAsSuch) {
  const HttpResult result = Fetch("/a.html");
  ASSERT_EQ(result.kind, HttpKind::kOk) << result.detail;
  EXPECT_EQ(result.http_version, "HTTP/2");
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.reason_phrase, "");
  EXPECT_EQ(result.body, kPage);
  EXPECT_EQ(net::FindHeader(result.headers, "Content-Type"), "text/html");
  for (const auto& [name, value] : result.headers) EXPECT_FALSE(name.starts_with(":")) << name;
  EXPECT_THAT(result.request_headers, ::testing::Contains(::testing::Pair("Host", kHost)));
  ASSERT_TRUE(result.tls.has_value());
  EXPECT_TRUE(result.tls->verified) << result.tls->verify_error;
  EXPECT_THAT(Logged("/a.html"), Each(EndsWith("HTTP/2.0")));
  EXPECT_EQ(Fetch("/moved").status, 301);
  EXPECT_EQ(Fetch("/empty").status, 204);
  EXPECT_EQ(Fetch("/none").status, 404);
}

TEST_F(Http2Test, AServerWithoutItIsSpokenToInHttp11) {
  const HttpResult result = Fetch("/a.html", {}, 8443);
  ASSERT_EQ(result.kind, HttpKind::kOk) << result.detail;
  EXPECT_EQ(result.http_version, "HTTP/1.1");
  EXPECT_EQ(result.reason_phrase, "OK");
  EXPECT_EQ(result.body, kPage);
}

TEST_F(Http2Test, OneConnectionServesManyRequests) {
  for (int i = 0; i < 20; ++i) Fetch("/moved");
  const auto logged = Logged("/moved");
  ASSERT_THAT(logged, SizeIs(20));
  EXPECT_THAT(logged, Each(logged[0])) << "the same connection";
}

TEST_F(Http2Test, HeadersBeyondTheBoundsEndTheFetch) {
  EXPECT_EQ(Fetch("/many").kind, HttpKind::kHeadersTooLarge);
  EXPECT_EQ(Fetch("/long", {.header_bytes_max = 2'000}).kind, HttpKind::kHeadersTooLarge);
  EXPECT_EQ(Fetch("/long").status, 200);
}

TEST_F(Http2Test, ABodyBeyondItsBoundIsCutAndTheConnectionLives) {
  const HttpResult cut = Fetch("/large.txt", {.body_bytes_max = 100'000});
  EXPECT_EQ(cut.kind, HttpKind::kOk);
  EXPECT_EQ(cut.truncation, "length");
  EXPECT_EQ(cut.body.size(), 100'000u);
  EXPECT_EQ(Fetch("/large.txt").body.size(), kLargeBytes);
}

TEST_F(Http2Test, ASlowBodyEndsAtItsTime) {
  const HttpResult slow = Fetch("/slow/large.txt", {.total = Millis(1'000)});
  EXPECT_EQ(slow.kind, HttpKind::kTimeout) << slow.detail;
  EXPECT_EQ(slow.truncation, "time");
  const HttpResult drip = Fetch("/slow/large.txt", {.low_speed_bytes_per_s = 100'000,
                                                    .low_speed_window = Millis(500)});
  EXPECT_EQ(drip.kind, HttpKind::kTimeout) << drip.detail;
}

TEST_F(Http2Test, AServerThatDiesLeavesACutBody) {
  net::HttpRequest request;
  request.url = std::string("https://") + kHost + "/slow/large.txt";
  HttpResult result;
  bool ended = false;
  asio::co_spawn(io_, client_->Fetch(request), [&](std::exception_ptr, HttpResult r) {
    result = std::move(r);
    ended = true;
  });
  io_.restart();
  io_.run_for(std::chrono::milliseconds(500));
  ASSERT_FALSE(ended);
  site_.Signal(SIGKILL);
  while (!ended && io_.run_one() > 0) {
  }
  EXPECT_EQ(result.kind, HttpKind::kCutShort) << result.detail;
  EXPECT_EQ(result.truncation, "disconnect");
  EXPECT_EQ(result.status, 200);
}

TEST_F(Http2Test, TheArchiveKeepsAndShowsIt) {
  const std::string rule = "*:443=127.0.0.1:" + std::to_string(h2_port_);
  setenv("SIGNBOARD_CRAWLER_CONNECT_TO", rule.c_str(), 1);
  StartSignboard();
  unsetenv("SIGNBOARD_CRAWLER_CONNECT_TO");
  WaitUntilUp();
  const std::string url = std::string("https://") + kHost + "/a.html";
  ASSERT_EQ(Run({"seeds", "add", url}).exit_code, 0);
  ASSERT_TRUE(Eventually([&] { return Versions(url, true) >= 1; }));
  const Finished shown = Run({"lookup", url, "--headers"});
  EXPECT_THAT(shown.out, StartsWith("HTTP/2 200\n")) << shown.err;
  EXPECT_EQ(Run({"lookup", url}).out, kPage);
}

}  // namespace
}  // namespace signboard::testing
