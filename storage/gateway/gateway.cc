#include "storage/gateway/gateway.h"

#include "storage/gateway/router.h"

namespace signboard::gateway {

StatusOr<std::unique_ptr<Gateway>> Gateway::Start(boost::asio::any_io_executor executor,
                                                  GatewayOptions options, const Clock& clock) {
  net::HttpServer::Options http = options.http;
  http.clock = &clock;
  const std::string listen = options.listen;
  auto services = std::make_shared<Services>(std::move(options), &clock);
  // Connections under way keep what they use.
  auto server = net::HttpServer::Listen(
      std::move(executor), listen, http,
      [services](HttpServerRequest request) { return Route(services.get(), std::move(request)); });
  if (!server.ok()) return base::Annotate(server.status(), "gateway");
  return std::unique_ptr<Gateway>(new Gateway(std::move(services), std::move(*server)));
}

Gateway::Gateway(std::shared_ptr<Services> services, std::unique_ptr<net::HttpServer> server)
    : services_(std::move(services)), server_(std::move(server)) {}

Gateway::~Gateway() = default;

void Gateway::Drain() { services_->readiness.draining = true; }

boost::asio::awaitable<void> Gateway::Stop() { co_await server_->Stop(); }

}  // namespace signboard::gateway
