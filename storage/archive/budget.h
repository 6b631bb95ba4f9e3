// A bound that callers share: of bytes in memory, of calls at once. Nobody waits for it; who finds
// it spent is told so, and tries again later.
//
// Threads: safe from any. What was taken may outlive the Budget: a call gives back when it is
//          freed, which is after it has ended.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "proto/base/mutex.h"

namespace signboard::archive {

class Budget {
  struct Pot {
    explicit Pot(uint64_t all) : max(all) {}
    const uint64_t max;
    base::Mutex mutex;
    uint64_t used GUARDED_BY(mutex) = 0;
  };

 public:
  explicit Budget(uint64_t max) : pot_(std::make_shared<Pot>(max)) {}

  // A share of the budget, given back when it dies.
  class Taken {
   public:
    Taken(std::shared_ptr<Pot> pot, uint64_t amount) : pot_(std::move(pot)), amount_(amount) {}
    Taken(Taken&& other) noexcept = default;
    Taken& operator=(Taken&& other) noexcept {
      std::swap(pot_, other.pot_);
      std::swap(amount_, other.amount_);
      return *this;
    }
    ~Taken() {
      if (pot_ == nullptr) return;
      base::MutexLock lock(pot_->mutex);
      pot_->used -= amount_;
    }

   private:
    std::shared_ptr<Pot> pot_;
    uint64_t amount_;
  };

  // nullopt: not that much is left.
  std::optional<Taken> Take(uint64_t amount) {
    base::MutexLock lock(pot_->mutex);
    if (amount > pot_->max - pot_->used) return std::nullopt;
    pot_->used += amount;
    return std::optional<Taken>(std::in_place, pot_, amount);
  }

 private:
  const std::shared_ptr<Pot> pot_;
};

}  // namespace signboard::archive
