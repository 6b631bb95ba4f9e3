#include "proto/base/key_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "proto/base/digest.h"
#include "proto/base/surt.h"

namespace signboard::base {
namespace {

using ::testing::HasSubstr;

constexpr UnixTime kInstant = FromMillis(1'763'435'045'678);

SnapshotKey Key(std::string surt, UnixTime time = kInstant, std::string disc = "disc") {
  return {7, std::move(surt), time, std::move(disc)};
}

TEST(KeyCodecTest, ByteOrderIsNumericOrder) {
  const std::vector<uint64_t> numbers = {
      0, 1, 0x7F, 0x80, 0xFF, 0x100, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000,
      0xFFFFFFFF, 0x100000000, std::numeric_limits<uint64_t>::max()};
  std::vector<std::string> keys;
  for (const uint64_t n : numbers) {
    AppendU64(&keys.emplace_back(), n);
    KeyReader reader(keys.back());
    EXPECT_EQ(reader.U64().value(), n);
    EXPECT_TRUE(reader.End().ok());
  }
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
}

TEST(KeyCodecTest, ReaderTakesPartsInOrder) {
  std::string key;
  AppendU16(&key, 0x0102);
  AppendU32(&key, 0xA0B0C0D0);
  ASSERT_TRUE(AppendZeroEnded(&key, "cn,a)/").ok());
  AppendTime(&key, kInstant);
  key += "rest";
  KeyReader reader(key);
  EXPECT_EQ(reader.U16().value(), 0x0102);
  EXPECT_EQ(reader.U32().value(), 0xA0B0C0D0);
  EXPECT_EQ(reader.ZeroEnded().value(), "cn,a)/");
  EXPECT_EQ(reader.Time().value(), kInstant);
  EXPECT_EQ(reader.Bytes(2).value(), "re");
  EXPECT_EQ(reader.rest(), "st");
  EXPECT_EQ(reader.End().code(), StatusCode::kDataLoss);
}

TEST(KeyCodecTest, ShortKeysAreDataLossAndReadNothing) {
  const std::string key = "abc";
  KeyReader reader(key);
  EXPECT_EQ(reader.U64().status().code(), StatusCode::kDataLoss);
  EXPECT_EQ(reader.U32().status().code(), StatusCode::kDataLoss);
  EXPECT_EQ(reader.ZeroEnded().status().code(), StatusCode::kDataLoss);
  EXPECT_THAT(ToString(reader.Bytes(5).status()), HasSubstr("ends 2 bytes too early"));
  EXPECT_EQ(reader.rest(), "abc");
}

TEST(KeyCodecTest, ZeroByteInTextIsRefused) {
  std::string key;
  const Status status = AppendZeroEnded(&key, std::string_view("a\0b", 3));
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(key, "");
  EXPECT_EQ(EncodeSnapshotKey(Key(std::string("a\0b", 3))).status().code(),
            StatusCode::kInvalidArgument);
}

TEST(KeyCodecTest, SnapshotKeyHasItsGoldenBytes) {
  EXPECT_EQ(ToHex(EncodeSnapshotKey(Key("cn,a)/")).value()),
            "0007" "636e2c61292f" "00" "0000019a94eb632e" "64697363");
}

TEST(KeyCodecTest, SnapshotKeySurvivesWritingAndReading) {
  for (const char* surt : {"", "cn,a)/", "cn,gov,jingan)/col/1.html?a=1"}) {
    for (const int64_t ms : {int64_t{0}, int64_t{1}, ToMillis(kInstant)}) {
      const SnapshotKey key = Key(surt, FromMillis(ms), std::string("\0\xFF\x01\0", 4));
      EXPECT_EQ(ParseSnapshotKey(EncodeSnapshotKey(key).value()).value(), key);
    }
  }
}

TEST(KeyCodecTest, VersionsOfAUrlAreNeighboursOldestFirst) {
  std::vector<std::string> keys;
  for (const char* url : {"http://a.cn/", "http://a.cn/x", "http://a.cn/x?q", "http://b.a.cn/"})
    for (const int64_t ms : {int64_t{1}, int64_t{256}, ToMillis(kInstant)})
      keys.push_back(EncodeSnapshotKey(Key(Surt(url).value(), FromMillis(ms))).value());
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
  const std::string prefix = SnapshotKeyPrefix(7, Surt("http://a.cn/x").value()).value();
  const auto count = std::count_if(keys.begin(), keys.end(), [&](const std::string& key) {
    return key.starts_with(prefix);
  });
  EXPECT_EQ(count, 3) << "the prefix of /x is not a prefix of /x?q";
}

TEST(KeyCodecTest, ImpossibleSnapshotKeysAreRefused) {
  EXPECT_FALSE(EncodeSnapshotKey(Key("a", FromMillis(-1))).ok());
  EXPECT_FALSE(EncodeSnapshotKey(Key("a", FromMillis(253'402'300'800'000))).ok());
  EXPECT_FALSE(EncodeSnapshotKey(Key("a", kInstant, "disk!")).ok());
  const std::string good = EncodeSnapshotKey(Key("cn,a)/")).value();
  for (size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(ParseSnapshotKey(good.substr(0, size)).status().code(), StatusCode::kDataLoss);
  EXPECT_EQ(ParseSnapshotKey(good + "x").status().code(), StatusCode::kDataLoss);
  std::string late = good;
  late[9] = '\xFF';
  EXPECT_THAT(ToString(ParseSnapshotKey(late).status()), HasSubstr("after the year 9999"));
}

TEST(KeyCodecTest, DiscTellsCapturesApartAndIsGolden) {
  const std::string disc = SnapshotDisc("http://a.cn/", "GET", "node1", "c1");
  EXPECT_EQ(ToHex(disc), "f5d444e2");
  EXPECT_NE(disc, SnapshotDisc("https://a.cn/", "GET", "node1", "c1"));
  EXPECT_NE(disc, SnapshotDisc("http://a.cn/", "POST", "node1", "c1"));
  EXPECT_NE(disc, SnapshotDisc("http://a.cn/", "GET", "node2", "c1"));
  EXPECT_NE(disc, SnapshotDisc("http://a.cn/", "GET", "node1", "c2"));
  EXPECT_NE(SnapshotDisc("a", "bc", "", ""), SnapshotDisc("ab", "c", "", ""));
}

TEST(KeyCodecTest, SnapshotIdSurvivesWritingAndReading) {
  const SnapshotId id = {kInstant, "\x9f\x86\xd0\x81", "http://a.cn/x/y?z#f"};
  const std::string text = FormatSnapshotId(id);
  EXPECT_EQ(text, "20251118030405678-9f86d081/http://a.cn/x/y?z#f");
  EXPECT_EQ(ParseSnapshotId(text).value(), id);
  EXPECT_EQ(ParseSnapshotId("20251118030405678-9F86D081/http://a.cn/x/y?z#f").value(), id);
}

TEST(KeyCodecTest, MalformedSnapshotIdsAreNamed) {
  for (const std::string& bad : std::vector<std::string>{
           "", "20251118030405678", "20251118030405678-9f86d081", "20251118030405678-9f86d081/",
           "20251118030405678/9f86d081-http://a.cn/", "2025111803040567x-9f86d081/http://a.cn/",
           "20251318030405678-9f86d081/http://a.cn/", "20251118030405678-9f86d08x/http://a.cn/",
           "19691118030405678-9f86d081/http://a.cn/",
           std::string("20251118030405678-9f86d081/http://a.cn/\0x", 41),
           "20251118030405678-9f86d081/" + std::string(kSurtInputBytesMax + 1, 'x')}) {
    const StatusOr<SnapshotId> id = ParseSnapshotId(bad);
    ASSERT_FALSE(id.ok()) << bad;
    EXPECT_EQ(id.status().code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(ToString(id.status()), HasSubstr("snapshot id"));
  }
}

}  // namespace
}  // namespace signboard::base
