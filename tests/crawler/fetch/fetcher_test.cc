#include "crawler/fetch/fetcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <memory>

#include "crawler/decode/content_coding.h"
#include "tests/support/await.h"
#include "tests/support/fake_site.h"

namespace signboard::fetch {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using testing::FakeSite;

std::string Gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

class FetcherTest : public ::testing::Test {
 protected:
  void SetUp() override {
    net::HttpClientOptions options;
    options.guard = net::AddressGuard::Make({"127.0.0.1/32"}).value();
    client_ = std::make_unique<net::HttpClient>(io_, std::move(options));
    FetcherOptions own;
    own.user_agent = "Signboard/0.1 (+https://example.org/bot)";
    own.decode = [](std::string_view wire, std::string_view coding, size_t bytes_max) {
      decode::DecodeLimits limits;
      limits.decoded_bytes_max = bytes_max;
      return decode::DecodeContent(wire, coding, limits).bytes;
    };
    fetcher_ = std::make_unique<Fetcher>(client_.get(), &clock_, std::move(own));
  }
  FetchOutcome Fetch(FetchRequest request) {
    return testing::Await(io_, fetcher_->Fetch(std::move(request)));
  }
  FetchOutcome Fetch(const std::string& path) {
    FetchRequest request;
    request.url = site_.Url(path);
    return Fetch(std::move(request));
  }

  boost::asio::io_context io_{1};
  base::ManualClock clock_{FromMillis(1'700'000'000'000)};
  FakeSite site_;
  std::unique_ptr<net::HttpClient> client_;
  std::unique_ptr<Fetcher> fetcher_;
};

TEST_F(FetcherTest, AsksPolitelyAndForNothingItCannotRead) {
  site_.Serve("/a", FakeSite::Page("200 OK", {}, ""));
  Fetch("/a#part");
  const std::string head = site_.Requests().at(0);
  EXPECT_THAT(head, StartsWith("GET /a HTTP/1.1\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nUser-Agent: Signboard/0.1 (+https://example.org/bot)\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("If-")));
  EXPECT_THAT(head, Not(HasSubstr("Cookie")));
}

TEST_F(FetcherTest, SendsValidatorsAndUnderstandsNotModified) {
  site_.Serve("/a", {testing::Send("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n")});
  FetchRequest request;
  request.url = site_.Url("/a");
  request.etag = "\"x\"";
  request.last_modified = "Tue, 14 Nov 2023 22:13:20 GMT";
  EXPECT_EQ(Fetch(request).outcome, v1::OUTCOME_UNCHANGED);
  EXPECT_THAT(site_.Requests().at(0), HasSubstr("\r\nIf-None-Match: \"x\"\r\n"));
  EXPECT_THAT(site_.Requests().at(0),
              HasSubstr("\r\nIf-Modified-Since: Tue, 14 Nov 2023 22:13:20 GMT\r\n"));
}

TEST_F(FetcherTest, GivesTheWireBodyAndItsHeaders) {
  const std::string wire = Gzip("<p>你好</p>");
  site_.Serve("/a", FakeSite::Page("200 OK",
                                   {"Content-Type: text/html; charset=utf-8",
                                    "Content-Encoding: gzip"},
                                   wire));
  const FetchOutcome fetched = Fetch("/a");
  EXPECT_EQ(fetched.outcome, v1::OUTCOME_CONTENT) << fetched.detail;
  EXPECT_EQ(fetched.http.body, wire);
  EXPECT_EQ(fetched.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(fetched.content_encoding, "gzip");
  EXPECT_EQ(fetcher_->DecodedStart(fetched, 100), "<p>你好</p>");
  EXPECT_GT(fetched.first_byte_at, clock_.Now());
}

TEST_F(FetcherTest, SplitContentEncodingsAreJoined) {
  site_.Serve("/a",
              FakeSite::Page("200 OK", {"Content-Encoding: br", "content-encoding: gzip"}, ""));
  EXPECT_EQ(Fetch("/a").content_encoding, "br, gzip");
}

TEST_F(FetcherTest, ARedirectIsAnOutcomeAndNotFollowed) {
  site_.Serve("/a", FakeSite::Page("302 Found", {"Location: http://169.254.169.254/"}, ""));
  const FetchOutcome fetched = Fetch("/a");
  EXPECT_EQ(fetched.outcome, v1::OUTCOME_REDIRECT);
  EXPECT_EQ(fetched.redirect_to, "http://169.254.169.254/");
  EXPECT_EQ(site_.RequestCount(), 1u);
  FetchRequest target;
  target.url = fetched.redirect_to;
  EXPECT_EQ(Fetch(target).reason, v1::REASON_ADDRESS_GUARD);
}

TEST_F(FetcherTest, AChallengeIsSeenThroughItsCompression) {
  site_.Serve("/a", FakeSite::Page("200 OK", {"Content-Encoding: gzip"},
                                   Gzip("<script>$_ts=window['$_ts']</script>")));
  const FetchOutcome fetched = Fetch("/a");
  EXPECT_EQ(fetched.outcome, v1::OUTCOME_BLOCKED);
  EXPECT_THAT(fetched.detail, StartsWith("ruishu: "));
}

TEST_F(FetcherTest, ABodyCutShortIsAnErrorThatKeepsWhatCame) {
  site_.Serve("/a", {testing::Send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf"),
                     testing::Close()});
  const FetchOutcome fetched = Fetch("/a");
  EXPECT_EQ(fetched.outcome, v1::OUTCOME_ERROR);
  EXPECT_EQ(fetched.reason, v1::REASON_TRUNCATED);
  EXPECT_EQ(fetched.http.body, "half");
  EXPECT_EQ(fetched.http.truncation, "disconnect");
}

TEST_F(FetcherTest, TheDeadlineShortensTheTime) {
  site_.Serve("/a", {testing::Hang()});
  FetchRequest request;
  request.url = site_.Url("/a");
  request.deadline = Millis(150);
  EXPECT_EQ(Fetch(request).reason, v1::REASON_TIMEOUT);
}

TEST_F(FetcherTest, ABodyOverTheCallersLimitIsCut) {
  site_.Serve("/a", FakeSite::Page("200 OK", {}, std::string(1'000, 'x')));
  FetchRequest request;
  request.url = site_.Url("/a");
  request.body_bytes_max = 10;
  const FetchOutcome fetched = Fetch(request);
  EXPECT_EQ(fetched.outcome, v1::OUTCOME_CONTENT);
  EXPECT_EQ(fetched.reason, v1::REASON_TOO_LARGE);
  EXPECT_EQ(fetched.http.body.size(), 10u);
}

TEST_F(FetcherTest, ValidatorsThatWouldBreakTheRequestAreNotSent) {
  FetchRequest request;
  request.url = site_.Url("/a");
  request.etag = "\"x\"\r\nHost: evil";
  EXPECT_EQ(Fetch(request).outcome, v1::OUTCOME_ERROR);
  EXPECT_EQ(site_.RequestCount(), 0u);
}

}  // namespace
}  // namespace signboard::fetch
