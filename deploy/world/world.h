// The sample world: small sites, served on loopback, that change as real ones do.
//
// A site is a folder under sites/ with a site.json (site.h) and files laid out as its URLs are;
// how a page changes, and which file answers for a query, is written in the file's name
// (editions.h). A folder answers with its index.html. Files are read at each request: whoever edits
// one edits the site.
//
// An answer is decided in this order: unknown host 421; the site's challenge; its redirects; the
// file; its page for what is not there, or 404. Pages carry Last-Modified and ETag and honour
// If-None-Match and If-Modified-Since (RFC 9110 section 13).
//
// Threads: Answer and Instants are safe from any. They read small files and may be called on an
//          io_context thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "deploy/world/site.h"
#include "proto/base/status.h"
#include "proto/base/time.h"
#include "proto/net/http_server.h"

namespace signboard::world {

class World {
 public:
  // Reads every site below `directory`. kNotFound: there is none; kInvalidArgument names the
  // site.json and its key, or the edition, that is wrong, or the host that two sites claim. `clock`
  // must outlive the world.
  static StatusOr<World> Open(const std::string& directory, const Clock& clock);

  net::HttpServerResponse Answer(const net::HttpServerRequest& request) const;

  // Every instant at which an answer changes by itself, ascending, each once: pages that come,
  // change and go, challenges that begin and end, redirects that begin.
  std::vector<UnixTime> Instants() const;

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
