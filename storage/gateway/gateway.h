// Gateway answers people and programs over HTTP: lookup, replay, recrawls on demand, the pages. It
// keeps nothing: everything is asked of the Archive, Scheduling and Register services over gRPC, so
// any number of gateways can stand side by side.
//
//   /                                   the newest announcements, what Signboard is doing (HTML)
//   /announcements /announcements/<id>  a list to filter, and one announcement's dossier (HTML)
//   /announcements.atom .json           the feed to subscribe to (RFC 4287, JSON Feed 1.1)
//   /alerts /sites                      who is told of what; which places are watched (HTML)
//   /lookup?url=&at=                    the kept versions of a URL (HTML)
//   /diff/<id>..<id>?view=              two of them side by side (HTML); /api/v1/compare
//   /web/<1-14 digits>/<url>            a capture to read: rewritten, in a sandbox, with a banner
//   /web/<1-14 digits>id_/<url>         the kept bytes of a capture, exactly (RFC 7089 memento)
//   /archive?url= /web/*/<url>          the calendar of a URL
//   /web/<url> /timemap/<form>/<url>    the TimeGate and TimeMaps of RFC 7089
//   /cdx/search/cdx /cdx /signboard /wayback/available
//                                       captures, as other archives' clients ask for them
//   /save /save/<url> /save/status/<job>      Save Page Now onto recrawls on demand
//   /api/v1/lookup versions seeds jobs announcements centres subscriptions deliveries coverage
//                                       the JSON API
//   POST /api/v1/announcements/<id>/merge split retract confirm undo   an analyst's word
//   /livez /readyz /metrics /version    for operators
//
// Threads: safe from any; handlers run on the executor, many at once.
// Errors:  Start: kInvalidArgument (address), kUnavailable (bind), naming the address. A request's
//          errors are answers, see answer.h.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "proto/base/peer.h"
#include "proto/base/status.h"
#include "proto/base/time.h"
#include "proto/net/http_server.h"

namespace signboard::gateway {

struct GatewayOptions {
  std::string listen = "127.0.0.1:8080";
  base::Peer archive;
  base::Peer scheduling;
  std::optional<base::Peer> registry{};  // Absent: the register answers where the archive does.
  std::string version;
  // Whoever knows it may write (RFC 6750). Empty: only this machine's own clients may.
  std::string write_token;
  // Archived pages made ready to be read at once: each may take some 40 MiB, and what its parser
  // may. Who comes then is told to come again.
  size_t views_max = 16;
  net::HttpServer::Options http;  // `clock` is set by Start.
};

struct Services;

class Gateway {
 public:
  // `clock` outlives the gateway.
  static StatusOr<std::unique_ptr<Gateway>> Start(boost::asio::any_io_executor executor,
                                                  GatewayOptions options, const Clock& clock);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  uint16_t port() const { return server_->port(); }
  // From now on /readyz says no; everything else is answered as before.
  void Drain();
  // Takes no more requests and waits for those under way. Once, before the end of the channels.
  boost::asio::awaitable<void> Stop();

 private:
  Gateway(std::shared_ptr<Services> services, std::unique_ptr<net::HttpServer> server);

  const std::shared_ptr<Services> services_;
  const std::unique_ptr<net::HttpServer> server_;
};

}  // namespace signboard::gateway
