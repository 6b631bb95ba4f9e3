#include "storage/warc/inflater.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <utility>

namespace signboard::warc {
namespace {

constexpr int kGzipOnly = 16;
constexpr int kZstdWindowLogMax = 23;  // 8 MiB, as RFC 9659 asks.

class GzipInflater final : public Inflater {
 public:
  GzipInflater() { good_ = inflateInit2(&stream_, MAX_WBITS + kGzipOnly) == Z_OK; }
  ~GzipInflater() override { inflateEnd(&stream_); }

  StatusOr<Step> Inflate(std::string_view input, char* output, size_t count) override {
    if (!good_) return base::ResourceExhausted("no memory for zlib");
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream_.avail_in = static_cast<uInt>(input.size());
    stream_.next_out = reinterpret_cast<Bytef*>(output);
    stream_.avail_out = static_cast<uInt>(count);
    const int result = inflate(&stream_, Z_NO_FLUSH);
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
      return base::DataLoss(std::string("its gzip member is damaged: ") +
                            (stream_.msg != nullptr ? stream_.msg : "no such stream"));
    }
    return Step{input.size() - stream_.avail_in, count - stream_.avail_out,
                result == Z_STREAM_END};
  }
  void Reset() override { inflateReset(&stream_); }

 private:
  z_stream stream_ = {};
  bool good_ = false;
};

struct FreeContext {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

class ZstdInflater final : public Inflater {
 public:
  explicit ZstdInflater(ZstdDictionary dictionary)
      : dictionary_(std::move(dictionary)), context_(ZSTD_createDCtx()) {
    if (context_ == nullptr) return;
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kZstdWindowLogMax);
    ZSTD_DCtx_refDDict(context_.get(), dictionary_.get());
  }

  StatusOr<Step> Inflate(std::string_view input, char* output, size_t count) override {
    if (context_ == nullptr) return base::ResourceExhausted("no memory for zstd");
    ZSTD_inBuffer in = {input.data(), input.size(), 0};
    ZSTD_outBuffer out = {output, count, 0};
    const size_t left = ZSTD_decompressStream(context_.get(), &out, &in);
    if (ZSTD_isError(left) != 0)
      return base::DataLoss(std::string("its zstd frame is damaged: ") + ZSTD_getErrorName(left));
    return Step{in.pos, out.pos, left == 0};
  }
  void Reset() override { ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only); }

 private:
  const ZstdDictionary dictionary_;
  const std::unique_ptr<ZSTD_DCtx, FreeContext> context_;
};

}  // namespace

std::unique_ptr<Inflater> MakeGzipInflater() { return std::make_unique<GzipInflater>(); }

ZstdDictionary MakeZstdDictionary(std::string_view bytes) {
  return {ZSTD_createDDict(bytes.data(), bytes.size()),
          [](const ZSTD_DDict* made) { ZSTD_freeDDict(const_cast<ZSTD_DDict*>(made)); }};
}

std::unique_ptr<Inflater> MakeZstdInflater(ZstdDictionary dictionary) {
  return std::make_unique<ZstdInflater>(std::move(dictionary));
}

StatusOr<std::string> UnpackZstd(std::string_view frame, size_t bytes_max) {
  ZstdInflater inflater(nullptr);
  std::string bytes;
  while (true) {
    const size_t at = bytes.size();
    const size_t piece = std::min(bytes_max + 1 - at, size_t{64} << 10);
    bytes.resize(at + piece);
    ASSIGN_OR_RETURN(const Inflater::Step step,
                     inflater.Inflate(frame, bytes.data() + at, piece));
    bytes.resize(at + step.given);
    frame.remove_prefix(step.taken);
    if (bytes.size() > bytes_max) return base::DataLoss("a zstd frame is too large");
    if (step.ended) return bytes;
    if (step.given == 0 && step.taken == 0) return base::DataLoss("a zstd frame ends early");
  }
}

}  // namespace signboard::warc
