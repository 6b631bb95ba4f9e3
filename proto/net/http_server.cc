#include "proto/net/http_server.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <set>

#include "proto/base/log.h"
#include "proto/base/mutex.h"
#include "proto/net/http_server_connection.h"
#include "proto/net/http_server_message.h"

namespace signboard::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
// After accept failed for want of descriptors or memory.
constexpr std::chrono::milliseconds kAcceptPause{50};

struct HostPort {
  std::string host;  // Empty: every address.
  std::string port;
};

StatusOr<HostPort> SplitAddress(std::string_view address) {
  const size_t colon = address.rfind(':');
  const auto bad = [&](std::string_view why) {
    return base::InvalidArgument("listen address '" + std::string(address) + "': " +
                                 std::string(why));
  };
  if (colon == std::string_view::npos) return bad("expected host:port");
  std::string_view host = address.substr(0, colon);
  const std::string_view port = address.substr(colon + 1);
  if (port.empty() || port.size() > 5 ||
      port.find_first_not_of("0123456789") != std::string_view::npos ||
      std::stoul(std::string(port)) > 65535) {
    return bad("the port must be 0 to 65535");
  }
  if (host.size() > 1 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return bad("an IPv6 address goes in brackets");
  }
  return HostPort{std::string(host), std::string(port)};
}

StatusOr<std::vector<tcp::endpoint>> Resolve(const asio::any_io_executor& executor,
                                             std::string_view address) {
  ASSIGN_OR_RETURN(const HostPort where, SplitAddress(address));
  const auto port = static_cast<uint16_t>(std::stoul(where.port));
  // Dual stack where there is IPv6, IPv4 alone where there is none.
  if (where.host.empty())
    return std::vector<tcp::endpoint>{{tcp::v6(), port}, {tcp::v4(), port}};
  tcp::resolver resolver(executor);
  error_code ec;
  const auto found = resolver.resolve(where.host, where.port, tcp::resolver::passive, ec);
  if (ec || found.empty())
    return base::InvalidArgument("listen address '" + std::string(address) + "': " + ec.message());
  std::vector<tcp::endpoint> endpoints;
  for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  return endpoints;
}

error_code Bind(tcp::acceptor* acceptor, const tcp::endpoint& endpoint) {
  error_code ec;
  acceptor->open(endpoint.protocol(), ec);
  if (!ec) acceptor->set_option(asio::socket_base::reuse_address(true), ec);
  if (!ec && endpoint.protocol() == tcp::v6())
    acceptor->set_option(asio::ip::v6_only(!endpoint.address().is_unspecified()), ec);
  if (!ec) acceptor->bind(endpoint, ec);
  if (!ec) acceptor->listen(asio::socket_base::max_listen_connections, ec);
  if (ec) {
    error_code ignored;
    acceptor->close(ignored);
  }
  return ec;
}

}  // namespace

// The accepting half: lives until its last connection is gone, whoever dropped the HttpServer.
class HttpServer::Listener : public std::enable_shared_from_this<HttpServer::Listener> {
 public:
  Listener(asio::any_io_executor executor, Options options, Handler handler)
      : executor_(executor),
        shared_(std::make_shared<HttpServerShared>()),
        strand_(asio::make_strand(executor)),
        acceptor_(strand_),
        drained_(strand_) {
    shared_->options = options;
    shared_->handler = std::move(handler);
  }

  Status Open(std::string_view address) {
    ASSIGN_OR_RETURN(const auto endpoints, Resolve(executor_, address));
    error_code ec;
    for (const tcp::endpoint& endpoint : endpoints) {
      ec = Bind(&acceptor_, endpoint);
      if (!ec) break;
    }
    if (ec)
      return base::Unavailable("cannot listen on '" + std::string(address) + "': " + ec.message());
    port_ = acceptor_.local_endpoint(ec).port();
    asio::co_spawn(strand_, Accept(shared_from_this()), asio::detached);
    return OkStatus();
  }

  uint16_t port() const { return port_; }

  static asio::awaitable<void> Stop(std::shared_ptr<Listener> self) {
    self->Close(false);
    self->drained_.expires_after(self->shared_->options.stop_timeout);
    if (self->Count() > 0) co_await self->drained_.async_wait(kTuple);
    if (self->Count() == 0) co_return;
    self->Close(true);
    self->drained_.expires_at(asio::steady_timer::time_point::max());
    if (self->Count() > 0) co_await self->drained_.async_wait(kTuple);
  }

  // On the strand.
  void Close(bool now) {
    shared_->stopping = true;
    error_code ignored;
    acceptor_.close(ignored);
    base::MutexLock lock(mutex_);
    for (const auto& connection : connections_) connection->Finish(now);
  }

  const asio::strand<asio::any_io_executor>& strand() const { return strand_; }

 private:
  static asio::awaitable<void> Accept(std::shared_ptr<Listener> self) {
    while (!self->shared_->stopping) {
      tcp::socket socket(asio::make_strand(self->executor_));
      auto [ec] = co_await self->acceptor_.async_accept(socket, kTuple);
      if (self->shared_->stopping) co_return;
      if (ec) {
        base::Log(base::kWarn, "http_accept_failed", {{"why", ec.message()}});
        asio::steady_timer pause(self->strand_, kAcceptPause);
        co_await pause.async_wait(kTuple);
      } else if (self->Count() >= self->shared_->options.connections_max) {
        Refuse(&socket);
      } else {
        self->Add(std::make_shared<HttpServerConnection>(std::move(socket), self->shared_));
      }
    }
  }

  // A fresh socket takes these few bytes without waiting.
  static void Refuse(tcp::socket* socket) {
    HttpServerResponse busy = ServerProblem(503, "too_many_connections", "try again soon");
    busy.SetHeader("Retry-After", "1");
    const std::string text =
        SerializeHead(busy, FrameResponse(busy, false, 11, false), nullptr) + busy.body;
    error_code ignored;
    socket->non_blocking(true, ignored);
    asio::write(*socket, asio::buffer(text), ignored);
    socket->shutdown(tcp::socket::shutdown_send, ignored);
  }

  void Add(const std::shared_ptr<HttpServerConnection>& connection) {
    {
      base::MutexLock lock(mutex_);
      connections_.insert(connection);
    }
    connection->Start([self = shared_from_this(), connection] { self->Remove(connection); });
  }

  void Remove(const std::shared_ptr<HttpServerConnection>& connection) {
    base::MutexLock lock(mutex_);
    connections_.erase(connection);
    if (connections_.empty() && shared_->stopping)
      asio::post(strand_, [self = shared_from_this()] { self->drained_.cancel(); });
  }

  size_t Count() {
    base::MutexLock lock(mutex_);
    return connections_.size();
  }

  const asio::any_io_executor executor_;
  const std::shared_ptr<HttpServerShared> shared_;
  uint16_t port_ = 0;
  asio::strand<asio::any_io_executor> strand_;
  tcp::acceptor acceptor_;       // On the strand.
  asio::steady_timer drained_;   // On the strand.
  base::Mutex mutex_;
  std::set<std::shared_ptr<HttpServerConnection>> connections_ GUARDED_BY(mutex_);
};

StatusOr<std::unique_ptr<HttpServer>> HttpServer::Listen(asio::any_io_executor executor,
                                                         std::string_view address, Options options,
                                                         Handler handler) {
  auto listener = std::make_shared<Listener>(std::move(executor), options, std::move(handler));
  RETURN_IF_ERROR(listener->Open(address));
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(listener)));
}

HttpServer::HttpServer(std::shared_ptr<Listener> listener) : listener_(std::move(listener)) {}

HttpServer::~HttpServer() {
  asio::dispatch(listener_->strand(), [listener = listener_] { listener->Close(true); });
}

uint16_t HttpServer::port() const { return listener_->port(); }

asio::awaitable<void> HttpServer::Stop() {
  co_await asio::co_spawn(listener_->strand(), Listener::Stop(listener_), asio::use_awaitable);
}

}  // namespace signboard::net
