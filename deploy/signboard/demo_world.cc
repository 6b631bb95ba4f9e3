#include "deploy/signboard/demo_world.h"

#include <utility>
#include <vector>

namespace signboard::cli {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::hours kBeijing{8};
constexpr std::chrono::hours kMorning{8};
// 2025-11-17 00:00 UTC: where the sample sites begin.
constexpr UnixTime kOtherwise = FromMillis(1'763'337'600'000);

asio::awaitable<net::HttpServerResponse> Answer(const world::World* world,
                                                net::HttpServerRequest request) {
  co_return world->Answer(request);
}

}  // namespace

StatusOr<std::unique_ptr<DemoWorld>> DemoWorld::Start(const std::string& sites,
                                                      const Clock& clock) {
  ASSIGN_OR_RETURN(world::World world, world::World::Open(sites, clock));
  std::unique_ptr<DemoWorld> demo(new DemoWorld(std::move(world)));
  net::HttpServer::Options options;
  options.clock = &clock;
  const world::World* const served = &demo->world_;
  ASSIGN_OR_RETURN(demo->server_,
                   net::HttpServer::Listen(demo->io_.get_executor(), "127.0.0.1:0", options,
                                           [served](net::HttpServerRequest request) {
                                             return Answer(served, std::move(request));
                                           }));
  demo->thread_ = std::thread([io = &demo->io_] { io->run(); });
  return demo;
}

DemoWorld::~DemoWorld() {
  io_.stop();
  if (thread_.joinable()) thread_.join();
}

v1::AddSeedsRequest DemoWorld::Seeds() const {
  v1::AddSeedsRequest request;
  for (const world::Site& site : world_.sites()) {
    for (const std::string& url : site.seeds) {
      v1::Seed* const seed = request.add_seeds();
      seed->set_url(url);
      seed->set_kind(site.kind);
      seed->set_code(site.code);
      seed->set_note(site.name);
    }
  }
  return request;
}

WorldDays DaysOf(const world::World& world, Millis after) {
  const std::vector<UnixTime> instants = world.Instants();
  if (instants.empty()) return {kOtherwise, kOtherwise + std::chrono::hours(24)};
  const auto day = std::chrono::floor<std::chrono::days>(instants.front() + kBeijing);
  UnixTime first = UnixTime(day) + kMorning - kBeijing;
  if (first > instants.front()) first -= std::chrono::hours(24);
  return {first, instants.back() + after};
}

}  // namespace signboard::cli
