// ArchiveService: the calls about detecting again.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/archive/archive_service.h"

namespace signboard::archive {
namespace {

constexpr size_t kChangesAtOnce = 16;  // Each may hold a text of 1 MiB.

Status NoRedetector() { return base::Unimplemented("this server detects nothing again"); }

Status Give(StatusOr<v1::Redetection> job, v1::Redetection* reply) {
  if (!job.ok()) return std::move(job).status();
  *reply = std::move(job).value();
  return OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* ArchiveService::StartRedetection(
    grpc::CallbackServerContext* context, const v1::StartRedetectionRequest* request,
    v1::Redetection* reply) {
  return base::ServeUnaryOnPool(context, pool_, [this, request, reply] {
    return redetector_ == nullptr ? NoRedetector() : Give(redetector_->Start(*request), reply);
  });
}

grpc::ServerUnaryReactor* ArchiveService::ApplyRedetection(
    grpc::CallbackServerContext* context, const v1::ApplyRedetectionRequest* request,
    v1::Redetection* reply) {
  return base::ServeUnaryOnPool(context, pool_, [this, request, reply] {
    return redetector_ == nullptr ? NoRedetector() : Give(redetector_->Apply(request->id()), reply);
  });
}

grpc::ServerUnaryReactor* ArchiveService::CancelRedetection(
    grpc::CallbackServerContext* context, const v1::CancelRedetectionRequest* request,
    v1::Redetection* reply) {
  return base::ServeUnaryOnPool(context, pool_, [this, request, reply] {
    return redetector_ == nullptr ? NoRedetector()
                                  : Give(redetector_->Cancel(request->id()), reply);
  });
}

grpc::ServerWriteReactor<v1::RedetectionEvent>* ArchiveService::WatchRedetection(
    grpc::CallbackServerContext* context, const v1::WatchRedetectionRequest* request) {
  return base::ServeWrites<v1::RedetectionEvent>(
      context, executor_, [this, request](base::ServerWriter<v1::RedetectionEvent>* stream) {
        return DoWatchRedetection(stream, request->after_number());
      });
}

ArchiveService::Done ArchiveService::DoWatchRedetection(
    base::ServerWriter<v1::RedetectionEvent>* stream, uint64_t after) {
  if (redetector_ == nullptr) co_return NoRedetector();
  const std::optional<Budget::Taken> call = tails_.Take(1);
  if (!call) {
    co_return base::TryAfter(base::ResourceExhausted("too many watch the archive: try again later"),
                             Millis(1'000));
  }
  base::Bell::Listener listener(&redetector_->bell());
  while (!stopping_) {
    // The job first: what it had found by then is in the list.
    auto asking = base::OnPool(pool_, [this] { return redetector_->Newest(); });
    auto job = co_await std::move(asking);
    if (!job.ok()) co_return std::move(job).status();
    while (after < job->change_count()) {
      auto reading = base::OnPool(
          pool_, [this, after] { return redetector_->ChangesAfter(after, kChangesAtOnce); });
      auto changes = co_await std::move(reading);
      if (!changes.ok()) co_return std::move(changes).status();
      if (changes->empty()) break;  // Another job took its place.
      for (v1::RedetectionChange& change : *changes) {
        after = change.number();
        v1::RedetectionEvent event;
        *event.mutable_change() = std::move(change);
        const bool heard = co_await stream->Write(std::move(event));
        if (!heard) co_return base::Cancelled("the watcher went away");
      }
    }
    const bool rests = !IsMoving(*job);
    v1::RedetectionEvent event;
    *event.mutable_progress() = *std::move(job);
    const bool heard = co_await stream->Write(std::move(event));
    if (!heard) co_return base::Cancelled("the watcher went away");
    if (rests) co_return OkStatus();
    co_await listener.Wait();
  }
  co_return base::Unavailable("the archive is going away");
}

}  // namespace signboard::archive
