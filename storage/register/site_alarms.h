// SiteAlarms tells of a watched site that falls silent, blocks us or is there again: once for each
// change of its state, however often it is looked at and whatever crashes in between.
//
// Each look says how all sites stand. A site that stands otherwise than was told last is told of:
// at once that it is silent or back, for that rests on days and on an answer; that it is blocked or
// unreachable when it has stood so for `patience`, since one failure is none. What many sites do
// together is one occurrence with all of them in it, and those that stand so but not for long
// enough yet come along: a vantage that fails is told once, not site by site.
//
// What was told is written in one batch with the occurrences that tell it.
//
// Threads: safe from any; looks take turns. They wait for disk.
// Errors:  kDataLoss: a record does not decode.
// Cost:    a look is a map lookup for each site, and one synced write if there is something to say;
//          a site that is well has no record.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/mutex.h"
#include "storage/register/alert_book.h"

namespace signboard::registry {

// How a site stands at one look.
struct SiteSeen {
  std::string url;
  std::string state;  // ok, silent, blocked, unreachable; else nothing is known of it.
  bool confirmed = false;  // More than one failure says so.
  std::vector<std::string> places;  // Codes of its place and all above it.
  std::string level;
  std::string vantage;  // The only one that sees it; empty: several do, or none.
  std::string data;     // JSON, for people.
};

inline constexpr size_t kStormSites = 5;  // So many together bring those that waited.
inline constexpr size_t kSitesTogetherMax = 2'000;  // In one occurrence.

class SiteAlarms {
 public:
  // `space` and `book` outlive it.
  static StatusOr<std::unique_ptr<SiteAlarms>> Open(kv::Space& space, AlertBook& book);

  // All sites there are: what was told of any other is forgotten. How many were told of.
  StatusOr<size_t> Look(const std::vector<SiteSeen>& sites, Millis patience, UnixTime now)
      EXCLUDES_LOCK(mutex_);

 private:
  struct Changes;

  SiteAlarms(std::shared_ptr<kv::Shard> shard, AlertKeys keys, AlertBook& book)
      : shard_(std::move(shard)), keys_(keys), book_(book) {}
  Status Load() EXCLUDES_LOCK(mutex_);

  const std::shared_ptr<kv::Shard> shard_;
  const AlertKeys keys_;
  AlertBook& book_;
  base::Mutex mutex_;
  std::map<std::string, SiteRecord> records_ GUARDED_BY(mutex_);
};

}  // namespace signboard::registry
