#include "proto/base/digest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signboard::base {
namespace {

using ::testing::HasSubstr;

// FIPS 180-4, the examples of NIST.
TEST(DigestTest, KnownVectors) {
  EXPECT_EQ(ToHex(Sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(ToHex(Sha1("")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(ToHex(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(ToHex(Sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(ToHex(Sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(Fingerprint64("abc"), 0xba7816bf8f01cfeaU);
}

// RFC 4231, test cases 1, 2 and 6.
TEST(DigestTest, Rfc4231Vectors) {
  EXPECT_EQ(ToHex(HmacSha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(ToHex(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(ToHex(HmacSha256(std::string(131, '\xaa'),
                             "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(DigestTest, PiecesGiveTheDigestOfTheWhole) {
  Hasher hasher(DigestKind::kSha256);
  for (int i = 0; i < 1000; ++i) hasher.Update(std::string(1000, 'a'));
  EXPECT_EQ(ToHex(hasher.Finish()),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  hasher.Update("abc");
  EXPECT_EQ(hasher.Finish(), Sha256("abc")) << "a finished hasher begins anew";
  Hasher moved = std::move(hasher);
  EXPECT_EQ(moved.Finish(), Sha256(""));
  Hasher sha1(DigestKind::kSha1);
  sha1.Update("a");
  sha1.Update("");
  sha1.Update("bc");
  EXPECT_EQ(sha1.Finish(), Sha1("abc"));
}

// RFC 4648 section 10.
TEST(DigestTest, Rfc4648Vectors) {
  const std::vector<std::tuple<std::string, std::string, std::string, std::string>> vectors = {
      {"", "", "", ""},
      {"f", "66", "MY======", "Zg=="},
      {"fo", "666f", "MZXQ====", "Zm8="},
      {"foo", "666f6f", "MZXW6===", "Zm9v"},
      {"foob", "666f6f62", "MZXW6YQ=", "Zm9vYg=="},
      {"fooba", "666f6f6261", "MZXW6YTB", "Zm9vYmE="},
      {"foobar", "666f6f626172", "MZXW6YTBOI======", "Zm9vYmFy"}};
  for (const auto& [bytes, hex, base32, base64] : vectors) {
    EXPECT_EQ(ToHex(bytes), hex);
    EXPECT_EQ(ToBase32(bytes), base32);
    EXPECT_EQ(ToBase64(bytes), base64);
    EXPECT_EQ(FromHex(hex).value(), bytes);
    EXPECT_EQ(FromBase32(base32).value(), bytes);
    EXPECT_EQ(FromBase64(base64).value(), bytes);
  }
}

TEST(DigestTest, SpellingsOfRandomBytesReadBack) {
  for (size_t size = 0; size < 100; ++size) {
    const std::string bytes = RandomBytes(size);
    ASSERT_EQ(bytes.size(), size);
    EXPECT_EQ(FromHex(ToHex(bytes)).value(), bytes);
    EXPECT_EQ(FromBase32(ToBase32(bytes)).value(), bytes);
    EXPECT_EQ(FromBase64(ToBase64(bytes)).value(), bytes);
  }
  EXPECT_NE(RandomBytes(16), RandomBytes(16));
}

TEST(DigestTest, ArchivesSpellBase32LooselyAndAreRead) {
  const std::string digest = Sha1("abc");
  EXPECT_EQ(ToBase32(digest), "VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5");
  EXPECT_EQ(FromBase32("vgmt4nsha2awvor6evyxqugcnsonbwe5").value(), digest);
  EXPECT_EQ(FromBase32("MZXQ").value(), "fo") << "padding left out";
}

TEST(DigestTest, DamagedSpellingsAreRefusedAtTheirPlace) {
  EXPECT_THAT(ToString(FromHex("0g").status()), HasSubstr("byte 1"));
  for (const char* bad : {"0", "0x", "zz", "é"}) EXPECT_FALSE(FromHex(bad).ok()) << bad;
  for (const char* bad : {"=", "====", "Zg", "Zg=", "Zh==", "Z===", "Zm9v\n", "Zm-v", "Zm9v=",
                          "Zg==Zg==", "Zm9vZ==="})
    EXPECT_FALSE(FromBase64(bad).ok()) << bad;
  for (const char* bad : {"M", "M=======", "MZ======", "M1======", "========", "MY=====A", "MZX"})
    EXPECT_FALSE(FromBase32(bad).ok()) << bad;
}

}  // namespace
}  // namespace signboard::base
