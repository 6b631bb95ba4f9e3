#include "crawler/fetch/classify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crawler/fetch/header_values.h"

namespace signboard::fetch {
namespace {

using ::testing::HasSubstr;
using net::HttpKind;
using net::HttpResult;

constexpr UnixTime kNow = FromMillis(1'700'000'000'000);  // Tue, 14 Nov 2023 22:13:20 GMT

HttpResult Answer(int status, net::HeaderList headers = {}) {
  HttpResult result;
  result.kind = HttpKind::kOk;
  result.status = status;
  result.headers = std::move(headers);
  return result;
}

Verdict Judge(const HttpResult& result, bool conditional = false) {
  return Classify(result, result.body, "http://a.cn/dir/page?x", conditional, kNow);
}

TEST(ClassifyTest, EveryStatusHasItsOutcome) {
  struct Row {
    int status;
    v1::Outcome outcome;
    v1::Reason reason;
  };
  const std::vector<Row> rows = {
      {200, v1::OUTCOME_CONTENT, v1::REASON_UNSPECIFIED},
      {203, v1::OUTCOME_CONTENT, v1::REASON_UNSPECIFIED},
      {204, v1::OUTCOME_CONTENT, v1::REASON_UNSPECIFIED},
      {206, v1::OUTCOME_ERROR, v1::REASON_PROTOCOL},
      {300, v1::OUTCOME_ERROR, v1::REASON_PROTOCOL},
      {301, v1::OUTCOME_ERROR, v1::REASON_PROTOCOL},  // No Location.
      {304, v1::OUTCOME_ERROR, v1::REASON_PROTOCOL},  // Not conditional.
      {400, v1::OUTCOME_ERROR, v1::REASON_HTTP_4XX},
      {401, v1::OUTCOME_REFUSED, v1::REASON_HTTP_4XX},
      {403, v1::OUTCOME_REFUSED, v1::REASON_HTTP_4XX},
      {404, v1::OUTCOME_GONE, v1::REASON_UNSPECIFIED},
      {405, v1::OUTCOME_ERROR, v1::REASON_HTTP_4XX},
      {407, v1::OUTCOME_REFUSED, v1::REASON_HTTP_4XX},
      {410, v1::OUTCOME_GONE, v1::REASON_UNSPECIFIED},
      {412, v1::OUTCOME_BLOCKED, v1::REASON_BLOCKED},
      {429, v1::OUTCOME_REFUSED, v1::REASON_HTTP_4XX},
      {451, v1::OUTCOME_REFUSED, v1::REASON_HTTP_4XX},
      {500, v1::OUTCOME_ERROR, v1::REASON_HTTP_5XX},
      {503, v1::OUTCOME_ERROR, v1::REASON_HTTP_5XX},
      {521, v1::OUTCOME_BLOCKED, v1::REASON_BLOCKED},
      {522, v1::OUTCOME_ERROR, v1::REASON_HTTP_5XX},
      {600, v1::OUTCOME_ERROR, v1::REASON_PROTOCOL},
      {999, v1::OUTCOME_ERROR, v1::REASON_PROTOCOL},
  };
  for (const Row& row : rows) {
    const Verdict verdict = Judge(Answer(row.status));
    EXPECT_EQ(verdict.outcome, row.outcome) << row.status << " " << verdict.detail;
    EXPECT_EQ(verdict.reason, row.reason) << row.status << " " << verdict.detail;
  }
}

TEST(ClassifyTest, EveryFailureHasItsOutcome) {
  struct Row {
    HttpKind kind;
    v1::Outcome outcome;
    v1::Reason reason;
  };
  const std::vector<Row> rows = {
      {HttpKind::kDns, v1::OUTCOME_UNREACHABLE, v1::REASON_DNS},
      {HttpKind::kConnect, v1::OUTCOME_UNREACHABLE, v1::REASON_TCP},
      {HttpKind::kTls, v1::OUTCOME_UNREACHABLE, v1::REASON_TLS},
      {HttpKind::kTimeout, v1::OUTCOME_ERROR, v1::REASON_TIMEOUT},
      {HttpKind::kProtocol, v1::OUTCOME_ERROR, v1::REASON_PROTOCOL},
      {HttpKind::kHeadersTooLarge, v1::OUTCOME_ERROR, v1::REASON_TOO_LARGE},
      {HttpKind::kCutShort, v1::OUTCOME_ERROR, v1::REASON_TRUNCATED},
      {HttpKind::kGuardRefused, v1::OUTCOME_REFUSED, v1::REASON_ADDRESS_GUARD},
      {HttpKind::kBadUrl, v1::OUTCOME_ERROR, v1::REASON_BAD_URL},
      {HttpKind::kCancelled, v1::OUTCOME_ERROR, v1::REASON_UNSPECIFIED},
  };
  for (const Row& row : rows) {
    HttpResult result;
    result.kind = row.kind;
    result.detail = "what happened";
    const Verdict verdict = Judge(result);
    EXPECT_EQ(verdict.outcome, row.outcome) << net::KindName(row.kind);
    EXPECT_EQ(verdict.reason, row.reason) << net::KindName(row.kind);
    EXPECT_FALSE(verdict.detail.empty());
  }
}

TEST(ClassifyTest, NotModifiedIsUnchangedWhereValidatorsWereSent) {
  EXPECT_EQ(Judge(Answer(304), true).outcome, v1::OUTCOME_UNCHANGED);
}

TEST(ClassifyTest, ABodyCutAtOurLimitIsContentThatSaysSo) {
  HttpResult result = Answer(200);
  result.body_truncated = true;
  result.truncation = "length";
  EXPECT_EQ(Judge(result).outcome, v1::OUTCOME_CONTENT);
  EXPECT_EQ(Judge(result).reason, v1::REASON_TOO_LARGE);
}

TEST(ClassifyTest, AHeaderThatSaysAllNeedsNoWholeBody) {
  HttpResult result = Answer(302, {{"Location", "/b"}});
  result.kind = HttpKind::kCutShort;
  EXPECT_EQ(Judge(result).outcome, v1::OUTCOME_REDIRECT);
  result.status = 404;
  EXPECT_EQ(Judge(result).outcome, v1::OUTCOME_GONE);
  result.status = 200;
  EXPECT_EQ(Judge(result).outcome, v1::OUTCOME_ERROR);
}

TEST(ClassifyTest, RedirectsNameTheirTargetWhole) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"/b", "http://a.cn/b"},
      {"b#frag", "http://a.cn/dir/b"},
      {"?y", "http://a.cn/dir/page?y"},
      {"//B.cn:80/../c", "http://b.cn/c"},
      {"https://b.cn", "https://b.cn/"},
      {"/中文", "http://a.cn/%E4%B8%AD%E6%96%87"},
      {" /b\t", "http://a.cn/b"}};
  for (const auto& [location, target] : rows) {
    for (const int status : {301, 302, 303, 307, 308}) {
      const Verdict verdict = Judge(Answer(status, {{"location", location}}));
      EXPECT_EQ(verdict.outcome, v1::OUTCOME_REDIRECT) << location;
      EXPECT_EQ(verdict.redirect_to, target) << location;
    }
  }
}

TEST(ClassifyTest, RedirectsThatLeadNowhereAreNoRedirects) {
  EXPECT_EQ(Judge(Answer(301, {{"Location", ""}})).reason, v1::REASON_PROTOCOL);
  EXPECT_EQ(Judge(Answer(301, {{"Location", "http://["}})).reason, v1::REASON_PROTOCOL);
  EXPECT_EQ(Judge(Answer(301, {{"Location", "javascript:alert(1)"}})).reason,
            v1::REASON_OUT_OF_SCOPE);
  EXPECT_EQ(Judge(Answer(301, {{"Location", "file:///etc/passwd"}})).outcome, v1::OUTCOME_REFUSED);
  EXPECT_EQ(Judge(Answer(301, {{"Location", "/" + std::string(3'000, 'x')}})).reason,
            v1::REASON_BAD_URL);
}

TEST(ClassifyTest, RetryAfterIsHeardWhereItMeansUs) {
  const net::HeaderList asked = {{"Retry-After", "120"}};
  EXPECT_EQ(Judge(Answer(429, asked)).retry_after, Millis(120'000));
  EXPECT_EQ(Judge(Answer(503, asked)).retry_after, Millis(120'000));
  EXPECT_EQ(Judge(Answer(412, asked)).retry_after, Millis(120'000));
  EXPECT_EQ(Judge(Answer(200, asked)).retry_after, std::nullopt);
  EXPECT_EQ(Judge(Answer(429)).retry_after, std::nullopt);
}

TEST(ClassifyTest, RetryAfterIsSecondsOrADate) {
  EXPECT_EQ(ParseRetryAfter("0", kNow), Millis(0));
  EXPECT_EQ(ParseRetryAfter(" 5 ", kNow), Millis(5'000));
  EXPECT_EQ(ParseRetryAfter("99999999999999999999999", kNow), kRetryAfterMax);
  EXPECT_EQ(ParseRetryAfter("Tue, 14 Nov 2023 22:14:20 GMT", kNow), Millis(60'000));
  EXPECT_EQ(ParseRetryAfter("Tue, 14 Nov 2022 22:14:20 GMT", kNow), Millis(0));
  EXPECT_EQ(ParseRetryAfter("Tue, 14 Nov 2033 22:14:20 GMT", kNow), kRetryAfterMax);
  for (const char* bad : {"", "-5", "5s", "soon", "1e3"}) {
    EXPECT_EQ(ParseRetryAfter(bad, kNow), std::nullopt) << bad;
  }
}

TEST(ClassifyTest, WhatTheServerSaysCannotDriveATerminal) {
  HttpResult result = Answer(500);
  result.reason_phrase = "oops \x1b[31m";
  EXPECT_EQ(Judge(result).detail.find('\x1b'), std::string::npos);
  EXPECT_THAT(Judge(result).detail, HasSubstr("500 oops"));
}

TEST(ClassifyTest, AValidatorIsKeptOnlyIfItCanBeSentBack) {
  EXPECT_EQ(ValidatorOf("W/\"5c3 1a\"", kEtagBytesMax), "W/\"5c3 1a\"");
  EXPECT_EQ(ValidatorOf(std::string(kEtagBytesMax, 'e'), kEtagBytesMax).size(), kEtagBytesMax);
  for (const std::string& bad :
       {std::string(kEtagBytesMax + 1, 'e'), std::string("\"\xff\xfe\""), std::string("\"a\tb\""),
        std::string("\"a\0b\"", 5), std::string("\"a\x7f\""), std::string("\"\xe4\xb8\xad\"")}) {
    EXPECT_EQ(ValidatorOf(bad, kEtagBytesMax), "") << bad;
  }
}

}  // namespace
}  // namespace signboard::fetch
