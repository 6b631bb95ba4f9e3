#include "storage/archive/packing.h"

#include <zstd.h>

#include <memory>
#include <utility>
#include <vector>

#include "proto/base/digest.h"
#include "proto/base/mutex.h"
#include "storage/archive/check_capture.h"

namespace signboard::archive {
namespace {

constexpr int kLevel = 3;  // What RocksDB compresses blobs with.
constexpr size_t kPackedBytesMin = 64;
constexpr std::string_view kMagic = "\x28\xB5\x2F\xFD";  // RFC 8878 section 3.1.1

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
using Context = std::unique_ptr<ZSTD_CCtx, FreeContext>;

// Compressors that are not in use. The last one that was is given first: of the threads that wait
// for disks few compress at once, and its tables are still near the processor.
class Contexts {
 public:
  Context Take() {
    {
      const base::MutexLock lock(mutex_);
      if (!idle_.empty()) {
        Context context = std::move(idle_.back());
        idle_.pop_back();
        return context;
      }
    }
    return Context(ZSTD_createCCtx());
  }
  void GiveBack(Context context) {
    const base::MutexLock lock(mutex_);
    if (idle_.size() < kIdleMax) idle_.push_back(std::move(context));
  }

 private:
  static constexpr size_t kIdleMax = 8;
  base::Mutex mutex_;
  std::vector<Context> idle_ GUARDED_BY(mutex_);
};

std::optional<std::string> Decompress(std::string_view frame) {
  if (!frame.starts_with(kMagic)) return std::nullopt;
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > kBodyBytesMax)
    return std::nullopt;
  std::string bytes(static_cast<size_t>(size), '\0');
  const size_t done = ZSTD_decompress(bytes.data(), bytes.size(), frame.data(), frame.size());
  return ZSTD_isError(done) == 0 && done == bytes.size() ? std::optional(std::move(bytes))
                                                         : std::nullopt;
}

}  // namespace

std::string Pack(std::string bytes) {
  static auto* const contexts = new Contexts();
  if (bytes.size() < kPackedBytesMin) return bytes;
  Context context = contexts->Take();
  if (context == nullptr) return bytes;
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  const size_t size = ZSTD_compressCCtx(context.get(), packed.data(), packed.size(), bytes.data(),
                                        bytes.size(), kLevel);
  contexts->GiveBack(std::move(context));
  if (ZSTD_isError(size) != 0 || size >= bytes.size()) return bytes;
  packed.resize(size);
  packed.shrink_to_fit();
  return packed;
}

std::optional<std::string> Unpack(std::string kept, std::string_view sha256) {
  // A body may itself be a zstd frame, kept as it is.
  if (auto bytes = Decompress(kept); bytes && base::Sha256(*bytes) == sha256) return bytes;
  if (base::Sha256(kept) == sha256) return kept;
  return std::nullopt;
}

}  // namespace signboard::archive
