#include "storage/archive/verify_service.h"

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "storage/archive/least_priority.h"
#include "storage/archive/verifier.h"

namespace signboard::archive {
namespace {

constexpr std::chrono::seconds kProgressGap{1};

}  // namespace

grpc::ServerWriteReactor<v1::VerifyEvent>* VerifyService::Verify(
    grpc::CallbackServerContext* context, const v1::VerifyRequest* request) {
  return base::ServeWrites<v1::VerifyEvent>(
      context, executor_, [this, request](base::ServerWriter<v1::VerifyEvent>* stream) {
        return DoVerify(stream, request->after());
      });
}

grpc::ServerUnaryReactor* VerifyService::GetDamage(grpc::CallbackServerContext* context,
                                                   const v1::GetDamageRequest*,
                                                   v1::DamageSummary* reply) {
  reply->set_damaged(DamageOf(archive_).count());
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

VerifyService::Done VerifyService::DoVerify(base::ServerWriter<v1::VerifyEvent>* stream,
                                            std::string after) {
  const std::optional<Budget::Taken> call = calls_.Take(1);
  if (!call) {
    co_return base::TryAfter(base::ResourceExhausted("the archive is being verified: try again "
                                                     "later"),
                             Millis(60'000));
  }
  auto counting = base::OnPool(pool_, [this] {
    TakeLeastPriority();
    return archive_.Stats();
  });
  const auto stats = co_await std::move(counting);
  const uint64_t all = stats.ok() ? stats->snapshots() : 0;  // The tallies may be what is damaged.
  CO_ASSIGN_OR_RETURN(const std::unique_ptr<Verifier> verifier,
                      MakeVerifier(archive_, after, all));
  auto told = std::chrono::steady_clock::now();
  while (!stopping_) {
    auto working = base::OnPool(pool_, [&verifier] { return verifier->Next(); });
    auto slice = co_await std::move(working);
    CO_RETURN_IF_ERROR(slice.status());
    v1::VerifyEvent event;
    bool heard = true;
    for (v1::Damage& damage : slice->damages) {
      *event.mutable_damage() = std::move(damage);
      if (heard) heard = co_await stream->Write(event);
    }
    const bool done = slice->progress.done();
    const auto now = std::chrono::steady_clock::now();
    // Behind what was found: who goes on from there has been told of it.
    if (heard && (done || !slice->damages.empty() || now - told >= kProgressGap)) {
      told = now;
      *event.mutable_progress() = std::move(slice->progress);
      heard = co_await stream->Write(event);
    }
    if (!heard) co_return base::Cancelled("the reader went away");
    if (done) co_return OkStatus();
  }
  co_return base::Unavailable("the archive is going away");
}

}  // namespace signboard::archive
