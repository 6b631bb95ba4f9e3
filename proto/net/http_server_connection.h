// One connection of a HttpServer: a coroutine on a strand of its own, from accept to close.
//
// It is idle while it waits for or reads a request, busy while the handler runs and the answer is
// written. Finish(false) ends it when it is idle; Finish(true) ends it now and cancels the handler.
//
// Threads: Start once; Finish from any.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <functional>
#include <memory>
#include <string_view>

#include "proto/net/http_server.h"
#include "proto/net/http_server_message.h"

namespace signboard::net {

// What the connections of a server have in common.
struct HttpServerShared {
  HttpServer::Options options;
  HttpServer::Handler handler;
  std::atomic<bool> stopping{false};
};

class HttpServerConnection : public std::enable_shared_from_this<HttpServerConnection> {
 public:
  // The executor of `socket` is a strand.
  HttpServerConnection(boost::asio::ip::tcp::socket socket,
                       std::shared_ptr<HttpServerShared> shared);

  // `done` is called once, after the last use of the socket.
  void Start(std::function<void()> done);
  void Finish(bool now);

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  template <class T>
  using awaitable = boost::asio::awaitable<T>;

  static awaitable<void> Run(std::shared_ptr<HttpServerConnection> self);
  // Reads and answers one request. False: hang up.
  awaitable<bool> Serve();
  // True: a whole request stands in `parser`. False: answered, if there was anything to answer.
  awaitable<bool> Read(Parser* parser);
  // Asks the handler. What the handler throws is a 500.
  awaitable<HttpServerResponse> Ask(BeastRequest* parsed);
  // False: the connection cannot go on.
  awaitable<bool> Write(HttpServerResponse* response, bool is_head, unsigned version,
                        bool keep_alive);
  awaitable<bool> WriteStream(HttpBodyStream* stream, HttpFraming framing, std::string head);
  // Writes `before`, `bytes` and `after`, a bounded piece at a time, each within idle_timeout.
  awaitable<bool> WriteBytes(std::string_view before, std::string_view bytes,
                             std::string_view after);
  // Lets the client read our last words: closing with unread input would reset them away.
  awaitable<void> Linger();

  const std::shared_ptr<HttpServerShared> shared_;
  // On the strand from here.
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  boost::asio::cancellation_signal cancel_;
  bool idle_ = true;
};

}  // namespace signboard::net
