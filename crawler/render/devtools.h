// DevTools speaks the Chrome DevTools Protocol with one browser: JSON messages, each ended by a
// zero byte, over a socket that is the browser's descriptors 3 and 4 (--remote-debugging-pipe). A
// call has a number and an answer; an event has neither and goes to the listener.
// https://chromedevtools.github.io/devtools-protocol/
//
// The browser is not believed: a message over kMessageBytesMax, or one that is no JSON object, ends
// the connection. A call whose answer does not come in its time fails.
//
// Threads: one executor. Large messages are parsed on the pool, in their order.
// Errors:  of a call: kUnavailable: the connection is over. kDeadlineExceeded. kInternal: the
//          browser refused it, says why.
// Life:    shared: the coroutine that reads holds it until Close or the browser's end.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "proto/base/pool.h"
#include "proto/base/status.h"
#include "proto/base/task_group.h"
#include "proto/base/time.h"

namespace signboard::render {

using Json = nlohmann::json;

// Members of what a browser says, which may not be there or not be what they should.
const Json& At(const Json& object, const char* key);  // null when it is not there.
std::string TextAt(const Json& object, const char* key);
double NumberAt(const Json& object, const char* key);

// A serialised document of 10 million characters, at six bytes each.
inline constexpr size_t kMessageBytesMax = size_t{64} << 20;

class DevTools : public std::enable_shared_from_this<DevTools> {
 public:
  struct Event {
    std::string method;
    std::string session;  // Empty: the browser's own.
    Json params;
  };
  using Listener = std::function<void(Event)>;

  // Owns `socket` from now on. `pool` outlives it.
  static std::shared_ptr<DevTools> Open(boost::asio::any_io_executor executor, base::Pool* pool,
                                        int socket);

  // Gives the result. `session`: empty, or that of an attached target.
  boost::asio::awaitable<StatusOr<Json>> Call(std::string method, Json params, std::string session,
                                              Millis most);
  // The same without waiting for an answer.
  void Post(const std::string& method, Json params, const std::string& session);
  // One at a time; empty: events are dropped.
  void Listen(Listener listener) { listener_ = std::move(listener); }
  const boost::asio::any_io_executor& executor() const { return tasks_.executor(); }
  // Ends what waits. May be called again.
  void Close();
  bool open() const { return socket_.is_open(); }

 private:
  struct Waiting {
    explicit Waiting(boost::asio::any_io_executor executor) : timer(std::move(executor)) {}
    boost::asio::steady_timer timer;
    bool answered = false;
    Json answer;
  };

  DevTools(boost::asio::any_io_executor executor, base::Pool* pool);
  static boost::asio::awaitable<void> Read(std::shared_ptr<DevTools> self);
  static boost::asio::awaitable<void> Write(std::shared_ptr<DevTools> self);
  boost::asio::awaitable<bool> Take(std::string message);
  void OnMessage(Json message);
  uint64_t Send(const std::string& method, Json params, const std::string& session);

  base::Pool* const pool_;
  boost::asio::local::stream_protocol::socket socket_;
  base::TaskGroup tasks_;
  Listener listener_;
  uint64_t last_id_ = 0;
  std::map<uint64_t, std::shared_ptr<Waiting>> waiting_;
  std::deque<std::string> outbox_;
  bool writing_ = false;
};

}  // namespace signboard::render
