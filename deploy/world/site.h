// What a sample site's site.json says of it.
//
//   {"hosts": ["www.a.example"],              its own name first; required
//    "name": "某县人民政府", "code": "360925", "kind": "government",
//    "seeds": ["/", "/xwzx/"],                where a crawler begins; "/" when absent
//    "gzip": ["/xwzx/"],                      path prefixes sent gzipped to who accepts it
//    "types": {"/dzb/": "text/html"},         Content-Type of a path; else, where the file's name
//                                             says nothing (.css, .xml, ...), of the longest prefix
//    "redirects": {"/old.html": "/new.html",  exact path, or path and query as sent
//                  "/2019/*": "/archive/*",   any path below; the rest is carried over
//                  "/b": {"to": "/c", "status": 302, "from": "20251119T0900"}},
//    "not_found": {"status": 200, "body": "lost.html"},         soft 404s, or a page for them
//    "challenge": {"kind": "ruishu", "status": 412, "body": "challenge.html",
//                  "headers": {"Set-Cookie": "..."}, "paths": ["/"],
//                  "from": "20251118T0900", "to": "20251120T0000"}}   or a list of such
//
// Times are Beijing's, as in the names of editions. `body` names a file of the site's folder; it is
// not served under its own name. A challenge stands in front of everything, robots.txt too.
//
// Threads: a value.
// Errors:  kNotFound: no site.json; kInvalidArgument names the file and the key that is wrong, or
//          unknown, or the body that is not there.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"
#include "proto/base/time.h"

namespace signboard::world {

// Instead of pages, for a while or for good: what a site behind a browser check answers.
struct Challenge {
  std::string kind;  // What it imitates: "ruishu".
  int status = 0;
  std::string body;  // Path of a file.
  std::map<std::string, std::string> headers;
  std::vector<std::string> paths;  // Prefixes.
  std::optional<UnixTime> from;    // Absent: from the beginning.
  std::optional<UnixTime> to;      // Half open; absent: for good.
};

struct Redirect {
  std::string path;     // What is asked for; below it when `subtree`, then it ends in '/'.
  bool subtree = false;
  std::string to;       // Path or URL; in front of the rest when `subtree`.
  int status = 301;
  std::optional<UnixTime> from;
};

struct NotFoundPage {
  int status = 404;
  std::string body;  // Path of a file; empty: a line of the server's own.
};

struct Site {
  std::string root;                // Folder of its files.
  std::string name;                // 靖安县人民政府
  std::string code;                // GB/T 2260 of its place.
  std::string kind;                // As a seed's.
  std::vector<std::string> hosts;  // The first one is its own.
  std::vector<std::string> seeds;  // URLs on its own host.
  std::vector<std::string> gzip;
  std::map<std::string, std::string> types;
  std::vector<Redirect> redirects;
  NotFoundPage not_found;
  std::vector<Challenge> challenges;

  // The first one that stands before `path` at `now`, or nothing.
  const Challenge* ChallengeOf(std::string_view path, UnixTime now) const;
  struct Target {
    std::string location;
    int status;
  };
  // Where `target` (path and query as sent) leads at `now`. A rule for the path and query beats one
  // for the path, that one for a subtree, and of subtrees the longest counts.
  std::optional<Target> RedirectOf(std::string_view target, UnixTime now) const;
  // True for a file that is the body of a challenge or of the page for what is not there.
  bool IsOwnBody(std::string_view file) const;
};

StatusOr<Site> ReadSite(const std::string& folder);

}  // namespace signboard::world
