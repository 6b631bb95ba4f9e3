#include "deploy/signboard/run.h"

#include <signal.h>

#include <atomic>
#include <cstdio>
#include <memory>
#include <optional>
#include <thread>

#include "deploy/signboard/file_clock.h"
#include "deploy/signboard/node.h"
#include "proto/base/log.h"
#include "proto/base/rpc_status.h"

namespace signboard::cli {
namespace {

// SIGTERM must be answered within ten seconds, stores closed included.
constexpr Millis kDrainTime{8'000};

StatusOr<Settings> Load(const RunOptions& options) {
  Settings settings;
  RETURN_IF_ERROR(LoadSettings(options.config, &settings));
  if (!options.data.empty()) settings.data_directory = options.data;
  if (!options.urlfrontier.empty()) settings.urlfrontier = options.urlfrontier;
  if (!options.crawl.empty()) settings.urlfrontier_crawl = options.crawl;
  if (options.roles.frontier && options.roles.crawler && !settings.urlfrontier.empty())
    return base::InvalidArgument("[crawler] urlfrontier is for `signboard crawler`: `signboard "
                                 "run` has a frontier of its own");
  return settings;
}

// SIGHUP: [log] and [alerts] can change; anything else is refused, and the old settings stay.
void Reload(const RunOptions& options, const Settings& running, Node* node) {
  Settings fresh;
  base::ConfigSchema before, after;
  Settings old = running;
  BindSettings(&old, &before);
  BindSettings(&fresh, &after);
  Status status = options.config.empty() ? OkStatus() : after.LoadFile(options.config);
  if (status.ok()) status = after.ApplyEnvironment(environ);
  if (!options.data.empty()) fresh.data_directory = options.data;
  if (status.ok()) {
    const auto fixed = base::ChangedNotReloadable(before, after);
    if (!fixed.empty()) status = base::InvalidArgument(fixed.front() + " needs a restart");
  }
  if (status.ok()) status = node->Reload(fresh);
  if (status.ok()) status = SetLog(fresh);  // Its keys were checked when they were read.
  if (status.ok()) {
    Log(kInfo, "reloaded", {{"config", options.config}});
  } else {
    Log(kError, "reload_refused", {{"why", base::ToString(status)}});
  }
}

void Greet(const Node& node, const Settings& settings, Roles roles) {
  std::fprintf(stderr, "signboard runs.\n");
  if (roles.gateway) {
    const std::string host = settings.gateway_listen.starts_with(":")
                                 ? "127.0.0.1"
                                 : settings.gateway_listen.substr(
                                       0, settings.gateway_listen.rfind(':'));
    std::fprintf(stderr, "  home page  http://%s:%u/\n", host.c_str(), node.http_port());
  }
  if (!node.grpc_address().empty())
    std::fprintf(stderr, "  gRPC       %s\n", node.grpc_address().c_str());
  if (node.health_port() != 0)
    std::fprintf(stderr, "  readiness  http://%s/readyz\n", settings.metrics_listen.c_str());
  if (roles.serves_data())
    std::fprintf(stderr, "  data       %s\n", settings.data_directory.c_str());
  if (roles.crawler && settings.contact_url.empty() && settings.connect_to.empty()) {
    std::fprintf(stderr,
                 "  The open web is not crawled before [crawler] contact_url is set:\n"
                 "    signboard config init > signboard.toml, then run --config signboard.toml\n");
  }
}

// Wakes the frontier when a clock that somebody else moves has moved.
class ClockWatch {
 public:
  ClockWatch(const Clock* clock, Node* node)
      : thread_([this, clock, node] {
          UnixTime seen = clock->Now();
          while (!stop_) {
            std::this_thread::sleep_for(kClockLook);
            if (clock->Now() == seen) continue;
            seen = clock->Now();
            node->Poke();
          }
        }) {}
  ~ClockWatch() {
    stop_ = true;
    thread_.join();
  }

 private:
  static constexpr Millis kClockLook{1};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

StatusOr<std::unique_ptr<Clock>> MakeClock(const Settings& settings) {
  if (settings.clock_file.empty()) return std::unique_ptr<Clock>(new base::SystemClock);
  ASSIGN_OR_RETURN(auto clock, FileClock::Open(settings.clock_file));
  return std::unique_ptr<Clock>(std::move(clock));
}

}  // namespace

int RunRoles(const Context& context, const RunOptions& options) {
  // Blocked before any thread starts, so that only sigwait sees them.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, number);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  base::IgnoreSigpipe();

  const auto settings = Load(options);
  if (!settings.ok()) return Fail(context, settings.status());
  if (const Status set = SetLog(*settings); !set.ok()) return Fail(context, set);
  const auto clock = MakeClock(*settings);
  if (!clock.ok()) return Fail(context, clock.status());
  auto node = Node::Start(*settings, options.roles, **clock);
  if (!node.ok()) {
    // What a start meets is this machine's trouble, not a server that is away.
    Fail(context, node.status());
    return kFailed;
  }
  Greet(**node, *settings, options.roles);
  std::optional<ClockWatch> watch;
  if (!settings->clock_file.empty()) watch.emplace(clock->get(), node->get());
  int number = 0;
  while (sigwait(&signals, &number) == 0 && number == SIGHUP)
    Reload(options, *settings, node->get());
  Log(kInfo, "stopping", {{"signal", number}});
  watch.reset();
  (*node)->Stop(kDrainTime);
  return kOk;
}

void AddRun(CLI::App& app, Context& context) {
  auto options = std::make_shared<RunOptions>();
  auto* verb = app.add_subcommand("run", "All roles in one process, on this machine");
  verb->add_option("--config", options->config, "signboard.toml");
  verb->add_option("--data", options->data, "Data directory; overrides the configuration");
  verb->footer("Example: signboard run --config signboard.toml --data /var/lib/signboard");
  verb->callback([&context, options] {
    context.action = [&context, options] { return RunRoles(context, *options); };
  });
}

}  // namespace signboard::cli
