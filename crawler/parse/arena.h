// Memory and time for one parse: hands out blocks until a budget is gone, then leaves the parser.
//
// gumbo cannot be told to stop and does not check for null, so the arena leaves it by longjmp.
// gumbo is C: nothing on the skipped frames has a destructor, and all that it allocated goes with
// the arena. Freed blocks are reused by size class, because gumbo's buffers grow by doubling and a
// bump allocator alone would need several times the memory.
//
// Threads:  One parse at a time.
// Time:     A steady clock, looked at every 256 allocations; only to give up.
#pragma once

#include <array>
#include <chrono>
#include <csetjmp>
#include <cstddef>
#include <memory>
#include <vector>

namespace signboard::parse {

class Arena {
 public:
  enum class End { kNone, kMemory, kTime };

  Arena(size_t bytes_max, std::chrono::steady_clock::time_point deadline);
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Where to land when the budget is gone: setjmp(arena.landing()) before the first Allocate.
  std::jmp_buf& landing() { return landing_; }
  // Why the arena left the parser; kNone while it has not.
  End end() const { return end_; }

  // Never null. 8-byte aligned. Does not return when the budget is gone.
  void* Allocate(size_t bytes);
  void Free(void* block);

 private:
  static constexpr size_t kClasses = 64;
  [[noreturn]] void Leave(End why);
  std::byte* Take(size_t bytes);

  const size_t bytes_max_;
  const std::chrono::steady_clock::time_point deadline_;
  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::byte* next_ = nullptr;
  size_t left_bytes_ = 0;
  size_t used_bytes_ = 0;
  unsigned allocation_count_ = 0;
  std::array<void*, kClasses> free_{};
  End end_ = End::kNone;
  std::jmp_buf landing_;
};

}  // namespace signboard::parse
