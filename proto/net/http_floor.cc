#include "proto/net/http_floor.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <thread>
#include <utility>

namespace signboard::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

asio::awaitable<void> Answer(tcp::socket socket) {
  error_code ec;
  socket.set_option(tcp::no_delay(true), ec);
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer;
  while (true) {
    http::request<http::string_body> request;
    const auto [failed, bytes] = co_await http::async_read(stream, buffer, request, kTuple);
    if (failed) co_return;
    http::response<http::empty_body> response(http::status::ok, request.version());
    response.prepare_payload();
    const auto [broken, sent] = co_await http::async_write(stream, response, kTuple);
    if (broken) co_return;
  }
}

asio::awaitable<void> Accept(tcp::acceptor* acceptor) {
  while (true) {
    auto [ec, socket] = co_await acceptor->async_accept(kTuple);
    if (ec) co_return;
    asio::co_spawn(acceptor->get_executor(), Answer(std::move(socket)), asio::detached);
  }
}

}  // namespace

struct BeastFloor::Server {
  ~Server() {
    io.stop();
    if (thread.joinable()) thread.join();
  }

  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  uint16_t port = 0;
  std::thread thread;
};

BeastFloor::BeastFloor(std::unique_ptr<Server> server) : server_(std::move(server)) {}
BeastFloor::~BeastFloor() = default;

StatusOr<std::unique_ptr<BeastFloor>> BeastFloor::Start() {
  auto server = std::make_unique<Server>();
  error_code ec;
  server->acceptor.open(tcp::v4(), ec);
  if (!ec) server->acceptor.bind({asio::ip::address_v4::loopback(), 0}, ec);
  if (!ec) server->acceptor.listen(asio::socket_base::max_listen_connections, ec);
  if (ec) return base::Unavailable("no port for the floor: " + ec.message());
  server->port = server->acceptor.local_endpoint().port();
  asio::co_spawn(server->io, Accept(&server->acceptor), asio::detached);
  server->thread = std::thread([io = &server->io] { io->run(); });
  return std::unique_ptr<BeastFloor>(new BeastFloor(std::move(server)));
}

uint16_t BeastFloor::port() const { return server_->port; }

}  // namespace signboard::net
