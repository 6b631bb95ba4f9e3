#include "crawler/decode/content_coding.h"

#include <brotli/encode.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <string>

#include "tests/crawler/decode/fixture.h"

namespace signboard::decode {
namespace {

using State = Decoded::State;

// zlib's stream of `decoded` in the framing that `window_bits` asks for.
std::string Deflated(const std::string& decoded, int window_bits) {
  z_stream z{};
  EXPECT_EQ(deflateInit2(&z, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&z, decoded.size()) + 32, '\0');
  z.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(decoded.data()));
  z.avail_in = static_cast<unsigned>(decoded.size());
  z.next_out = reinterpret_cast<unsigned char*>(out.data());
  z.avail_out = static_cast<unsigned>(out.size());
  EXPECT_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

std::string Zstded(const std::string& decoded) {
  std::string out(ZSTD_compressBound(decoded.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), decoded.data(), decoded.size(), 3));
  return out;
}

std::string Brotlied(const std::string& decoded) {
  size_t bytes = BrotliEncoderMaxCompressedSize(decoded.size());
  std::string out(bytes, '\0');
  EXPECT_EQ(BrotliEncoderCompress(5, 22, BROTLI_MODE_GENERIC, decoded.size(),
                                  reinterpret_cast<const uint8_t*>(decoded.data()), &bytes,
                                  reinterpret_cast<uint8_t*>(out.data())),
            BROTLI_TRUE);
  out.resize(bytes);
  return out;
}

TEST(ContentCodingTest, EveryCodingGivesThePageThatWasSent) {
  const std::string page = Fixture("page.html");
  const std::pair<const char*, const char*> sent[] = {
      {"python.gz", "gzip"},       {"cli.gz", "x-gzip"},      {"apache_mem9.gz", "GZIP"},
      {"members.gz", "gzip"},      {"flushed.gz", " gzip "},  {"zlib.deflate", "deflate"},
      {"raw.deflate", "deflate"},  {"node_q11.br", "br"},     {"node_q5.br", "br"},
      {"cli_l3.zst", "zstd"},      {"pipe_l1.zst", "zstd"},   {"page.html", ""},
      {"page.html", "identity"},   {"page.html", ", ,"}};
  for (const auto& [file, coding] : sent) {
    const Decoded decoded = DecodeContent(Fixture(file), coding);
    EXPECT_EQ(decoded.state, State::kOk) << file << ": " << decoded.detail;
    EXPECT_EQ(decoded.bytes, page) << file;
  }
}

TEST(ContentCodingTest, TwoCodingsAreUndoneLastToFirst) {
  const std::string page = Fixture("page.html");
  const Decoded decoded = DecodeContent(Brotlied(Deflated(page, 31)), "gzip, br");
  EXPECT_EQ(decoded.state, State::kOk) << decoded.detail;
  EXPECT_EQ(decoded.bytes, page);
}

TEST(ContentCodingTest, MoreCodingsThanAllowedAndUnknownOnesLeaveTheWireBytes) {
  EXPECT_EQ(DecodeContent("abc", "gzip, gzip, gzip").state, State::kUnsupported);
  const Decoded unknown = DecodeContent("abc", "compress\x1b[31m");
  EXPECT_EQ(unknown.state, State::kUnsupported);
  EXPECT_EQ(unknown.bytes, "abc");
  EXPECT_EQ(unknown.detail.find('\x1b'), std::string::npos) << unknown.detail;
}

TEST(ContentCodingTest, AnEmptyBodyIsWholeUnderEveryCoding) {
  for (const char* coding : {"", "gzip", "deflate", "br", "zstd"}) {
    const Decoded decoded = DecodeContent("", coding);
    EXPECT_EQ(decoded.state, State::kOk) << coding;
    EXPECT_TRUE(decoded.bytes.empty());
  }
}

TEST(ContentCodingTest, ACutStreamGivesItsBeginningAndSaysSo) {
  const std::string page = Fixture("page.html");
  const std::pair<const char*, const char*> sent[] = {
      {"python.gz", "gzip"}, {"zlib.deflate", "deflate"}, {"raw.deflate", "deflate"},
      {"node_q5.br", "br"},  {"cli_l3.zst", "zstd"}};
  for (const auto& [file, coding] : sent) {
    const std::string wire = Fixture(file);
    const Decoded decoded = DecodeContent(wire.substr(0, wire.size() - 9), coding);
    EXPECT_EQ(decoded.state, State::kTruncated) << file;
    EXPECT_TRUE(page.starts_with(decoded.bytes)) << file;
    EXPECT_FALSE(decoded.detail.empty());
  }
}

TEST(ContentCodingTest, AFlippedByteIsMalformedNotACrash) {
  const std::pair<const char*, const char*> sent[] = {
      {"python.gz", "gzip"}, {"zlib.deflate", "deflate"}, {"node_q5.br", "br"},
      {"cli_l3.zst", "zstd"}};
  for (const auto& [file, coding] : sent) {
    std::string wire = Fixture(file);
    for (size_t at = 0; at < wire.size(); at += 97) {
      std::string broken = wire;
      broken[at] = static_cast<char>(broken[at] ^ 0x55);
      const Decoded decoded = DecodeContent(broken, coding);
      EXPECT_LE(decoded.bytes.size(), size_t{10} << 20);
    }
  }
  EXPECT_EQ(DecodeContent("<html>not gzip at all</html>", "gzip").state, State::kMalformed);
}

TEST(ContentCodingTest, BytesAfterTheEndAreIgnoredAndNamed) {
  const std::string page = Fixture("page.html");
  const Decoded decoded = DecodeContent(Fixture("python.gz") + std::string(512, '\0'), "gzip");
  EXPECT_EQ(decoded.state, State::kOk);
  EXPECT_EQ(decoded.bytes, page);
  EXPECT_NE(decoded.detail.find("512"), std::string::npos) << decoded.detail;
}

// Ten megabytes on the wire that promise many gigabytes: what comes out stays below the limit.
TEST(ContentCodingTest, BombsStopAtTheLimit) {
  const std::string zeros(size_t{100} << 20, '\0');
  const std::pair<std::string, const char*> pieces[] = {
      {Deflated(zeros, 31), "gzip"}, {Zstded(zeros), "zstd"}, {Brotlied(zeros), "br"}};
  for (const auto& [piece, coding] : pieces) {
    std::string bomb = piece;
    // gzip members and zstd frames add up; brotli has one stream, small for what it holds.
    while (std::string(coding) != "br" && bomb.size() < (size_t{10} << 20)) bomb += bomb;
    const Decoded decoded = DecodeContent(bomb, coding);
    EXPECT_EQ(decoded.state, State::kTooLarge) << coding;
    EXPECT_LE(decoded.bytes.size(), size_t{10} << 20);
    EXPECT_FALSE(decoded.detail.empty());
  }
  const Decoded nested = DecodeContent(Deflated(pieces[0].first, 31), "gzip, gzip");
  EXPECT_EQ(nested.state, State::kTooLarge);
}

TEST(ContentCodingTest, TheRatioCountsOnlyAfterTheFreeMegabyte) {
  const std::string small(size_t{900} << 10, 'a');
  EXPECT_EQ(DecodeContent(Deflated(small, 31), "gzip").bytes, small);
  const std::string large(size_t{2} << 20, 'a');
  const Decoded decoded = DecodeContent(Deflated(large, 31), "gzip");
  EXPECT_EQ(decoded.state, State::kTooLarge);
  EXPECT_EQ(decoded.bytes.size(), size_t{1} << 20);
}

TEST(ContentCodingTest, AnIdentityBodyOverTheLimitIsCut) {
  DecodeLimits limits;
  limits.decoded_bytes_max = 10;
  const Decoded decoded = DecodeContent("0123456789abc", "", limits);
  EXPECT_EQ(decoded.state, State::kTooLarge);
  EXPECT_EQ(decoded.bytes, "0123456789");
}

}  // namespace
}  // namespace signboard::decode
