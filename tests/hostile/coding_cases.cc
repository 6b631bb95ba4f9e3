// Content codings: bombs, breaks and lies.
#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

#include "tests/hostile/hostile_case.h"

namespace signboard::testing {
namespace {

constexpr size_t kBombBytes = size_t{400} << 20;

// `window`: 31 gzip, 15 zlib, -15 raw deflate.
std::string Deflate(const std::string& bytes, int window) {
  std::string out(bytes.size() / 500 + bytes.size() % 500 + 1'000, '\0');
  z_stream z{};
  deflateInit2(&z, 1, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY);
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}
std::string Gzip(const std::string& bytes) { return Deflate(bytes, 31); }

std::string Brotli(const std::string& bytes) {
  size_t size = BrotliEncoderMaxCompressedSize(bytes.size());
  std::string out(size, '\0');
  BrotliEncoderCompress(3, 22, BROTLI_MODE_GENERIC, bytes.size(),
                        reinterpret_cast<const uint8_t*>(bytes.data()), &size,
                        reinterpret_cast<uint8_t*>(out.data()));
  out.resize(size);
  return out;
}

std::string Zstd(const std::string& bytes, int window_log = 0) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  if (window_log > 0) ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  out.resize(ZSTD_compress2(context, out.data(), out.size(), bytes.data(), bytes.size()));
  ZSTD_freeCCtx(context);
  return out;
}

Cases Bombs() {
  const std::string zeros(kBombBytes, ' ');
  const std::string gzip = Gzip(zeros);
  const std::string large = "content too_large";
  return {
      Heavy("bomb-gzip", Coded("gzip", gzip), large),
      Heavy("bomb-deflate", Coded("deflate", Deflate(zeros, 15)), large),
      Heavy("bomb-deflate-raw", Coded("deflate", Deflate(zeros, -15)), large),
      Heavy("bomb-br", Coded("br", Brotli(zeros)), large),
      Heavy("bomb-zstd", Coded("zstd", Zstd(zeros)), large),
      Heavy("bomb-gzip-in-gzip", Coded("gzip, gzip", Gzip(gzip)),
            large + "|content truncated"),
      Heavy("bomb-zstd-in-br", Coded("zstd, br", Brotli(Zstd(zeros))), large),
      Heavy("bomb-members", Coded("gzip", Times(Gzip(""), 200'000)), "content"),
      Heavy("bomb-text", FakeSite::Page("200 OK", {"Content-Type: text/plain",
                                                   "Content-Encoding: gzip"}, gzip), large),
  };
}

Cases Breaks() {
  const std::string page = "<html><p>" + Times("hello ", 200) + "</p></html>";
  const std::string gzip = Gzip(page);
  std::string wrong_sum = gzip;
  wrong_sum[wrong_sum.size() - 6] ^= 1;
  std::string broken = gzip;
  broken[20] ^= 0x55;
  const std::string any = "content encoding|content truncated|content";
  return {
      Of("gzip-cut", Coded("gzip", gzip.substr(0, 40)), any),
      Of("gzip-wrong-checksum", Coded("gzip", wrong_sum), any),
      Of("gzip-flipped-bit", Coded("gzip", broken), any),
      Of("gzip-garbage-behind", Coded("gzip", gzip + "garbage behind the end"), any),
      Of("gzip-that-is-none", Coded("gzip", page), any),
      Of("gzip-head-alone", Coded("gzip", gzip.substr(0, 10)), any),
      Of("gzip-of-nothing", Coded("gzip", ""), any),
      Of("gzip-name-endless", Coded("gzip", std::string("\x1f\x8b\x08\x08\0\0\0\0\0\0", 10) +
                                               Times("n", 500'000)), any),
      Of("br-garbage", Coded("br", Times("\xff\x00\x7f", 3'000)), any),
      Of("br-cut", Coded("br", Brotli(page).substr(0, 20)), any),
      Of("zstd-garbage", Coded("zstd", Times("\x28\xb5\x2f\xfd\xff", 1'000)), any),
      Of("zstd-window-128m", Coded("zstd", Zstd(Times(page, 10), 27)), any),
      Of("coding-unknown", Coded("shuffle", page), any),
      Of("coding-three-deep", Coded("gzip, gzip, gzip", Gzip(Gzip(gzip))), any),
      Of("coding-name-long", Coded(Times("gzip,", 5'000), gzip), any),
      Of("coding-empty-names", Coded(", ,,", page), any),
  };
}

}  // namespace

Cases CodingCases() {
  Cases all = Bombs();
  for (Case& one : Breaks()) all.push_back(std::move(one));
  return all;
}

}  // namespace signboard::testing
