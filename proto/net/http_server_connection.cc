#include "proto/net/http_server_connection.h"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <cstdio>
#include <exception>

#include "proto/base/log.h"

namespace signboard::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr size_t kPieceBytesMax = 256 << 10;
// Read ahead of the header limit, so that the limit and not the buffer speaks first.
constexpr size_t kBufferSlackBytes = 64 << 10;
constexpr std::chrono::seconds kLingerTime{2};
constexpr size_t kLingerBytesMax = 4 << 20;

// The answer to what the parser says; 0: nobody is there to be answered.
int StatusOfReadError(error_code ec) {
  if (ec == http::error::header_limit || ec == http::error::buffer_overflow) return 431;
  if (ec == http::error::body_limit) return 413;
  if (ec == http::error::end_of_stream || ec == http::error::partial_message) return 0;
  const bool of_http = ec.category() == http::make_error_code(http::error::bad_value).category();
  return of_http ? 400 : 0;
}

HttpServerResponse ReadProblem(int status, std::string_view detail) {
  switch (status) {
    case 431:
      return ServerProblem(431, "header_too_large", "target and headers are too large");
    case 413:
      return ServerProblem(413, "body_too_large", "the request body is too large");
    default:
      return ServerProblem(status, "bad_request", detail);
  }
}

std::string ChunkHead(size_t bytes) {
  char text[24];
  const int length = std::snprintf(text, sizeof text, "%zx\r\n", bytes);
  return std::string(text, static_cast<size_t>(length));
}

}  // namespace

HttpServerConnection::HttpServerConnection(asio::ip::tcp::socket socket,
                                           std::shared_ptr<HttpServerShared> shared)
    : shared_(std::move(shared)),
      stream_(std::move(socket)),
      buffer_(shared_->options.header_bytes_max + kBufferSlackBytes) {}

void HttpServerConnection::Start(std::function<void()> done) {
  asio::co_spawn(stream_.get_executor(), Run(shared_from_this()),
                 asio::bind_cancellation_slot(
                     cancel_.slot(), [self = shared_from_this(), done = std::move(done)](
                                         std::exception_ptr) { done(); }));
}

void HttpServerConnection::Finish(bool now) {
  asio::post(stream_.get_executor(), [self = shared_from_this(), now] {
    if (!now && !self->idle_) return;
    self->stream_.close();
    if (now) self->cancel_.emit(asio::cancellation_type::terminal);
  });
}

asio::awaitable<void> HttpServerConnection::Run(std::shared_ptr<HttpServerConnection> self) {
  error_code ec;
  self->stream_.socket().set_option(asio::ip::tcp::no_delay(true), ec);
  bool more = true;
  while (more && !self->shared_->stopping) more = co_await self->Serve();
  if (!self->shared_->stopping) co_await self->Linger();
  self->stream_.close();
}

asio::awaitable<bool> HttpServerConnection::Serve() {
  Parser parser;
  parser.header_limit(static_cast<uint32_t>(shared_->options.header_bytes_max));
  parser.body_limit(shared_->options.body_bytes_max);
  idle_ = true;
  stream_.expires_after(shared_->options.idle_timeout);
  const bool whole = co_await Read(&parser);
  idle_ = false;
  if (!whole) co_return false;
  stream_.expires_never();
  BeastRequest& parsed = parser.get();
  const bool is_head = parsed.method() == http::verb::head;
  const unsigned version = parsed.version();
  const bool keep_alive = parsed.keep_alive();
  HttpServerResponse response = co_await Ask(&parsed);
  const bool wanted = keep_alive && !shared_->stopping;
  co_return co_await Write(&response, is_head, version, wanted);
}

asio::awaitable<bool> HttpServerConnection::Read(Parser* parser) {
  auto [ec, head_bytes] = co_await http::async_read_header(stream_, buffer_, *parser, kTuple);
  if (!ec) {
    const auto expect = parser->get()[http::field::expect];
    if (!expect.empty() && parser->get().version() >= 11) {
      if (!beast::iequals(expect, "100-continue")) {
        HttpServerResponse refused =
            ServerProblem(417, "expectation_failed", "only 100-continue can be expected");
        co_return co_await Write(&refused, false, 11, false) && false;
      }
      // RFC 9110 section 10.1.1: not when the body is on its way already.
      if (!parser->is_done() && buffer_.size() == 0) {
        if (!co_await WriteBytes("HTTP/1.1 100 Continue\r\n\r\n", "", "")) co_return false;
        stream_.expires_after(shared_->options.idle_timeout);
      }
    }
    auto [body_ec, body_bytes] = co_await http::async_read(stream_, buffer_, *parser, kTuple);
    ec = body_ec;
  }
  if (!ec) co_return true;
  if (const int status = StatusOfReadError(ec); status != 0) {
    HttpServerResponse problem = ReadProblem(status, "not HTTP/1.1: " + ec.message());
    co_await Write(&problem, false, 11, false);
  }
  co_return false;
}

asio::awaitable<HttpServerResponse> HttpServerConnection::Ask(BeastRequest* parsed) {
  auto request = ToHttpServerRequest(parsed);
  if (!request.ok())
    co_return ServerProblem(400, "bad_request", base::Message(request.status()));
  error_code ec;
  const auto peer = stream_.socket().remote_endpoint(ec).address();
  request->remote_address = peer.to_string();
  request->from_loopback =
      !ec && (peer.is_loopback() ||
              (peer.is_v6() && peer.to_v6().is_v4_mapped() &&
               asio::ip::make_address_v4(asio::ip::v4_mapped, peer.to_v6()).is_loopback()));
  std::string target = request->target;
  try {
    HttpServerResponse response = co_await shared_->handler(std::move(*request));
    co_return response;
  } catch (const std::exception& e) {
    // Cancelled by Stop: nobody waits for the answer.
    if (shared_->stopping) throw;
    base::Log(base::kError, "http_handler_threw", {{"target", target}, {"what", e.what()}});
  }
  co_return ServerProblem(500, "internal", "the request could not be answered; it was logged");
}

asio::awaitable<bool> HttpServerConnection::Write(HttpServerResponse* response, bool is_head,
                                                  unsigned version, bool keep_alive) {
  HttpFraming framing = FrameResponse(*response, is_head, version, keep_alive);
  if (framing.sends_body && !response->stream && framing.content_length > response->body.size())
    framing.keep_alive = false;
  std::string head = SerializeHead(*response, framing, shared_->options.clock);
  if (framing.sends_body && response->stream)
    co_return co_await WriteStream(response->stream.get(), framing, std::move(head));
  std::string_view body = framing.sends_body ? std::string_view(response->body) : "";
  if (framing.content_length) body = body.substr(0, *framing.content_length);
  const bool written = co_await WriteBytes(head, body, "");
  co_return written && framing.keep_alive;
}

asio::awaitable<bool> HttpServerConnection::WriteStream(HttpBodyStream* stream, HttpFraming framing,
                                                        std::string head) {
  uint64_t sent = 0;
  for (;;) {
    StatusOr<std::optional<std::string>> piece = co_await stream->Next();
    if (!piece.ok()) {
      base::Log(base::kWarn, "http_body_broke", {{"status", base::ToString(piece.status())}});
      // A reset, not a close: where only the end of the connection frames the body, a close would
      // make the piece look whole.
      error_code ec;
      stream_.socket().set_option(asio::socket_base::linger(true, 0), ec);
      stream_.close();
      co_return false;
    }
    if (!piece->has_value()) break;
    std::string_view bytes = **piece;
    if (framing.content_length) bytes = bytes.substr(0, *framing.content_length - sent);
    if (bytes.empty()) continue;
    sent += bytes.size();
    if (framing.chunked) head += ChunkHead(bytes.size());
    if (!co_await WriteBytes(head, bytes, framing.chunked ? "\r\n" : "")) co_return false;
    head.clear();
  }
  if (!co_await WriteBytes(head, "", framing.chunked ? "0\r\n\r\n" : "")) co_return false;
  const bool short_of_it = framing.content_length && sent < *framing.content_length;
  co_return framing.keep_alive && !short_of_it;
}

asio::awaitable<bool> HttpServerConnection::WriteBytes(std::string_view before,
                                                       std::string_view bytes,
                                                       std::string_view after) {
  do {
    const std::string_view piece = bytes.substr(0, kPieceBytesMax);
    bytes.remove_prefix(piece.size());
    const std::array<asio::const_buffer, 3> parts = {
        asio::buffer(before), asio::buffer(piece),
        asio::buffer(bytes.empty() ? after : std::string_view())};
    stream_.expires_after(shared_->options.idle_timeout);
    auto [ec, count] = co_await asio::async_write(stream_, parts, kTuple);
    if (ec) co_return false;
    before = {};
  } while (!bytes.empty());
  stream_.expires_never();
  co_return true;
}

asio::awaitable<void> HttpServerConnection::Linger() {
  error_code ec;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ec);
  if (ec) co_return;
  stream_.expires_after(kLingerTime);
  std::array<char, 16 << 10> waste;
  for (size_t total = 0; total < kLingerBytesMax;) {
    auto [read_ec, count] = co_await stream_.async_read_some(asio::buffer(waste), kTuple);
    if (read_ec) co_return;
    total += count;
  }
}

}  // namespace signboard::net
