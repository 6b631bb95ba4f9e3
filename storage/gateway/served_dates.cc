#include "storage/gateway/served_dates.h"

#include <algorithm>

namespace signboard::gateway {

std::optional<UnixTime> ServedDates::Of(const std::string& question, const std::string& etag,
                                        UnixTime now) {
  if (question.size() > kQuestionBytesMax) return std::nullopt;
  const int64_t second = ToMillis(now) / 1'000;
  base::MutexLock lock(mutex_);
  const auto known = found_.find(question);
  if (known == found_.end()) {
    if (served_.size() >= kQuestionsMax) {
      found_.erase(served_.back().question);
      served_.pop_back();
    }
    served_.push_front({question, etag, std::max(second, started_second_ + 1)});
    found_[question] = served_.begin();
  } else {
    served_.splice(served_.begin(), served_, known->second);
    Served& served = served_.front();
    // What came before and after within one second cannot be told apart by it.
    if (served.etag != etag) served.second = std::max(second, served.second + 1);
    served.etag = etag;
  }
  if (served_.front().second > second) return std::nullopt;
  return FromMillis(served_.front().second * 1'000);
}

}  // namespace signboard::gateway
