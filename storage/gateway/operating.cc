// The routes for operators: alive, ready, metrics, version.
#include "proto/base/probe.h"
#include "storage/gateway/services.h"

namespace signboard::gateway {
namespace {

constexpr Millis kReadyFor{1'000};
constexpr Millis kReadyTimeout{2'000};

HttpServerResponse Text(int status, std::string body) {
  HttpServerResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-store"}};
  response.body = std::move(body);
  return response;
}

HttpServerResponse NotReady(std::string why) {
  HttpServerResponse response = Text(503, std::move(why));
  response.SetHeader("Retry-After", "1");
  return response;
}

// False: the last word is young enough, or somebody is asking already.
bool BeginAsking(Readiness* readiness, UnixTime now) {
  base::MutexLock lock(readiness->mutex);
  if (readiness->asked && readiness->asking) return false;
  if (readiness->asked && now >= *readiness->asked && now - *readiness->asked < kReadyFor)
    return false;
  readiness->asking = true;
  return true;
}

std::string Word(const Status& status) { return status.ok() ? "ok" : base::ToString(status); }

}  // namespace

AnswerLater Livez(Services*, HttpServerRequest) { co_return Text(200, "ok\n"); }

AnswerLater Readyz(Services* services, HttpServerRequest) {
  Readiness& readiness = services->readiness;
  if (readiness.draining) co_return NotReady("draining\n");
  if (BeginAsking(&readiness, services->clock->Now())) {
    const auto archive = co_await services->backend.GetArchiveStats(kReadyTimeout);
    const auto frontier = co_await services->backend.GetFrontierStats(kReadyTimeout);
    const auto registry = co_await services->registry.Stats(kReadyTimeout);
    base::MutexLock lock(readiness.mutex);
    readiness.archive = archive.status();
    readiness.frontier = frontier.status();
    readiness.registry = registry.status();
    readiness.asked = services->clock->Now();
    readiness.asking = false;
  }
  base::MutexLock lock(readiness.mutex);
  const std::string words = "archive " + Word(readiness.archive) + "\nfrontier " +
                            Word(readiness.frontier) + "\nregister " +
                            Word(readiness.registry) + "\n";
  const bool ready =
      readiness.archive.ok() && readiness.frontier.ok() && readiness.registry.ok();
  if (!ready) co_return NotReady(words);
  co_return Text(200, words);
}

AnswerLater Metrics(Services*, HttpServerRequest) {
  HttpServerResponse response = Text(200, base::RenderMetrics());
  response.SetHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  co_return response;
}

AnswerLater Version(Services* services, HttpServerRequest) {
  co_return JsonAnswer({{"name", "signboard"}, {"version", services->options.version}});
}

}  // namespace signboard::gateway
