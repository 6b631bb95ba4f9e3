#include "crawler/decode/wire_recipe.h"

#include <brotli/decode.h>
#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "proto/base/text.h"

namespace signboard::decode {
namespace {

using Method = Recipe::Method;

constexpr size_t kChunkBytes = size_t{32} << 10;
constexpr size_t kBrotliSearchBytesMax = size_t{2} << 20;
constexpr size_t kSlowBytesMax = size_t{256} << 10;  // brotli 10, 11, zstd 15, 19: about 1 MB/s.
constexpr size_t kGzipTrailerBytes = 8;  // CRC-32 and length; of zlib the Adler-32.
constexpr size_t kZlibTrailerBytes = 4;
constexpr int kZstdLevelMax = 19;
constexpr int kZstdChecksum = 1;
constexpr int kZstdContentSize = 2;

const unsigned char* Unsigned(const char* p) { return reinterpret_cast<const unsigned char*>(p); }

// Takes compressed bytes as they come; false ends the compression.
using Sink = std::function<bool(std::string_view)>;

// A compressor is a quarter of a megabyte to set up: each thread keeps the last one, and most pages
// are compressed with the same windows.
class Deflater {
 public:
  ~Deflater() { End(); }

  // Ready to compress by the recipe from the start, or null.
  z_stream* Begin(const Recipe& r) {
    const bool same = made_ && window_bits_ == r.window_bits && mem_level_ == r.mem_level &&
                      strategy_ == r.strategy && (level_ == 0) == (r.level == 0);
    if (!same || deflateReset(&z_) != Z_OK ||
        deflateParams(&z_, r.level, r.strategy) != Z_OK) {
      End();
      z_ = {};
      made_ = deflateInit2(&z_, r.level, Z_DEFLATED, -r.window_bits, r.mem_level, r.strategy) ==
              Z_OK;
    }
    window_bits_ = r.window_bits;
    mem_level_ = r.mem_level;
    strategy_ = r.strategy;
    level_ = r.level;
    return made_ ? &z_ : nullptr;
  }

 private:
  void End() {
    if (std::exchange(made_, false)) deflateEnd(&z_);
  }

  z_stream z_{};
  bool made_ = false;
  int window_bits_ = 0;
  int mem_level_ = 0;
  int strategy_ = 0;
  int level_ = 0;
};

bool Deflate(const Recipe& recipe, std::string_view decoded, const Sink& sink) {
  thread_local Deflater deflater;
  z_stream* const z = deflater.Begin(recipe);
  if (z == nullptr) return false;
  std::array<unsigned char, kChunkBytes> buffer;
  z->next_in = const_cast<unsigned char*>(Unsigned(decoded.data()));
  z->avail_in = static_cast<unsigned>(decoded.size());
  int code = Z_OK;
  while (code == Z_OK) {
    z->next_out = buffer.data();
    z->avail_out = static_cast<unsigned>(buffer.size());
    code = deflate(z, Z_FINISH);
    const size_t count = buffer.size() - z->avail_out;
    if (!sink({reinterpret_cast<const char*>(buffer.data()), count})) return false;
  }
  return code == Z_STREAM_END;
}

bool Brotli(const Recipe& recipe, std::string_view decoded, const Sink& sink) {
  const std::unique_ptr<BrotliEncoderState, void (*)(BrotliEncoderState*)> state(
      BrotliEncoderCreateInstance(nullptr, nullptr, nullptr), BrotliEncoderDestroyInstance);
  if (state == nullptr) return false;
  BrotliEncoderSetParameter(state.get(), BROTLI_PARAM_QUALITY,
                            static_cast<uint32_t>(recipe.level));
  BrotliEncoderSetParameter(state.get(), BROTLI_PARAM_LGWIN,
                            static_cast<uint32_t>(recipe.window_bits));
  size_t in_left = decoded.size();
  const unsigned char* in = Unsigned(decoded.data());
  do {
    size_t no_room = 0;
    if (BrotliEncoderCompressStream(state.get(), BROTLI_OPERATION_FINISH, &in_left, &in, &no_room,
                                    nullptr, nullptr) == BROTLI_FALSE) {
      return false;
    }
    while (BrotliEncoderHasMoreOutput(state.get()) == BROTLI_TRUE) {
      size_t count = 0;
      const uint8_t* bytes = BrotliEncoderTakeOutput(state.get(), &count);
      if (!sink({reinterpret_cast<const char*>(bytes), count})) return false;
    }
  } while (BrotliEncoderIsFinished(state.get()) == BROTLI_FALSE);
  return true;
}

bool Zstd(const Recipe& recipe, std::string_view decoded, const Sink& sink) {
  const std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(),
                                                                   ZSTD_freeCCtx);
  if (context == nullptr) return false;
  const bool sized = (recipe.strategy & kZstdContentSize) != 0;
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, recipe.level);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, recipe.strategy & kZstdChecksum);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_contentSizeFlag, sized ? 1 : 0);
  if (sized) ZSTD_CCtx_setPledgedSrcSize(context.get(), decoded.size());
  const auto buffer = std::make_unique<char[]>(kChunkBytes);
  ZSTD_inBuffer in{decoded.data(), decoded.size(), 0};
  // A stream of unknown size is told of its end only after its last byte, as a filter would.
  for (ZSTD_EndDirective step : {ZSTD_e_continue, ZSTD_e_end}) {
    if (sized && step == ZSTD_e_continue) continue;
    for (bool more = true; more;) {
      ZSTD_outBuffer out{buffer.get(), kChunkBytes, 0};
      const size_t left = ZSTD_compressStream2(context.get(), &out, &in, step);
      if (ZSTD_isError(left) != 0 || !sink({buffer.get(), out.pos})) return false;
      more = step == ZSTD_e_end ? left != 0 : in.pos != in.size;
    }
  }
  return true;
}

// A recipe comes back from disk: settings out of range could ask for a gigabyte of tables.
bool InRange(const Recipe& r) {
  switch (r.method) {
    case Method::kZlib: return r.level >= 0 && r.level <= 9;  // zlib checks the others.
    case Method::kBrotli:
      return r.level >= BROTLI_MIN_QUALITY && r.level <= BROTLI_MAX_QUALITY &&
             r.window_bits >= BROTLI_MIN_WINDOW_BITS && r.window_bits <= BROTLI_MAX_WINDOW_BITS;
    case Method::kZstd: return r.level >= 1 && r.level <= kZstdLevelMax;
    case Method::kIdentity:
    case Method::kStored: return false;
  }
  return false;
}

bool Compress(const Recipe& recipe, std::string_view decoded, const Sink& sink) {
  if (!InRange(recipe)) return false;
  switch (recipe.method) {
    case Method::kZlib: return Deflate(recipe, decoded, sink);
    case Method::kBrotli: return Brotli(recipe, decoded, sink);
    case Method::kZstd: return Zstd(recipe, decoded, sink);
    case Method::kIdentity:
    case Method::kStored: return false;
  }
  return false;
}

// True when compressing by `recipe` gives exactly `stream`; stops at the first wrong byte.
bool Gives(const Recipe& recipe, std::string_view decoded, std::string_view stream) {
  const bool done = Compress(recipe, decoded, [&stream](std::string_view piece) {
    if (!stream.starts_with(piece)) return false;
    stream.remove_prefix(piece.size());
    return true;
  });
  return done && stream.empty();
}

// RFC 1952 section 2.3: the header's length, or 0 when it is not one.
size_t GzipHeaderBytes(std::string_view wire) {
  const unsigned char* b = Unsigned(wire.data());
  if (wire.size() < 10 || b[0] != 0x1F || b[1] != 0x8B || b[2] != 8) return 0;
  const unsigned flags = b[3];
  size_t at = 10;
  if ((flags & 4U) != 0) {
    if (wire.size() < at + 2) return 0;
    at += 2U + b[at] + 256U * b[at + 1];
  }
  for (const unsigned flag : {8U, 16U}) {  // Name, comment: both end in a zero byte.
    if ((flags & flag) == 0) continue;
    if (at >= wire.size()) return 0;
    const size_t zero = wire.find('\0', at);
    if (zero == std::string_view::npos) return 0;
    at = zero + 1;
  }
  if ((flags & 2U) != 0) at += 2;
  return at <= wire.size() ? at : 0;
}

// The last four bytes of a gzip file, little-endian: how long the page is, modulo 2^32.
uint32_t LengthInTrailer(std::string_view wire) {
  uint32_t length = 0;
  for (size_t i = 1; i <= 4; ++i) length = length << 8U | Unsigned(wire.data())[wire.size() - i];
  return length;
}

// How many bytes of `raw` one deflate stream takes; 0 when it does not end within them or gives
// more than `decoded_bytes`.
size_t DeflateStreamBytes(std::string_view raw, size_t decoded_bytes) {
  z_stream z{};
  if (inflateInit2(&z, -15) != Z_OK) return 0;
  const std::unique_ptr<z_stream, int (*)(z_stream*)> closer(&z, inflateEnd);
  std::array<unsigned char, kChunkBytes> buffer;
  z.next_in = const_cast<unsigned char*>(Unsigned(raw.data()));
  z.avail_in = static_cast<unsigned>(raw.size());
  int code = Z_OK;
  while (code == Z_OK && z.total_out <= decoded_bytes) {
    z.next_out = buffer.data();
    z.avail_out = static_cast<unsigned>(buffer.size());
    code = inflate(&z, Z_NO_FLUSH);
  }
  return code == Z_STREAM_END && z.total_out == decoded_bytes ? z.total_in : 0;
}

// nginx shrinks window and memory for answers whose length it knows (ngx_http_gzip_filter_module).
std::pair<int, int> NginxSizes(size_t decoded_bytes) {
  int window_bits = 15;
  int mem_level = 8;
  while (window_bits > 8 && decoded_bytes < (size_t{1} << (window_bits - 1)) - 262) {
    --window_bits;
    if (--mem_level < 1) mem_level = 1;
  }
  return {std::max(window_bits, 9), mem_level};
}

std::vector<Recipe> ZlibCandidates(size_t decoded_bytes, int gzip_hint) {
  std::vector<Recipe> candidates;
  const auto add = [&](int level, int mem_level, int window_bits) {
    Recipe r;
    r.method = Method::kZlib;
    r.level = level;
    r.window_bits = window_bits;
    r.mem_level = mem_level;
    candidates.push_back(std::move(r));
  };
  // The XFL byte of zlib's own header tells the slowest and the fastest level.
  std::vector<int> levels = {6, 9, 1, 5, 4, 3, 2, 7, 8};
  if (gzip_hint == 2) levels = {9, 6, 8, 7};
  if (gzip_hint == 4) levels = {1, 6, 2, 3};
  const auto [nginx_window, nginx_mem] = NginxSizes(decoded_bytes);
  for (const int level : levels) {
    add(level, 8, 15);
    add(level, 9, 15);  // Apache's mod_deflate.
    if (nginx_window != 15) add(level, nginx_mem, nginx_window);
  }
  return candidates;
}

// The stream is `stream_bytes` behind `head_bytes` of the wire.
Recipe TryZlib(std::string_view wire, std::string_view decoded, size_t head_bytes,
               size_t stream_bytes, int gzip_hint) {
  if (wire.size() - stream_bytes > kRecipeFramingBytesMax) return {};
  const std::string_view stream = wire.substr(head_bytes, stream_bytes);
  for (Recipe& candidate : ZlibCandidates(decoded.size(), gzip_hint)) {
    if (!Gives(candidate, decoded, stream)) continue;
    candidate.head = std::string(wire.substr(0, head_bytes));
    candidate.tail = std::string(wire.substr(head_bytes + stream_bytes));
    return candidate;
  }
  return {};
}

Recipe FindZlib(std::string_view wire, std::string_view decoded, bool gzip) {
  Recipe stored;
  size_t head_bytes = 0;
  int hint = 0;
  if (gzip) {
    head_bytes = GzipHeaderBytes(wire);
    if (head_bytes == 0) return stored;
    hint = Unsigned(wire.data())[8];
  } else if (wire.size() > 2 && (wire[0] & 0x0F) == 8 &&
             (Unsigned(wire.data())[0] * 256U + Unsigned(wire.data())[1]) % 31 == 0) {
    head_bytes = 2;
  }
  // Nearly always the stream is all that stands between header and trailer. A candidate that gives
  // these bytes has proved it; only where none does the stream's true end is looked for.
  const size_t framing_bytes = head_bytes + (gzip ? kGzipTrailerBytes : kZlibTrailerBytes);
  const bool is_usual = head_bytes > 0 && wire.size() > framing_bytes &&
                        (!gzip || LengthInTrailer(wire) == uint32_t(decoded.size()));
  const size_t usual_bytes = is_usual ? wire.size() - framing_bytes : 0;
  if (usual_bytes > 0) {
    Recipe found = TryZlib(wire, decoded, head_bytes, usual_bytes, hint);
    if (found.method != Method::kStored) return found;
  }
  size_t stream_bytes = DeflateStreamBytes(wire.substr(head_bytes), decoded.size());
  if (stream_bytes == usual_bytes) return stored;
  if (stream_bytes == 0 && !gzip && head_bytes != 0) {
    head_bytes = 0;  // A raw stream that began like a zlib header.
    stream_bytes = DeflateStreamBytes(wire, decoded.size());
  }
  return stream_bytes == 0 ? stored : TryZlib(wire, decoded, head_bytes, stream_bytes, hint);
}

// RFC 7932 section 9.1: the window is in the first bits of the stream.
int BrotliWindowBits(std::string_view wire) {
  const unsigned bits = wire.empty() ? 0 : Unsigned(wire.data())[0];
  if ((bits & 1U) == 0) return 16;
  const unsigned next = (bits >> 1U) & 7U;
  if (next != 0) return static_cast<int>(17 + next);
  const unsigned last = (bits >> 4U) & 7U;
  if (last == 0) return 17;
  return last == 1 ? 0 : static_cast<int>(8 + last);
}

Recipe FindBrotli(std::string_view wire, std::string_view decoded) {
  Recipe r;
  r.window_bits = BrotliWindowBits(wire);
  if (decoded.size() > kBrotliSearchBytesMax || r.window_bits == 0) return Recipe{};
  r.method = Method::kBrotli;
  for (const int quality : {5, 4, 6, 11, 1, 9, 3, 2, 7, 8, 10, 0}) {
    if (quality >= 10 && decoded.size() > kSlowBytesMax) continue;
    r.level = quality;
    if (Gives(r, decoded, wire)) return r;
  }
  return Recipe{};
}

Recipe FindZstd(std::string_view wire, std::string_view decoded) {
  // RFC 8878 section 3.1.1.1: magic, then the frame header descriptor.
  if (wire.size() < 6 || !wire.starts_with("\x28\xB5\x2F\xFD")) return Recipe{};
  const unsigned descriptor = Unsigned(wire.data())[4];
  const bool sized = (descriptor & 0xC0U) != 0 || (descriptor & 0x20U) != 0;
  Recipe r;
  r.method = Method::kZstd;
  r.strategy = ((descriptor & 4U) != 0 ? kZstdChecksum : 0) | (sized ? kZstdContentSize : 0);
  for (const int level : {3, 1, 2, 4, 5, 6, 7, 8, 9, 11, 12, 10, 15, kZstdLevelMax}) {
    // Without a size the high levels take tables of a hundred megabytes for any page.
    if (level > 12 && (!sized || decoded.size() > kSlowBytesMax)) continue;
    r.level = level;
    if (Gives(r, decoded, wire)) return r;
  }
  return Recipe{};
}

}  // namespace

Recipe FindRecipe(std::string_view wire, std::string_view decoded,
                  std::string_view content_encoding) {
  Recipe r;
  if (wire == decoded) {
    r.method = Method::kIdentity;
    return r;
  }
  if (decoded.size() > kRecipeBytesMax || wire.size() > kRecipeBytesMax) return r;
  std::vector<std::string> codings;
  for (std::string_view piece : base::SplitAscii(content_encoding, ',')) {
    std::string name = base::ToLowerAscii(base::TrimAscii(piece));
    if (!name.empty() && name != "identity") codings.push_back(std::move(name));
  }
  if (codings.size() != 1) return r;
  if (codings[0] == "gzip" || codings[0] == "x-gzip") return FindZlib(wire, decoded, true);
  if (codings[0] == "deflate") return FindZlib(wire, decoded, false);
  if (codings[0] == "br") return FindBrotli(wire, decoded);
  if (codings[0] == "zstd") return FindZstd(wire, decoded);
  return r;
}

std::string RecipeLibrary(Method method) {
  switch (method) {
    case Method::kZlib: return std::string("zlib ") + zlibVersion();
    case Method::kBrotli: return "brotli " + std::to_string(BrotliEncoderVersion());
    case Method::kZstd: return std::string("zstd ") + ZSTD_versionString();
    case Method::kIdentity:
    case Method::kStored: break;
  }
  return {};
}

StatusOr<std::string> Recreate(const Recipe& recipe, std::string_view decoded) {
  if (recipe.method == Method::kIdentity) return std::string(decoded);
  if (recipe.method == Method::kStored)
    return base::FailedPrecondition("the wire bytes are stored, there is no recipe for them");
  if (decoded.size() > kRecipeBytesMax)
    return base::InvalidArgument("a recipe for a page of " + std::to_string(decoded.size()) +
                                 " bytes, at most " + std::to_string(kRecipeBytesMax));
  std::string wire = recipe.head;
  const bool done = Compress(recipe, decoded, [&wire](std::string_view piece) {
    wire.append(piece);
    return true;
  });
  if (!done) {
    return base::InvalidArgument("recipe with level " + std::to_string(recipe.level) +
                                 ", window " + std::to_string(recipe.window_bits) +
                                 ": the compressor refuses it");
  }
  wire += recipe.tail;
  return wire;
}

}  // namespace signboard::decode
