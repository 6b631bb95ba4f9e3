// FileClock: one simulated time for several processes, in a file of 8 bytes (milliseconds since
// 1970, this machine's byte order) that each of them maps. The demo moves it.
//
// Threads: safe from any.
// Errors:  Open: kNotFound, kInvalidArgument naming the file.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "proto/base/status.h"
#include "proto/base/time.h"

namespace signboard::cli {

class FileClock final : public Clock {
 public:
  // A new file that says `now`.
  static StatusOr<std::unique_ptr<FileClock>> Make(const std::string& file, UnixTime now);
  static StatusOr<std::unique_ptr<FileClock>> Open(const std::string& file);
  ~FileClock() override;
  FileClock(const FileClock&) = delete;
  FileClock& operator=(const FileClock&) = delete;

  UnixTime Now() const override { return FromMillis(now_->load()); }
  bool simulated() const override { return true; }
  void Set(UnixTime t) { now_->store(ToMillis(t)); }

 private:
  explicit FileClock(std::atomic<int64_t>* now) : now_(now) {}
  static_assert(std::atomic<int64_t>::is_always_lock_free);

  std::atomic<int64_t>* const now_;  // In the mapping.
};

}  // namespace signboard::cli
