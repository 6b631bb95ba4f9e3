// The sample world: small sites, served on loopback, that change as real ones do.
//
// A site is a folder under sites/ with a site.json (hosts, charset of parts, what is sent gzipped)
// and files laid out as its URLs are. A folder answers with its index.html. How a page changes is
// written in its file name: beside `index.html`, a file `index.html@20251118T0915` takes its place
// from that minute on (Beijing time, as on the pages), and an empty one whose name ends in `.gone`
// takes the page away (404). Files are read at each request: whoever edits one edits the site.
//
// Answers carry Last-Modified and ETag and honour If-None-Match and If-Modified-Since (RFC 9110
// section 13). Unknown hosts get 421.
//
// Threads: Answer is safe from any. It reads small files and may be called on an io_context thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"
#include "proto/base/time.h"
#include "proto/net/http_server.h"

namespace signboard::world {

struct Site {
  std::string root;                // Folder of its files.
  std::string name;                // 靖安县人民政府
  std::string code;                // GB/T 2260 of its place.
  std::string kind;                // As a seed's.
  std::vector<std::string> hosts;  // The first one is its own.
  std::vector<std::string> gzip;   // Path prefixes that are sent gzipped to who accepts it.
  std::map<std::string, std::string> types;  // Path prefix -> Content-Type of its pages.
};

class World {
 public:
  // Reads every site below `directory`. kNotFound: there is none; kInvalidArgument names the
  // site.json that does not parse. `clock` must outlive the world.
  static StatusOr<World> Open(const std::string& directory, const Clock& clock);

  net::HttpServerResponse Answer(const net::HttpServerRequest& request) const;

  const std::vector<Site>& sites() const { return sites_; }

 private:
  World(std::vector<Site> sites, const Clock& clock) : sites_(std::move(sites)), clock_(&clock) {}
  const Site* SiteOf(std::string_view authority) const;

  std::vector<Site> sites_;
  const Clock* clock_;
};

// Runs `speed` times as fast as `base` from `start` on.
class FastClock final : public Clock {
 public:
  FastClock(const Clock& base, UnixTime start, double speed)
      : base_(base), start_(start), began_(base.Now()), speed_(speed) {}
  UnixTime Now() const override;
  bool simulated() const override { return true; }

 private:
  const Clock& base_;
  const UnixTime start_;
  const UnixTime began_;
  const double speed_;
};

}  // namespace signboard::world
