// Centres that pages tell under several names, without an analyst: told on one day of one place
// (foundings.h), or said to be renamed. One of them, the root, has the announcement; the others are
// members of it, as if merged (curated.h). Whatever an analyst has said of a centre stands over it.
//
// Threads: functions on a draft, which belongs to one thread.
// Errors:  those of the draft and the shard.
// Cost:    a read of each centre of the place, at most kCentresOfPlaceMax.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "proto/base/time.h"
#include "storage/register/draft.h"

namespace signboard::registry {

inline constexpr size_t kCentresOfPlaceMax = 50;

// After what is told of `touched` changed: links them and their neighbours anew. Adds to `changed`
// what is to be derived.
Status LinkTold(kv::Shard& shard, const Families& families, const std::set<std::string>& touched,
                Draft* draft, std::set<std::string>* changed);

// A page says that centres of one place are one, under an old and a new name. Where the register
// knows exactly one of them, the others are that one. `ids` are of centres that have a record.
Status LinkRenamed(const std::vector<std::string>& ids, const std::string& day, Draft* draft,
                   std::set<std::string>* changed);

// Says "merged" of announcements whose centres are members now; after all is derived.
Status TellMerged(const std::set<std::string>& ids, UnixTime now, Draft* draft);

}  // namespace signboard::registry
