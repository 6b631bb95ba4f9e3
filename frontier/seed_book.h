// SeedBook: every seed, in memory, found by its URL or by the pages that belong to it.
//
// Threads: guarded by Core::mutex.
// Cost:    about 500 bytes per seed; Covering looks at the seeds of a host and of the hosts above.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "frontier/scope.h"

namespace signboard::frontier {

inline constexpr std::string_view kSeedActive = "active";
inline constexpr std::string_view kSeedPaused = "paused";

class SeedBook {
 public:
  const v1::Seed* Find(const std::string& url) const;
  void Put(const v1::Seed& seed);
  void Remove(const std::string& url);
  // A seed whose scope holds the URL, an active one before a paused one. nullptr: none.
  const v1::Seed* Covering(const UrlFacts& url) const;
  // A seed of the URL's host or of one above it that the URL is not one of. nullptr: none.
  const v1::Seed* Refusing(const UrlFacts& url) const;
  // In the order of their URLs.
  const std::map<std::string, v1::Seed>& all() const { return seeds_; }

 private:
  // Of the URL's host first, then of the hosts above it.
  std::vector<const v1::Seed*> Around(const UrlFacts& url) const;

  std::map<std::string, v1::Seed> seeds_;
  std::unordered_map<std::string, std::set<std::string>> by_host_;  // Scope::host -> seed URLs.
};

}  // namespace signboard::frontier
