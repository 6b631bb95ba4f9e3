// signboard demo: the sample world, and everything that watches it, in one process whose clock
// jumps from one due instant to the next.
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <utility>

#include "deploy/signboard/cli.h"
#include "deploy/signboard/demo_deployment.h"
#include "deploy/signboard/demo_driver.h"
#include "deploy/signboard/demo_summary.h"
#include "deploy/signboard/demo_world.h"
#include "proto/base/log.h"
#include "proto/base/rpc_client.h"
#include "proto/base/rpc_status.h"

namespace signboard::cli {
namespace {

namespace fs = std::filesystem;

// So that what was taken away on the world's last day is missed on the next.
constexpr Millis kAfterTheEnd{26 * 3'600'000};
constexpr Millis kDay{24 * 3'600'000};
constexpr Millis kDrainTime{5'000};
// Between two looks while something is under way, and while the clock waits for ours.
constexpr Millis kLook{1};
constexpr Millis kNap{20};
// What a crawl of a few small sites wants: SIGNBOARD_… in the environment overrides it, as always.
constexpr char kSettings[] = R"(
[frontier]
delay = "2s"
worker_wait = "500ms"
hub_interval_start = "100m"
hub_interval_min = "15m"
hub_interval_max = "3h"
page_interval_start = "12h"
page_interval_min = "6h"
page_interval_max = "20h"
[log]
level = "warn"
)";

struct Options {
  bool once = false;
  bool processes = false;
  std::string data;
  std::string sites = SIGNBOARD_WORLD_SITES;
  std::string pace = "60s";
  std::optional<int> port;
  std::optional<int> grpc_port;
};

// The directory a demo works in: the one that was named, which must be empty, or one of its own
// that goes away with it.
class Workplace {
 public:
  static StatusOr<std::unique_ptr<Workplace>> Make(const std::string& named) {
    std::error_code error;
    if (!named.empty()) {
      if (fs::exists(named, error) && !fs::is_empty(named, error))
        return base::FailedPrecondition("--data " + named + " holds something already; a demo "
                                        "begins with an empty directory");
      fs::create_directories(named, error);
      if (error) return base::Unavailable("--data " + named + ": " + error.message());
      return std::unique_ptr<Workplace>(new Workplace(named, false));
    }
    std::string made = (fs::temp_directory_path(error) / "signboard-demo-XXXXXX").string();
    if (mkdtemp(made.data()) == nullptr)
      return base::Unavailable("cannot make a directory like " + made);
    return std::unique_ptr<Workplace>(new Workplace(made, true));
  }
  ~Workplace() {
    std::error_code error;
    if (own_) fs::remove_all(directory_, error);
  }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
  const std::string& directory() const { return directory_; }

 private:
  Workplace(std::string directory, bool own) : directory_(std::move(directory)), own_(own) {}

  const std::string directory_;
  const bool own_;
};

StatusOr<Settings> MakeSettings(const Options& options, const std::string& directory,
                                uint16_t world_port) {
  Settings settings;
  base::ConfigSchema schema;
  BindSettings(&settings, &schema);
  RETURN_IF_ERROR(schema.LoadText(kSettings, "the demo's settings"));
  RETURN_IF_ERROR(schema.ApplyEnvironment(environ));
  settings.data_directory = directory;
  settings.listen = "127.0.0.1:" + std::to_string(options.grpc_port.value_or(
                                       options.once ? 0 : 7070));
  const int port = options.port.value_or(options.once ? 0 : 8080);
  settings.gateway_listen = (options.once ? "127.0.0.1:" : ":") + std::to_string(port);
  settings.connect_to = {"*:80=127.0.0.1:" + std::to_string(world_port)};
  settings.guard_allow = {"127.0.0.1/32"};
  return settings;
}

Status AddSeedsTo(const std::shared_ptr<grpc::Channel>& channel,
                  const v1::AddSeedsRequest& request) {
  grpc::ClientContext call;
  call.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  call.set_wait_for_ready(true);  // The frontier may still be starting.
  v1::AddSeedsReply reply;
  const auto status = v1::Scheduling::NewStub(channel)->AddSeeds(&call, request, &reply);
  if (!status.ok()) return base::FromGrpc(status);
  for (const auto& result : reply.results())
    if (!result.error().empty())
      return base::InvalidArgument("seed " + result.url() + ": " + result.error());
  return OkStatus();
}

// Our time and the world's.
class Pace {
 public:
  Pace(WorldDays days, std::optional<Millis> day_lasts)
      : days_(days), day_lasts_(day_lasts), began_(std::chrono::steady_clock::now()) {}

  // Up to where the world's clock may go now.
  UnixTime Most() const {
    if (!day_lasts_) return days_.last;
    const double passed = Seconds() * 1'000 / static_cast<double>(day_lasts_->count());
    const double days = std::min(passed, 36'500.0);
    return std::min(days_.last, days_.first + Millis(static_cast<int64_t>(
                                                  days * static_cast<double>(kDay.count()))));
  }
  double Seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  }
  const WorldDays& days() const { return days_; }

 private:
  const WorldDays days_;
  const std::optional<Millis> day_lasts_;
  const std::chrono::steady_clock::time_point began_;
};

// True: told to stop.
bool RestOrStop(const sigset_t& signals, Millis span) {
  const timespec most{span.count() / 1'000, (span.count() % 1'000) * 1'000'000};
  return sigtimedwait(&signals, nullptr, &most) > 0;
}

// To the end of the world's days. kCancelled: told to stop before.
Status LiveThrough(DemoDriver* driver, const Pace& pace, const sigset_t& signals) {
  while (true) {
    const UnixTime most = pace.Most();
    ASSIGN_OR_RETURN(const DemoDriver::Look look, driver->Step(most));
    const bool level = look == DemoDriver::Look::kLevel;
    if (level && most >= pace.days().last) return OkStatus();
    if (RestOrStop(signals, look == DemoDriver::Look::kMoved ? Millis(0) : level ? kNap : kLook))
      return base::Cancelled("stopped by a signal");
  }
}

void Greet(const DemoDeployment& node, const Pace& pace, const std::string& directory) {
  std::fprintf(stderr,
               "The sample world lives from %s to %s.\n"
               "  home page      http://127.0.0.1:%u/\n"
               "  announcements  http://127.0.0.1:%u/announcements\n"
               "  feed           http://127.0.0.1:%u/announcements.atom\n"
               "  gRPC           %s (signboard --server %s status)\n"
               "  data           %s\n"
               "Ctrl-C ends it.\n",
               base::FormatRfc3339(pace.days().first).c_str(),
               base::FormatRfc3339(pace.days().last).c_str(), node.http_port(), node.http_port(),
               node.http_port(), node.grpc_address().c_str(), node.grpc_address().c_str(),
               directory.c_str());
}

int Report(const Context& context, const DemoDeployment& deployment,
           const v1::AddSeedsRequest& seeds, const Pace& pace) {
  const double seconds = pace.Seconds();
  const UnixTime now = deployment.clock().Now();
  auto summary = Summarize(deployment.frontier(), deployment.storage(), seeds);
  if (!summary.ok()) return Fail(context, summary.status());
  summary->seconds = seconds;
  summary->simulated_days = static_cast<double>((now - pace.days().first).count()) /
                            static_cast<double>(kDay.count());
  if (context.json) {
    PrintJson(SummaryJson(*summary));
  } else {
    PrintSummary(*summary);
  }
  return kOk;
}

// What a start meets is this machine's trouble, not a server that is away.
int FailHere(const Context& context, const Status& status) {
  Fail(context, status);
  return status.code() == StatusCode::kInvalidArgument ? kUsage : kFailed;
}

// What a demo is made of, once everything runs.
struct Scene {
  DemoDeployment* deployment;
  DemoWorld* world;
  const Pace* pace;
  const sigset_t* signals;
};

int Watch(const Context& context, const Options& options, const Scene& scene,
          const std::string& directory) {
  DemoDeployment& deployment = *scene.deployment;
  const v1::AddSeedsRequest seeds = scene.world->Seeds();
  if (const Status added = AddSeedsTo(deployment.frontier(), seeds); !added.ok())
    return FailHere(context, added);
  if (!options.once) Greet(deployment, *scene.pace, directory);
  DemoDriver driver(deployment.frontier(), deployment.storage(), &deployment.clock(),
                    [&deployment](UnixTime now) { deployment.SetClock(now); });
  const Status lived = LiveThrough(&driver, *scene.pace, *scene.signals);
  const bool stopped = lived.code() == StatusCode::kCancelled;
  if (!lived.ok() && !(stopped && !options.once)) return FailHere(context, lived);
  const int code = Report(context, deployment, seeds, *scene.pace);
  if (!options.once && !stopped) {
    std::fprintf(stderr, "The sample world's days are over; its pages are served until Ctrl-C.\n");
    while (!RestOrStop(*scene.signals, Millis(60'000))) {
    }
  }
  return code;
}

int Live(const Context& context, const Options& options, const sigset_t& signals) {
  const auto day = base::ParseSpan(options.pace);
  if (!day.ok()) return FailHere(context, base::Annotate(day.status(), "--pace"));
  auto workplace = Workplace::Make(options.data);
  if (!workplace.ok()) return FailHere(context, workplace.status());
  const std::string& directory = (*workplace)->directory();
  StatusOr<std::unique_ptr<DemoDeployment>> made = OneProcess();
  if (options.processes) made = ManyProcesses(directory);
  if (!made.ok()) return FailHere(context, made.status());
  const std::unique_ptr<DemoDeployment> deployment = std::move(*made);
  auto world = DemoWorld::Start(options.sites, deployment->clock());
  if (!world.ok()) return FailHere(context, world.status());
  const Pace pace(DaysOf((*world)->world(), kAfterTheEnd),
                  options.once ? std::nullopt : std::optional<Millis>(*day));
  deployment->SetClock(pace.days().first);
  const auto settings = MakeSettings(options, directory, (*world)->port());
  if (!settings.ok()) return FailHere(context, settings.status());
  if (const Status set = SetLog(*settings); !set.ok()) return FailHere(context, set);
  if (const Status started = deployment->Start(*settings); !started.ok())
    return FailHere(context, started);
  const int code = Watch(context, options, {deployment.get(), world->get(), &pace, &signals},
                         directory);
  deployment->Stop(kDrainTime);
  return code;
}

int Run(const Context& context, const Options& options) {
  // Blocked before any thread starts, so that only sigtimedwait sees them.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGINT, SIGTERM}) sigaddset(&signals, number);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  base::IgnoreSigpipe();
  return Live(context, options, signals);
}

}  // namespace

void AddDemo(CLI::App& app, Context& context) {
  auto o = std::make_shared<Options>();
  auto* verb = app.add_subcommand("demo", "A small world of sample sites, and everything watching");
  verb->add_flag("--once", o->once, "Live through the world's days at full speed, then say what "
                                    "was seen");
  verb->add_flag("--processes", o->processes, "Each role in a process of its own, two crawlers");
  verb->add_option("--pace", o->pace, "How long one of the world's days lasts here")
      ->capture_default_str();
  verb->add_option("--data", o->data, "An empty directory for the data; one that goes away");
  verb->add_option("--port", o->port, "Of the home page; 8080, with --once a free one")
      ->check(CLI::Range(0, 65'535));
  verb->add_option("--grpc-port", o->grpc_port, "Of gRPC; 7070, with --once a free one")
      ->check(CLI::Range(0, 65'535));
  verb->add_option("--sites", o->sites, "Folder of the sample sites")->capture_default_str();
  verb->footer("Examples:\n  signboard demo\n  signboard demo --once --json");
  verb->callback([&context, o] { context.action = [&context, o] { return Run(context, *o); }; });
}

}  // namespace signboard::cli
