// A bound that callers share: of bytes in memory, of calls at once. Nobody waits for it; who finds
// it spent is told so, and tries again later.
//
// Threads: safe from any. A Budget outlives what was taken from it.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "proto/base/mutex.h"

namespace signboard::archive {

class Budget {
 public:
  explicit Budget(uint64_t max) : max_(max) {}

  // A share of the budget, given back when it dies.
  class Taken {
   public:
    Taken(Budget* budget, uint64_t amount) : budget_(budget), amount_(amount) {}
    Taken(Taken&& other) noexcept
        : budget_(std::exchange(other.budget_, nullptr)), amount_(other.amount_) {}
    Taken& operator=(Taken&& other) noexcept {
      std::swap(budget_, other.budget_);
      std::swap(amount_, other.amount_);
      return *this;
    }
    ~Taken() {
      if (budget_ != nullptr) budget_->GiveBack(amount_);
    }

   private:
    Budget* budget_;
    uint64_t amount_;
  };

  // nullopt: not that much is left.
  std::optional<Taken> Take(uint64_t amount) {
    base::MutexLock lock(mutex_);
    if (amount > max_ - used_) return std::nullopt;
    used_ += amount;
    return std::optional<Taken>(std::in_place, this, amount);
  }

 private:
  void GiveBack(uint64_t amount) {
    base::MutexLock lock(mutex_);
    used_ -= amount;
  }

  const uint64_t max_;
  base::Mutex mutex_;
  uint64_t used_ GUARDED_BY(mutex_) = 0;
};

}  // namespace signboard::archive
