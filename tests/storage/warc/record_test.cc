#include "storage/warc/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signboard::warc {
namespace {

TEST(WarcRecordTest, ReadsAHeaderWhateverItsVersion) {
  const auto header = ParseRecordHeader(
      "WARC/0.18\r\nwarc-type: Response\nWARC-Target-URI: <http://a.cn/>\r\n"
      "WARC-Record-ID: <urn:uuid:00112233-4455-6677-8899-aabbccddeeff>\r\n"
      "X-Long: one\r\n\ttwo\r\nContent-Length: 12\r\n\r\nblock");
  ASSERT_TRUE(header.ok()) << header.status();
  EXPECT_EQ(header->type(), "response");
  EXPECT_EQ(header->target_uri(), "http://a.cn/");
  EXPECT_EQ(header->id(), "urn:uuid:00112233-4455-6677-8899-aabbccddeeff");
  EXPECT_EQ(header->Field("x-long"), "one two");
  EXPECT_EQ(header->block_bytes, 12U);
}

TEST(WarcRecordTest, ReadsDatesAndRefusesWhatIsNone) {
  EXPECT_EQ(ToMillis(*ParseDate("2025-11-18T03:04:05Z")), 1763435045000);
  EXPECT_EQ(ToMillis(*ParseDate("2025-11-18T03:04:05.123456789Z")), 1763435045123);
  EXPECT_EQ(ToMillis(*ParseDate("20251118030405")), 1763435045000);
  for (const char* bad : {"", "yesterday", "2025-13-01T00:00:00Z", "2025-02-30T00:00:00Z",
                          "20251318030405", "2025-11-18T25:00:00Z", "\xff\xfe"})
    EXPECT_EQ(ParseDate(bad).status().code(), StatusCode::kInvalidArgument) << bad;
}

TEST(WarcRecordTest, NamesSixteenBytes) {
  const std::string bytes("\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff", 16);
  EXPECT_EQ(UuidUrn(bytes), "urn:uuid:00112233-4455-6677-8899-aabbccddeeff");
  EXPECT_EQ(BytesOfUuidUrn(UuidUrn(bytes)), bytes);
  EXPECT_EQ(BytesOfUuidUrn("URN:UUID:00112233-4455-6677-8899-AABBCCDDEEFF"), bytes);
  for (const char* bad : {"", "urn:uuid:", "urn:uuid:00112233", "urn:isbn:1",
                          "urn:uuid:0011223-34455-6677-8899-aabbccddeef--"})
    EXPECT_EQ(BytesOfUuidUrn(bad), std::nullopt) << bad;
}

TEST(WarcRecordTest, ReadsTheDigestsThatOthersWrite) {
  const std::string zeros(20, '\0');
  const std::string base32(32, 'A');
  for (const std::string& text : {"sha1:" + base32, "SHA-1:" + std::string(40, '0'),
                                  "sha1:" + std::string(32, 'a')}) {
    const auto digest = ParseDigest(text);
    ASSERT_TRUE(digest) << text;
    EXPECT_EQ(digest->bytes, zeros);
    EXPECT_FALSE(digest->is_sha256);
  }
  EXPECT_TRUE(ParseDigest("sha256:" + std::string(64, '0'))->is_sha256);
  for (const char* bad : {"", "sha1:", "md5:00", "sha1:zz", "sha256:AAAA"})
    EXPECT_EQ(ParseDigest(bad), std::nullopt) << bad;
}

TEST(WarcRecordTest, FieldsAreOneLineEach) {
  std::string text;
  AppendField(&text, "Via", "a\r\nWARC-Type: forged");
  EXPECT_EQ(text, "Via: a  WARC-Type: forged\r\n");
  const Fields fields = ParseWarcFields("via: http://a.cn/\r\nnonsense\nfetchTimeMs: 12\n");
  EXPECT_EQ(FindField(fields, "VIA"), "http://a.cn/");
  EXPECT_EQ(FindField(fields, "fetchtimems"), "12");
}

}  // namespace
}  // namespace signboard::warc
