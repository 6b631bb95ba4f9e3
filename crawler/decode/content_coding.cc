#include "crawler/decode/content_coding.h"

#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "proto/base/text.h"

namespace signboard::decode {
namespace {

using State = Decoded::State;

constexpr size_t kChunkBytes = size_t{64} << 10;
constexpr int kZstdWindowLogMax = 23;  // RFC 9659: 8 MiB.
constexpr size_t kCodingNameBytesMax = 32;

// What one coding wrote so far, and how much it may.
class Output {
 public:
  explicit Output(size_t bytes_max) : bytes_max_(bytes_max) {}
  // False: that was too much; what fits was kept.
  bool Append(const unsigned char* bytes, size_t count) {
    const size_t fits = std::min(count, bytes_max_ - bytes_.size());
    bytes_.append(reinterpret_cast<const char*>(bytes), fits);
    return fits == count;
  }
  std::string Take() { return std::move(bytes_); }
  size_t size() const { return bytes_.size(); }

 private:
  const size_t bytes_max_;
  std::string bytes_;
};

struct Step {
  State state = State::kOk;
  std::string detail;
};

Step TooLarge(const Output& out) {
  return {State::kTooLarge, "more than " + std::to_string(out.size()) + " decoded bytes"};
}

const unsigned char* Unsigned(const char* p) { return reinterpret_cast<const unsigned char*>(p); }

// What each thread keeps, because most pages are small: setting it up would cost as much as they.
class Inflater {
 public:
  ~Inflater() {
    if (made_) inflateEnd(&z_);
  }
  // Ready for a stream from its start, or null.
  z_stream* Begin(int window_bits) {
    z_.next_in = nullptr;
    z_.avail_in = 0;
    made_ = made_ ? inflateReset2(&z_, window_bits) == Z_OK
                  : inflateInit2(&z_, window_bits) == Z_OK;
    return made_ ? &z_ : nullptr;
  }

 private:
  z_stream z_{};
  bool made_ = false;
};

unsigned char* ChunkBuffer() {
  thread_local const auto buffer = std::make_unique<unsigned char[]>(kChunkBytes);
  return buffer.get();
}

// One zlib stream from `*wire`, which moves past it. `window_bits` as inflateInit2 takes them.
Step InflateOne(std::string_view* wire, int window_bits, Output* out) {
  thread_local Inflater inflater;
  z_stream* const begun = inflater.Begin(window_bits);
  if (begun == nullptr) return {State::kMalformed, "zlib did not start"};
  z_stream& z = *begun;
  unsigned char* const buffer = ChunkBuffer();
  int code = Z_OK;
  Step step;
  while (code != Z_STREAM_END) {
    if (z.avail_in == 0) {
      const size_t take = std::min(wire->size(), size_t{1} << 20);
      z.next_in = const_cast<unsigned char*>(Unsigned(wire->data()));
      z.avail_in = static_cast<unsigned>(take);
      wire->remove_prefix(take);
    }
    z.next_out = buffer;
    z.avail_out = kChunkBytes;
    code = inflate(&z, Z_NO_FLUSH);
    if (!out->Append(buffer, kChunkBytes - z.avail_out)) return TooLarge(*out);
    if (code == Z_BUF_ERROR || (code == Z_OK && z.avail_in == 0 && wire->empty() &&
                                z.avail_out == kChunkBytes)) {
      return {State::kTruncated, "the stream ends before its end"};
    }
    if (code == Z_NEED_DICT) return {State::kMalformed, "the stream asks for a dictionary"};
    if (code != Z_OK && code != Z_STREAM_END)
      return {State::kMalformed, z.msg != nullptr ? z.msg : "broken stream"};
  }
  // What zlib did not read of its piece goes back.
  *wire = std::string_view(wire->data() - z.avail_in, wire->size() + z.avail_in);
  return step;
}

Step Gunzip(std::string_view wire, Output* out) {
  Step step;
  do {
    step = InflateOne(&wire, 15 + 16, out);
    if (step.state != State::kOk) return step;
    // Padding and junk after the last member are ignored, as gzip(1) and browsers do.
  } while (wire.size() >= 2 && wire[0] == '\x1f' && wire[1] == '\x8b');
  if (!wire.empty()) step.detail = std::to_string(wire.size()) + " bytes after the end ignored";
  return step;
}

bool HasZlibHeader(std::string_view wire) {
  if (wire.size() < 2) return false;
  const unsigned first = Unsigned(wire.data())[0];
  const unsigned second = Unsigned(wire.data())[1];
  return (first & 0x0F) == 8 && (first >> 4) <= 7 && (first * 256 + second) % 31 == 0;
}

Step Undeflate(std::string_view wire, Output* out) {
  if (HasZlibHeader(wire)) {
    std::string_view rest = wire;
    const Step step = InflateOne(&rest, 15, out);
    // A raw stream may begin like a zlib header by chance; it then breaks before it gives a byte.
    if (step.state != State::kMalformed || out->size() != 0) return step;
  }
  return InflateOne(&wire, -15, out);
}

Step Unbrotli(std::string_view wire, Output* out) {
  const std::unique_ptr<BrotliDecoderState, void (*)(BrotliDecoderState*)> state(
      BrotliDecoderCreateInstance(nullptr, nullptr, nullptr), BrotliDecoderDestroyInstance);
  if (state == nullptr) return {State::kMalformed, "brotli did not start"};
  const auto buffer = std::make_unique<unsigned char[]>(kChunkBytes);
  const unsigned char* in = Unsigned(wire.data());
  size_t in_left = wire.size();
  for (;;) {
    unsigned char* next = buffer.get();
    size_t room = kChunkBytes;
    const BrotliDecoderResult result =
        BrotliDecoderDecompressStream(state.get(), &in_left, &in, &room, &next, nullptr);
    if (!out->Append(buffer.get(), kChunkBytes - room)) return TooLarge(*out);
    switch (result) {
      case BROTLI_DECODER_RESULT_SUCCESS:
        if (in_left == 0) return {};
        return {State::kOk, std::to_string(in_left) + " bytes after the end ignored"};
      case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT:
        return {State::kTruncated, "the stream ends before its end"};
      case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT:
        break;
      case BROTLI_DECODER_RESULT_ERROR:
        return {State::kMalformed,
                BrotliDecoderErrorString(BrotliDecoderGetErrorCode(state.get()))};
    }
  }
}

Step Unzstd(std::string_view wire, Output* out) {
  const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(),
                                                                   ZSTD_freeDCtx);
  if (context == nullptr) return {State::kMalformed, "zstd did not start"};
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kZstdWindowLogMax);
  const auto buffer = std::make_unique<unsigned char[]>(kChunkBytes);
  ZSTD_inBuffer in{wire.data(), wire.size(), 0};
  size_t hint = 1;
  for (;;) {
    ZSTD_outBuffer piece{buffer.get(), kChunkBytes, 0};
    hint = ZSTD_decompressStream(context.get(), &piece, &in);
    if (ZSTD_isError(hint) != 0) return {State::kMalformed, ZSTD_getErrorName(hint)};
    if (!out->Append(buffer.get(), piece.pos)) return TooLarge(*out);
    if (in.pos == in.size && piece.pos < piece.size) break;
  }
  if (hint != 0) return {State::kTruncated, "the stream ends before its end"};
  return {};
}

std::vector<std::string> Codings(std::string_view header) {
  std::vector<std::string> codings;
  for (std::string_view piece : base::SplitAscii(header, ',')) {
    std::string name = base::ToLowerAscii(base::TrimAscii(piece));
    if (!name.empty() && name != "identity") codings.push_back(std::move(name));
  }
  return codings;
}

// How many bytes any layer may give: the smaller of the size limit and the ratio limit.
size_t Allowance(size_t wire_bytes, const DecodeLimits& limits) {
  const double by_ratio = limits.ratio_max * static_cast<double>(wire_bytes);
  const double allowed = std::max(by_ratio, static_cast<double>(limits.ratio_free_bytes));
  if (allowed >= static_cast<double>(limits.decoded_bytes_max)) return limits.decoded_bytes_max;
  return static_cast<size_t>(allowed);
}

using Undo = Step (*)(std::string_view, Output*);
Undo FindUndo(const std::string& coding) {
  if (coding == "gzip" || coding == "x-gzip") return Gunzip;
  if (coding == "deflate") return Undeflate;
  if (coding == "br") return Unbrotli;
  if (coding == "zstd") return Unzstd;
  return nullptr;
}

}  // namespace

bool IsIdentity(std::string_view content_encoding) { return Codings(content_encoding).empty(); }

Decoded DecodeContent(std::string_view wire, std::string_view content_encoding,
                      const DecodeLimits& limits) {
  Decoded result;
  const std::vector<std::string> codings = Codings(content_encoding);
  const size_t codings_max = static_cast<size_t>(std::max(limits.codings_max, 0));
  if (codings.size() > codings_max) {
    return {std::string(wire.substr(0, limits.decoded_bytes_max)), State::kUnsupported,
            std::to_string(codings.size()) + " content codings, at most " +
                std::to_string(codings_max)};
  }
  for (const std::string& coding : codings) {
    if (FindUndo(coding) != nullptr) continue;
    return {std::string(wire.substr(0, limits.decoded_bytes_max)), State::kUnsupported,
            "content coding \"" + base::EscapeTerminal(coding.substr(0, kCodingNameBytesMax)) +
                "\" is unknown"};
  }
  if (wire.empty()) return result;
  if (codings.empty()) {
    if (wire.size() > limits.decoded_bytes_max) {
      result.state = State::kTooLarge;
      result.detail = "more than " + std::to_string(limits.decoded_bytes_max) + " bytes";
    }
    result.bytes = std::string(wire.substr(0, limits.decoded_bytes_max));
    return result;
  }
  const size_t allowed = Allowance(wire.size(), limits);
  for (size_t i = codings.size(); i-- > 0;) {
    Output out(allowed);
    const Step step = FindUndo(codings[i])(i + 1 == codings.size() ? wire : result.bytes, &out);
    result.bytes = out.Take();
    if (!step.detail.empty()) {
      if (!result.detail.empty()) result.detail += "; ";
      result.detail += codings[i] + ": " + step.detail;
    }
    // A cut outer layer still gives the beginning of the inner one; the first cause is kept.
    if (result.state == State::kOk) result.state = step.state;
  }
  return result;
}

}  // namespace signboard::decode
