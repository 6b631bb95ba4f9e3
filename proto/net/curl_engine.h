// CurlEngine runs curl transfers on an Asio io_context: curl_multi says which sockets and which
// instant it waits for, Asio waits, and a coroutine sleeps until its own transfer is done.
//
// A transfer is waiting inside Perform or it is over. Sockets belong to curl; a SocketWatch waits
// for them. Cancelling the coroutine removes the transfer from curl when the coroutine resumes, so
// never inside a callback of curl.
//
// Threads: one: everything happens on the io_context's only running thread.
// Errors:  the CURLcode of the transfer; CURLE_ABORTED_BY_CALLBACK when cancelled or closed.
// Cost:    O(1) for an event, independent of the number of transfers (multi_socket_action).
#pragma once

#include <curl/curl.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace signboard::net {

class CurlEngine {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  // Looks at a running transfer and says when to look again. nullopt: it took too long, end it.
  using Watch = std::function<std::optional<Instant>()>;

  // `io` must outlive the engine.
  explicit CurlEngine(boost::asio::io_context& io);
  // Ends what still runs: each Perform returns CURLE_ABORTED_BY_CALLBACK.
  ~CurlEngine();
  CurlEngine(const CurlEngine&) = delete;
  CurlEngine& operator=(const CurlEngine&) = delete;

  // Runs `easy` to its end. The handle stays the caller's and must live until then; `watch` is
  // asked at once and then whenever it asked to be. CURLE_OPERATION_TIMEDOUT: `watch` ended it, or
  // curl did.
  boost::asio::awaitable<CURLcode> Perform(CURL* easy, Watch watch);
  // Has the transfer's `watch` asked soon; nothing if it does not run. Also inside callbacks.
  void LookSoon(CURL* easy);

 private:
  class State;
  std::shared_ptr<State> state_;  // Shared with the coroutines that sleep in Perform.
};

}  // namespace signboard::net
