// signboard run: all roles in one process, until told to stop.
#include <signal.h>

#include <cstdio>

#include "deploy/signboard/cli.h"
#include "deploy/signboard/node.h"
#include "proto/base/log.h"
#include "proto/base/rpc_status.h"

namespace signboard::cli {
namespace {

// SIGTERM must be answered within ten seconds, stores closed included.
constexpr Millis kDrainTime{8'000};

struct Options {
  std::string config;
  std::string data;
};

StatusOr<Settings> Load(const Options& options) {
  Settings settings;
  RETURN_IF_ERROR(LoadSettings(options.config, &settings));
  if (!options.data.empty()) settings.data_directory = options.data;
  return settings;
}

// SIGHUP: the log's keys can change; anything else is refused, and the old settings stay.
void Reload(const Options& options, const Settings& running) {
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
  if (status.ok()) status = SetLog(fresh);
  if (status.ok()) {
    Log(kInfo, "reloaded", {{"config", options.config}});
  } else {
    Log(kError, "reload_refused", {{"why", base::ToString(status)}});
  }
}

void Greet(const Node& node, const Settings& settings) {
  const std::string host = settings.gateway_listen.starts_with(":") ? "127.0.0.1" : "";
  const std::string address =
      host.empty() ? settings.gateway_listen.substr(0, settings.gateway_listen.rfind(':')) : host;
  std::fprintf(stderr,
               "signboard runs.\n"
               "  home page  http://%s:%u/\n"
               "  gRPC       %s\n"
               "  data       %s\n",
               address.c_str(), node.http_port(), node.grpc_address().c_str(),
               settings.data_directory.c_str());
  if (settings.contact_url.empty() && settings.connect_to.empty()) {
    std::fprintf(stderr,
                 "  The open web is not crawled before [crawler] contact_url is set:\n"
                 "    signboard config init > signboard.toml, then run --config signboard.toml\n");
  }
}

int Run(const Context& context, const Options& options) {
  // Blocked before any thread starts, so that only sigwait sees them.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, number);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  base::IgnoreSigpipe();

  const auto settings = Load(options);
  if (!settings.ok()) return Fail(context, settings.status());
  if (const Status set = SetLog(*settings); !set.ok()) return Fail(context, set);
  const base::SystemClock clock;
  auto node = Node::Start(*settings, clock);
  if (!node.ok()) {
    // What a start meets is this machine's trouble, not a server that is away.
    Fail(context, node.status());
    return kFailed;
  }
  Greet(**node, *settings);
  int number = 0;
  while (sigwait(&signals, &number) == 0 && number == SIGHUP) Reload(options, *settings);
  Log(kInfo, "stopping", {{"signal", number}});
  (*node)->Stop(kDrainTime);
  return kOk;
}

}  // namespace

void AddRun(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  auto* verb = app.add_subcommand("run", "All roles in one process, on this machine");
  verb->add_option("--config", options->config, "signboard.toml");
  verb->add_option("--data", options->data, "Data directory; overrides the configuration");
  verb->footer("Example: signboard run --config signboard.toml --data /var/lib/signboard");
  verb->callback([&context, options] {
    context.action = [&context, options] { return Run(context, *options); };
  });
}

}  // namespace signboard::cli
