// CookieJars keeps what sites asked us to send back, for as long as a session lasts: some answer
// only who returns the cookie of their first answer. One jar a site (registrable domain), so that
// nothing a site says can reach another; nothing is ever written to disk.
//
// Cookies are lines as curl spells them (the fields of Netscape's file, RFC 6265 decides which are
// sent); the jar knows only by what a line is told apart: domain, path and name. A transfer takes a
// copy and brings back what changed, so transfers of one site at a time lose nothing of each other.
//
// At most kCookiesMax cookies and kJarBytesMax bytes a jar, the oldest leave first; a jar not used
// for `session` is dropped; at most `jars_max` jars, the least recently used leave first.
//
// Threads: one.
// Errors:  none: what is no cookie line is not kept.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <string>
#include <unordered_map>
#include <vector>

#include "proto/base/time.h"

namespace signboard::net {

inline constexpr size_t kCookiesMax = 50;
inline constexpr size_t kJarBytesMax = size_t{8} << 10;

struct CookieOptions {
  bool keep = false;
  Millis session{30 * 60'000};
  size_t jars_max = 4'096;
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
};

class CookieJars {
 public:
  explicit CookieJars(CookieOptions options) : options_(std::move(options)) {}

  std::vector<std::string> Take(const std::string& site);
  // `taken` is what Take gave the transfer, `left` what it ended with.
  void BringBack(const std::string& site, const std::vector<std::string>& taken,
                 const std::vector<std::string>& left);

  size_t size() const { return jars_.size(); }

 private:
  struct Jar {
    std::vector<std::string> lines;  // Oldest first.
    std::chrono::steady_clock::time_point used;
    std::list<std::string>::iterator place;
  };
  // Drops what nobody used for a session, and what is too much.
  void Trim();
  Jar& Touch(const std::string& site);

  const CookieOptions options_;
  std::unordered_map<std::string, Jar> jars_;
  std::list<std::string> by_use_;  // Least recently used first.
};

}  // namespace signboard::net
