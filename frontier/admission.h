// Admission: whether a URL whose turn has come is lent, moved aside, or done with.
//
// What an operator changes (a seed paused or removed, its rules, a backfill stopped) takes effect
// at once and costs nothing: each URL is judged when its turn comes, and again when whatever kept
// it aside may have changed.
//
// Threads: within Core::mutex.
#pragma once

#include <string>

#include "frontier/transaction.h"

namespace signboard::frontier {

enum class Admission {
  kLend,
  kAside,  // Parked: its seed is paused or refuses it, or it is of the past and nobody asks for it.
  kEnd,    // Its seed was removed, and no other holds it.
};

struct AdmissionWord {
  Admission word = Admission::kLend;
  std::string why{};  // For people; empty: kLend.
};

// `record` is that of `url`; a seed that holds it takes it over where its own no longer does.
StatusOr<AdmissionWord> Admit(Core& core, Transaction& transaction, QueueState& queue,
                              const std::string& url, UrlRecord& record)
    REQUIRES_LOCK(core.mutex);

// Whether a URL of the past is wanted: its seed's backfill runs, and its list has not become too
// old before it.
StatusOr<bool> IsWanted(Transaction& transaction, QueueState& queue, const v1::Seed& seed,
                        const UrlRecord& record);

}  // namespace signboard::frontier
