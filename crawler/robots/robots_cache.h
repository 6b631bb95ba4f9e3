// RobotsCache knows, for each origin, what its robots.txt lets us do, and asks the site again once
// a day (RFC 9309 sections 2.3 and 2.4).
//
//   the site's answer                             what follows                        kept for
//   --------------------------------------------  ----------------------------------  -----------
//   200 (after at most 5 redirects)               its rules                           24 hours
//   404 and other 4xx; more than 5 redirects      everything is allowed (2.3.1.3)     24 hours
//   5xx, 429, no answer, a body cut short         nothing is allowed (2.3.1.4), or    10 minutes,
//                                                 the rules known before              or as asked
//   a firewall's challenge                        the host is blocked                 10 minutes,
//                                                                                     or as asked
//   an address the guard forbids                  the host is forbidden               10 minutes
//
// One request per origin is in flight; whoever asks meanwhile waits for it. At most
// kOriginsMax origins and kRobotsCacheBytesMax bytes of rules are kept, the least recently asked
// leave first.
//
// Threads: one, the only running thread of the fetcher's io_context.
// Time:    the fetcher's Clock, passed in.
// Errors:  none: what a website did is a RobotsAnswer.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "crawler/fetch/fetcher.h"
#include "crawler/robots/robots.h"
#include "proto/base/time.h"
#include "proto/base/url.h"

namespace signboard::robots {

inline constexpr size_t kOriginsMax = 10'000;
inline constexpr size_t kRobotsCacheBytesMax = size_t{64} << 20;
inline constexpr int kRobotsRedirectsMax = 5;

struct RobotsAnswer {
  // ALLOWED and DISALLOWED are the rules' word on the URL. The others are about the whole host.
  enum class Word { kAllowed, kDisallowed, kUnreachable, kBlocked, kForbiddenAddress };
  Word word = Word::kAllowed;
  std::string detail;                 // For people; empty when allowed.
  std::optional<Millis> crawl_delay;  // Of the rules. nullopt: none.
  std::optional<Millis> retry_after;  // Not the rules' word: ask again after this.
  v1::Reason reason = v1::REASON_UNSPECIFIED;  // kUnreachable: what kept us from robots.txt.
  bool allowed() const { return word == Word::kAllowed; }
};

struct RobotsCacheOptions {
  std::string user_agent_token = "Signboard";
  Millis fresh_for{24 * 3'600'000};
  Millis retry_after{10 * 60'000};  // After an answer that says nothing about rules.
  size_t origins_max = kOriginsMax;
};

class RobotsCache {
 public:
  // Fetcher and clock must outlive the cache.
  RobotsCache(fetch::Fetcher* fetcher, const Clock* clock, RobotsCacheOptions options);

  // May `url` be fetched? Fetches robots.txt first when it must, as the URL itself would be fetched
  // for the place. A URL that is none is disallowed. The cache must outlive the call.
  boost::asio::awaitable<RobotsAnswer> Check(std::string url, std::string place_code = "");

  // What the origin's robots.txt named, as written; empty while it is not known.
  std::vector<std::string> Sitemaps(const std::string& url) const;

  size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    RobotsAnswer::Word word = RobotsAnswer::Word::kAllowed;  // kAllowed: `rules` decide.
    v1::Reason reason = v1::REASON_UNSPECIFIED;
    std::string detail;
    Robots rules;
    bool has_rules = false;  // The site gave some, now or before.
    UnixTime fresh_until;
    std::shared_ptr<boost::asio::steady_timer> in_flight;  // Cancelled when the answer is there.
    std::list<std::string>::iterator place;
    size_t bytes = 0;
  };

  // False: cancelled, nothing was learned.
  boost::asio::awaitable<bool> Refresh(std::string robots_url, std::string place_code);
  boost::asio::awaitable<fetch::FetchOutcome> FetchFollowing(std::string url,
                                                             std::string place_code);
  void Keep(const std::string& origin, const fetch::FetchOutcome& fetched);
  void SetRules(Entry* entry, Robots rules);
  RobotsAnswer AnswerFrom(const Entry& entry, const Url& url) const;
  Entry& Touch(const std::string& origin);
  void Trim();

  fetch::Fetcher* const fetcher_;
  const Clock* const clock_;
  const RobotsCacheOptions options_;
  std::unordered_map<std::string, Entry> entries_;  // By "https://host:port".
  std::list<std::string> by_use_;                   // Least recently asked first.
  size_t rules_bytes_ = 0;
};

}  // namespace signboard::robots
