#include "storage/index/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/base/digest.h"
#include "storage/index/urls.h"

namespace signboard::index {
namespace {

CaptureRecord Full() {
  CaptureRecord record;
  record.outcome = v1::OUTCOME_CONTENT;
  record.http_status = 200;
  record.url_hash = 0x0102030405060708;
  record.has_body = true;
  record.truncated = true;
  record.sha1 = std::string(20, 'a');
  record.sha256_head = std::string(8, 'b');
  record.fingerprint = std::string(8, 'c');
  record.body_bytes = 12'345;
  record.mime = "text/html";
  return record;
}

// DO NOT CHANGE the expected bytes: they are on disks.
TEST(CaptureRecordTest, BytesOfSchemaOne) {
  EXPECT_EQ(base::ToHex(Encode(Full())),
            "350100c80102030405060708"
            "6161616161616161616161616161616161616161"
            "6262626262626262"
            "6363636363636363"
            "0000000000003039"
            "746578742f68746d6c");
  CaptureRecord bare;
  bare.outcome = v1::OUTCOME_UNREACHABLE;
  bare.simulated = true;
  EXPECT_EQ(base::ToHex(Encode(bare)), "0807000000000000000000000000000000000000");
}

TEST(CaptureRecordTest, WhatIsEncodedIsDecoded) {
  const CaptureRecord record = Full();
  const CaptureRecord back = DecodeCaptureRecord(Encode(record)).value();
  EXPECT_EQ(Encode(back), Encode(record));
  EXPECT_EQ(back.mime, "text/html");
  EXPECT_EQ(back.http_status, 200);
  EXPECT_TRUE(back.has_body);
  EXPECT_FALSE(back.revisit);
  EXPECT_TRUE(back.SameBytes(record));
}

TEST(CaptureRecordTest, BytesOfSchemaFour) {
  CaptureRecord observed = Full();
  observed.outcome = v1::OUTCOME_GONE;
  observed.has_body = false;
  observed.observed = true;
  EXPECT_EQ(base::ToHex(Encode(observed)).substr(0, 4), "b404");
  EXPECT_TRUE(DecodeCaptureRecord(Encode(observed)).value().observed);
}

TEST(CaptureRecordTest, DamagedBytesAreDataLoss) {
  const std::string whole = Encode(Full());
  for (size_t length = 0; length < whole.size() - 9; ++length) {
    EXPECT_EQ(DecodeCaptureRecord(whole.substr(0, length)).status().code(), StatusCode::kDataLoss)
        << length;
  }
  std::string wrong = whole;
  for (const char flags : {'\x80', '\x91'}) {
    wrong[0] = flags;
    EXPECT_EQ(DecodeCaptureRecord(wrong).status().code(), StatusCode::kDataLoss);
  }
  wrong = whole;
  wrong[1] = '\x63';
  EXPECT_EQ(DecodeCaptureRecord(wrong).status().code(), StatusCode::kDataLoss);
}

TEST(UrlRecordTest, BytesOfSchemaOne) {
  UrlRecord record;
  record.count = 3;
  record.first = FromMillis(1);
  record.last = FromMillis(258);
  record.last_outcome = v1::OUTCOME_GONE;
  record.title_time = FromMillis(2);
  record.title = "ab";
  const std::string bytes = Encode(record);
  EXPECT_EQ(base::ToHex(bytes),
            "000000000000000300000000000000010000000000000102"
            "0400000000000000026162");
  EXPECT_EQ(DecodeUrlRecord(bytes).value(), record);
  record.has_findings = true;
  EXPECT_EQ(base::ToHex(Encode(record)).substr(48, 2), "84");
  EXPECT_EQ(DecodeUrlRecord(Encode(record)).value(), record);
  EXPECT_EQ(DecodeUrlRecord(bytes.substr(0, 20)).status().code(), StatusCode::kDataLoss);
}

TEST(UrlRecordTest, CapturesCountInAnyOrderOfTime) {
  const CountedCapture early{FromMillis(10), v1::OUTCOME_CONTENT, "early", false};
  const CountedCapture middle{FromMillis(20), v1::OUTCOME_CONTENT, "middle", false};
  const CountedCapture late{FromMillis(30), v1::OUTCOME_GONE, "", false};
  UrlRecord forward;
  for (const CountedCapture& capture : {early, middle, late}) Count(capture, &forward);
  UrlRecord backward;
  for (const CountedCapture& capture : {late, middle, early}) Count(capture, &backward);
  EXPECT_EQ(forward, backward);
  EXPECT_EQ(forward.count, 3u);
  EXPECT_EQ(forward.title, "middle");
  EXPECT_EQ(forward.last_outcome, v1::OUTCOME_GONE);
  EXPECT_EQ(forward.first, FromMillis(10));
  EXPECT_EQ(forward.last, FromMillis(30));
}

TEST(UrlRecordTest, TitleIsCutBetweenCharacters) {
  std::string title;
  for (size_t i = 0; i < kTitleCharsMax + 50; ++i) title += "静";
  UrlRecord record;
  Count({FromMillis(1), v1::OUTCOME_CONTENT, title, false}, &record);
  EXPECT_EQ(record.title, title.substr(0, 3 * kTitleCharsMax));
}

TEST(MimeEssenceTest, ParametersAndLetterCaseAreDropped) {
  EXPECT_EQ(MimeEssence("Text/HTML; charset=GBK"), "text/html");
  EXPECT_EQ(MimeEssence(" image/png "), "image/png");
  EXPECT_EQ(MimeEssence(""), "");
  EXPECT_EQ(MimeEssence(std::string(1'000, 'a')).size(), kMimeBytesMax);
}

}  // namespace
}  // namespace signboard::index
