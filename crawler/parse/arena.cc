#include "crawler/parse/arena.h"

#include <bit>
#include <new>

namespace signboard::parse {
namespace {

constexpr size_t kChunkBytes = size_t{256} << 10;
constexpr size_t kHeaderBytes = 8;  // Holds the size class.
constexpr size_t kStepBytes = 16;
constexpr size_t kFineClasses = 32;  // Up to 512 bytes by steps, then by doubling.

// Blocks of one class have one size: the smallest that holds `bytes` with the header.
size_t ClassOf(size_t bytes) {
  const size_t with_header = bytes + kHeaderBytes;
  if (with_header <= kFineClasses * kStepBytes) return (with_header - 1) / kStepBytes;
  return kFineClasses + static_cast<size_t>(std::bit_width(with_header - 1)) - 10;
}

size_t BytesOf(size_t size_class) {
  if (size_class < kFineClasses) return (size_class + 1) * kStepBytes;
  return size_t{1} << (size_class - kFineClasses + 10);
}

}  // namespace

Arena::Arena(size_t bytes_max, std::chrono::steady_clock::time_point deadline)
    : bytes_max_(bytes_max), deadline_(deadline) {}

void Arena::Leave(End why) {
  end_ = why;
  std::longjmp(landing_, 1);
}

std::byte* Arena::Take(size_t bytes) {
  if (bytes > left_bytes_) {
    const size_t chunk_bytes = bytes > kChunkBytes ? bytes : kChunkBytes;
    // new would throw through C frames; there is nothing to do but leave either way.
    std::unique_ptr<std::byte[]> chunk(new (std::nothrow) std::byte[chunk_bytes]);
    if (chunk == nullptr) Leave(End::kMemory);
    chunks_.push_back(std::move(chunk));
    next_ = chunks_.back().get();
    left_bytes_ = chunk_bytes;
  }
  std::byte* taken = next_;
  next_ += bytes;
  left_bytes_ -= bytes;
  return taken;
}

void* Arena::Allocate(size_t bytes) {
  if ((++allocation_count_ & 0xFFU) == 0 && std::chrono::steady_clock::now() > deadline_)
    Leave(End::kTime);
  if (bytes > bytes_max_) Leave(End::kMemory);
  const size_t size_class = ClassOf(bytes);
  if (size_class >= kClasses) Leave(End::kMemory);
  const size_t block_bytes = BytesOf(size_class);
  std::byte* block = static_cast<std::byte*>(free_[size_class]);
  if (block != nullptr) {
    free_[size_class] = *reinterpret_cast<void**>(block + kHeaderBytes);
  } else {
    if (used_bytes_ + block_bytes > bytes_max_) Leave(End::kMemory);
    used_bytes_ += block_bytes;
    block = Take(block_bytes);
    *reinterpret_cast<size_t*>(block) = size_class;
  }
  return block + kHeaderBytes;
}

void Arena::Free(void* block) {
  if (block == nullptr) return;
  const size_t size_class = *reinterpret_cast<size_t*>(static_cast<std::byte*>(block) -
                                                       kHeaderBytes);
  *static_cast<void**>(block) = free_[size_class];
  free_[size_class] = static_cast<std::byte*>(block) - kHeaderBytes;
}

}  // namespace signboard::parse
