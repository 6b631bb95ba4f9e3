// pywb, the replay of other archives, with what we keep behind it: its collections ask our CDX
// server or our TimeGate for captures and our /web/ for their bytes. What it gives out is what the
// site sent, byte for byte, whatever its coding, its status, and however often it came unchanged.
#include <brotli/encode.h>

#include <map>

#include "tests/paths.h"
#include "tests/storage/gateway/gateway_fixture.h"
#include "tests/support/process.h"

namespace signboard::gateway {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using testing::Finished;

const std::string kPywb = std::string(SIGNBOARD_SOURCE_DIR) + "/build/pip/bin/wayback";
const std::string kHost = "http://www.jingan.gov.cn";

std::string Brotli(const std::string& text) {
  size_t size = BrotliEncoderMaxCompressedSize(text.size());
  std::string out(size, '\0');
  BrotliEncoderCompress(5, 22, BROTLI_MODE_TEXT, text.size(),
                        reinterpret_cast<const uint8_t*>(text.data()), &size,
                        reinterpret_cast<uint8_t*>(out.data()));
  out.resize(size);
  return out;
}

// What a site sent, as it came over the wire.
struct Sent {
  std::string at;  // 14 digits.
  int status = 200;
  v1::Outcome outcome = v1::OUTCOME_CONTENT;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string wire = {};
  std::string decoded = {};  // Empty: no coding.
};

class PywbTest : public GatewayTest {
 protected:
  void SetUp() override {
    if (testing::RunProgram({kPywb, "--help"}).exit_code != 0)
      GTEST_SKIP() << "SKIPPED: pywb is not installed: deploy/install-deps.sh";
    GatewayTest::SetUp();
    FillArchive();
    StartPywb();
  }
  void TearDown() override {
    if (server_) GatewayTest::TearDown();
  }

  void Put(const std::string& path, Sent answer) {
    archive::Capture capture;
    v1::Snapshot& snapshot = *capture.header.mutable_snapshot();
    snapshot.set_url(kHost + path);
    snapshot.set_capture_id(base::RandomBytes(16));
    snapshot.set_captured_ms(ToMillis(base::ParseTimeRange(answer.at).value().first));
    snapshot.set_method("GET");
    snapshot.set_outcome(answer.outcome);
    snapshot.set_http_status(answer.status);
    for (const auto& [name, value] : answer.headers) {
      snapshot.add_response_headers()->set_name(name);
      snapshot.mutable_response_headers(snapshot.response_headers_size() - 1)->set_value(value);
      if (name == "Content-Type") snapshot.set_content_type(value);
    }
    if (answer.outcome != v1::OUTCOME_UNCHANGED) {
      if (answer.decoded.empty()) answer.decoded = answer.wire;
      snapshot.set_body_sha256(base::Sha256(answer.decoded));
      snapshot.set_body_bytes(answer.decoded.size());
      if (answer.wire != answer.decoded) {
        snapshot.mutable_recipe()->set_method(v1::WireRecipe::STORED);
        snapshot.set_wire_sha256(base::Sha256(answer.wire));
        snapshot.set_wire_bytes(answer.wire.size());
        capture.wire = answer.wire;
      }
      capture.decoded = answer.decoded;
    }
    const auto stored = archive_->Store(std::move(capture));
    ASSERT_TRUE(stored.ok()) << stored.status();
    pages_[path] = std::move(answer);
  }

  void FillArchive() {
    const std::string text = "<html><body><p>" + std::string(20'000, 'a') + "静安</p></body>";
    const std::pair<std::string, std::string> html = {"Content-Type", "text/html"};
    Put("/plain.html", {.at = "20251118030401", .headers = {html}, .wire = "<p>静安县</p>"});
    Put("/gzip.html", {.at = "20251118030402", .headers = {html, {"Content-Encoding", "gzip"}},
                       .wire = Gzip(text), .decoded = text});
    Put("/br.html", {.at = "20251118030403", .headers = {html, {"Content-Encoding", "br"}},
                     .wire = Brotli(text), .decoded = text});
    Put("/image.png", {.at = "20251118030404", .headers = {{"Content-Type", "image/png"}},
                       .wire = std::string("\x89PNG\0\r\n\x1a", 8)});
    Put("/moved", {.at = "20251118030405", .status = 302, .outcome = v1::OUTCOME_REDIRECT,
                   .headers = {html, {"Location", "/plain.html"}}, .wire = "<p>over there</p>"});
    Put("/gone.html", {.at = "20251118030406", .status = 404, .outcome = v1::OUTCOME_GONE,
                       .headers = {html}, .wire = "<h1>404 没有</h1>"});
    Put("/long-gone", {.at = "20251118030407", .status = 410, .outcome = v1::OUTCOME_GONE,
                       .headers = {{"Content-Type", "text/plain"}, {"Content-Encoding", "gzip"}},
                       .wire = Gzip("gone for good"), .decoded = "gone for good"});
    const Sent first = {.at = "20251118030408", .headers = {html}, .wire = "<p>as ever</p>"};
    Put("/unchanged.html", first);
    Put("/unchanged.html", {.at = "20251119030408", .status = 304,
                            .outcome = v1::OUTCOME_UNCHANGED, .headers = {{"ETag", "\"1\""}}});
    // What the revisit is to be replayed as.
    pages_["/unchanged.html"].status = 200;
    pages_["/unchanged.html"].wire = first.wire;
    pages_["/unchanged.html"].headers = first.headers;
  }

  void StartPywb() {
    port_ = testing::FreePort();
    const std::string ours = "http://127.0.0.1:" + std::to_string(gateway_->port()) + "/web/";
    testing::WriteWholeFile(folder_ / "config.yaml",
                            "collections:\n  bycdx:\n    index: cdx+" + ours +
                                "cdx\n  bymemento:\n    index: memento+" + ours + "\n");
    pywb_ = testing::Process({"/usr/bin/env", "-C", folder_.path(), kPywb, "--bind", "127.0.0.1",
                              "--port", std::to_string(port_), "--threads", "2"},
                             folder_ / "pywb.log");
    bool up = false;
    for (int tries = 0; !up && tries < 600; ++tries) {
      up = OfPywb("/").exit_code == 0;
      if (!up) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    ASSERT_TRUE(up) << testing::ReadWholeFile(folder_ / "pywb.log");
  }

  Finished OfPywb(const std::string& path, std::vector<std::string> options = {}) const {
    // Who takes no coding is given the page without one.
    std::vector<std::string> command = {"curl", "-sS", "--max-time", "20", "-H",
                                        "Accept-Encoding: gzip, br"};
    command.insert(command.end(), options.begin(), options.end());
    command.push_back("http://127.0.0.1:" + std::to_string(port_) + path);
    return testing::RunProgram(command);
  }

  std::map<std::string, Sent> pages_;
  testing::TempDirectory folder_;
  int port_ = 0;
  testing::Process pywb_;
};

TEST_F(PywbTest, ReplaysTheBytesThatTheSiteSent) {
  for (const std::string collection : {"bycdx", "bymemento"}) {
    for (const auto& [path, page] : pages_) {
      const std::string at = "/" + collection + "/" + page.at + "id_/" + kHost + path;
      const Finished body = OfPywb(at);
      EXPECT_EQ(body.exit_code, 0) << at << body.err;
      const std::string head = OfPywb(at, {"-D", "-", "-o", "/dev/null"}).out;
      EXPECT_TRUE(body.out == page.wire) << at << "\n" << head << body.out.substr(0, 500);
      EXPECT_THAT(head, HasSubstr(" " + std::to_string(page.status) + " ")) << at;
      for (const auto& [name, value] : page.headers) {
        if (name == "Content-Encoding") {
          EXPECT_THAT(head, ContainsRegex("[Cc]ontent-[Ee]ncoding: " + value)) << at;
        } else if (name == "Location") {
          EXPECT_THAT(head, ContainsRegex("[Ll]ocation: [^\r]*/plain.html")) << at;
        }
      }
    }
  }
}

}  // namespace
}  // namespace signboard::gateway
