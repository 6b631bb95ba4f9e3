#include "deploy/signboard/health_server.h"

#include "proto/base/probe.h"

namespace signboard::cli {
namespace {

namespace asio = boost::asio;

net::HttpServerResponse Text(int status, std::string body) {
  net::HttpServerResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-store"}};
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  response.body = std::move(body);
  return response;
}

net::HttpServerResponse TextOf(const HealthServer::Words& words) {
  std::string body;
  bool ready = true;
  for (const auto& [name, status] : words) {
    body += name + " " + (status.ok() ? "ok" : base::ToString(status)) + "\n";
    ready = ready && status.ok();
  }
  return Text(ready ? 200 : 503, std::move(body));
}

}  // namespace

StatusOr<std::unique_ptr<HealthServer>> HealthServer::Start(asio::any_io_executor executor,
                                                            const std::string& listen,
                                                            std::string version) {
  std::unique_ptr<HealthServer> health(new HealthServer);
  health->state_->version = std::move(version);
  auto server = net::HttpServer::Listen(
      std::move(executor), listen, {},
      [state = health->state_](net::HttpServerRequest request) {
        return Answer(state, std::move(request));
      });
  if (!server.ok()) return base::Annotate(server.status(), "[metrics] listen");
  health->server_ = std::move(*server);
  return health;
}

void HealthServer::SetCheck(Check check) {
  base::MutexLock lock(state_->mutex);
  state_->check = std::move(check);
}

void HealthServer::Drain() {
  base::MutexLock lock(state_->mutex);
  state_->draining = true;
}

asio::awaitable<void> HealthServer::Stop() { co_await server_->Stop(); }

asio::awaitable<net::HttpServerResponse> HealthServer::Answer(std::shared_ptr<State> state,
                                                              net::HttpServerRequest request) {
  if (request.path == "/livez") co_return Text(200, "ok\n");
  if (request.path == "/version") co_return Text(200, "signboard " + state->version + "\n");
  if (request.path == "/metrics") {
    net::HttpServerResponse response = Text(200, base::RenderMetrics());
    response.SetHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    co_return response;
  }
  if (request.path != "/readyz") co_return Text(404, "/livez /readyz /metrics /version\n");
  Check check;
  {
    base::MutexLock lock(state->mutex);
    if (state->draining) co_return Text(503, "draining\n");
    check = state->check;
  }
  if (!check) co_return Text(503, "starting\n");
  const Words words = co_await check();
  co_return TextOf(words);
}

}  // namespace signboard::cli
