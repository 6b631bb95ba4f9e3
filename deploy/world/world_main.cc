// signboard-world: serves the sample world on loopback until it is told to stop.
//   signboard-world [--listen 127.0.0.1:18080] [--sites DIR] [--start TIME] [--speed N]
#include <CLI/CLI.hpp>
#include <boost/asio.hpp>
#include <cstdio>

#include "deploy/world/world.h"

namespace {

namespace asio = boost::asio;
using signboard::world::World;

asio::awaitable<signboard::net::HttpServerResponse> Answer(
    const World* world, signboard::net::HttpServerRequest request) {
  co_return world->Answer(request);
}

int Fail(const signboard::Status& status) {
  std::fprintf(stderr, "signboard-world: %s\n", signboard::base::ToString(status).c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::string listen = "127.0.0.1:18080";
  std::string sites = SIGNBOARD_WORLD_SITES;
  std::string start = "2025-11-18T01:00:00Z";
  double speed = 1;
  CLI::App app("Serves Signboard's sample sites by virtual host. The sites change by a clock.");
  app.add_option("--listen", listen, "host:port; port 0 takes a free one")->capture_default_str();
  app.add_option("--sites", sites, "folder of the sites")->capture_default_str();
  app.add_option("--start", start, "what time it is in the world at first (RFC 3339)")
      ->capture_default_str();
  app.add_option("--speed", speed, "how many times faster than ours its time runs")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  const auto began = signboard::base::ParseRfc3339(start);
  if (!began.ok()) return Fail(signboard::base::Annotate(began.status(), "--start"));
  const signboard::base::SystemClock system;
  const signboard::world::FastClock clock(system, *began, speed);
  const auto world = World::Open(sites, clock);
  if (!world.ok()) return Fail(world.status());

  asio::io_context io;
  signboard::net::HttpServer::Options options;
  options.clock = &clock;
  auto server = signboard::net::HttpServer::Listen(io.get_executor(), listen, options,
                                                   [&](signboard::net::HttpServerRequest request) {
                                                     return Answer(&*world, std::move(request));
                                                   });
  if (!server.ok()) return Fail(server.status());
  std::printf("serving %zu sites on port %u\n", world->sites().size(), (*server)->port());
  for (const auto& site : world->sites())
    std::printf("  http://%s/  %s\n", site.hosts.front().c_str(), site.name.c_str());
  std::fflush(stdout);

  asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](boost::system::error_code, int) { io.stop(); });
  io.run();
  return 0;
}
