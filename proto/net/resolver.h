// Resolver turns host names into the addresses a crawler may connect to, without a thread a lookup
// and without asking twice: c-ares on an Asio io_context, with a cache in front.
//
// /etc/hosts is asked first, then the DNS servers, for A and AAAA at once. A name is what the URL
// says: no search domain is appended. Of the answer the addresses that the AddressGuard forbids
// are dropped, and kAddressesMax of the others kept, IPv4 first. An answer holds for its shortest
// TTL, but at least ttl_min, so that a server that changes its mind at every question (rebinding)
// is not followed, and at most ttl_max; a failure holds for `failure_for`. One lookup a name is in
// flight; whoever asks meanwhile waits for it. The least recently asked names leave first.
//
// The guard is asked about addresses only. Whoever connects asks it again, with the port.
//
// Threads: one, the only running thread of its io_context.
// Errors:  none: a name without addresses is a Resolution that says why.
// Cost:    a hit is a hash lookup; a name kept costs some 300 bytes.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/udp.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"
#include "proto/base/time.h"
#include "proto/net/address_guard.h"

namespace signboard::net {

inline constexpr size_t kAddressesMax = 8;

struct ResolverOptions {
  // Asked instead of those of /etc/resolv.conf; empty: those.
  std::vector<boost::asio::ip::udp::endpoint> servers;
  Millis ttl_min{60'000};
  Millis ttl_max{3'600'000};
  Millis failure_for{60'000};
  size_t names_max = 10'000;
  // The clock that cached answers age by.
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
};

struct Resolution {
  std::vector<boost::asio::ip::address> addresses;
  std::string refused;  // An address that the guard forbids, as its answer spelled it; or empty.
  std::string failure;  // Why there are no addresses, when none were given or kept.
  bool cancelled = false;
};

class Resolver {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  // `io` and `guard` must outlive the resolver.
  Resolver(boost::asio::io_context& io, const AddressGuard* guard, ResolverOptions options);
  // Ends what is under way: each Resolve gives `cancelled`.
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // "127.0.0.1:53", "[::1]:53", or an address alone for port 53. kInvalidArgument names what is
  // none.
  static StatusOr<std::vector<boost::asio::ip::udp::endpoint>> ParseServers(
      const std::vector<std::string>& texts);

  // Waits until `until` at most; the lookup itself goes on and its answer is kept.
  boost::asio::awaitable<Resolution> Resolve(std::string host, Instant until);

  size_t size() const;  // Names kept.

 private:
  class State;
  std::shared_ptr<State> state_;  // Shared with the coroutines that sleep in Resolve.
};

}  // namespace signboard::net
