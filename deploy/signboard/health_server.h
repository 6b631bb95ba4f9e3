// HealthServer answers /livez, /readyz, /metrics and /version of a process over HTTP, from
// before its stores are open until after its last lease is reported: a process that starts or
// drains is alive and not ready.
//
// Threads: SetCheck and Drain from any; the check runs on the executor.
// Errors:  Start: kInvalidArgument (address), kUnavailable (bind), naming the address.
// Life:    Stop is awaited before what the check uses dies.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "proto/base/mutex.h"
#include "proto/base/status.h"
#include "proto/net/http_server.h"

namespace signboard::cli {

class HealthServer {
 public:
  // What must hold, each with its name; asked at every /readyz.
  using Words = std::vector<std::pair<std::string, Status>>;
  using Check = std::function<boost::asio::awaitable<Words>()>;

  static StatusOr<std::unique_ptr<HealthServer>> Start(boost::asio::any_io_executor executor,
                                                       const std::string& listen,
                                                       std::string version);
  void SetCheck(Check check);
  void Drain();
  boost::asio::awaitable<void> Stop();
  uint16_t port() const { return server_->port(); }

 private:
  struct State {
    base::Mutex mutex;
    bool draining GUARDED_BY(mutex) = false;
    Check check GUARDED_BY(mutex);  // Empty: starting.
    std::string version;
  };
  static boost::asio::awaitable<net::HttpServerResponse> Answer(std::shared_ptr<State> state,
                                                                net::HttpServerRequest request);

  std::shared_ptr<State> state_ = std::make_shared<State>();
  std::unique_ptr<net::HttpServer> server_;
};

}  // namespace signboard::cli
