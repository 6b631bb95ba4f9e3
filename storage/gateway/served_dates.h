// Since when an answer is what it is, for Last-Modified (RFC 9110 section 8.8.2).
//
// What a feed holds depends on its filter, and leaves it too (a retraction), so no date in it says
// when it changed. ServedDates remembers which bytes a question got and since when: the first time
// this process was asked it is now, and whenever the bytes differ it is a later second than before.
// So a date that a reader brings back never hides a change; after a restart it costs one body, and
// what is asked for in the very second of it gets a later date than whatever came before.
//
// Threads: safe from any.
// Cost:    a hash lookup; kQuestionsMax questions are remembered, the oldest leave first.
#pragma once

#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "proto/base/mutex.h"
#include "proto/base/time.h"

namespace signboard::gateway {

class ServedDates {
 public:
  explicit ServedDates(UnixTime started) : started_second_(ToMillis(started) / 1'000) {}

  static constexpr size_t kQuestionsMax = 1'000;
  static constexpr size_t kQuestionBytesMax = 1'024;  // A longer one is not remembered.

  // A whole second, not after `now`. nullopt: none can be given yet that is later than the one
  // before.
  std::optional<UnixTime> Of(const std::string& question, const std::string& etag, UnixTime now)
      EXCLUDES_LOCK(mutex_);

 private:
  struct Served {
    std::string question;
    std::string etag;
    int64_t second;
  };

  const int64_t started_second_;
  base::Mutex mutex_;
  std::list<Served> served_ GUARDED_BY(mutex_);  // The most recently asked first.
  std::unordered_map<std::string, std::list<Served>::iterator> found_ GUARDED_BY(mutex_);
};

}  // namespace signboard::gateway
