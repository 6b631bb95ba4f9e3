#include "deploy/signboard/demo_driver.h"

#include <grpcpp/client_context.h>

#include <algorithm>
#include <utility>

#include "proto/base/rpc_status.h"

namespace signboard::cli {
namespace {

constexpr Millis kCallTimeout{10'000};

void SetDeadline(grpc::ClientContext* call) {
  call->set_deadline(std::chrono::system_clock::now() + kCallTimeout);
}

}  // namespace

DemoDriver::DemoDriver(const std::shared_ptr<grpc::Channel>& frontier,
                       const std::shared_ptr<grpc::Channel>& storage, const Clock* clock,
                       SetClock set_clock)
    : frontier_(v1::Scheduling::NewStub(frontier)),
      archive_(v1::Archive::NewStub(storage)),
      register_(v1::Register::NewStub(storage)),
      clock_(clock),
      set_clock_(std::move(set_clock)) {}

StatusOr<DemoDriver::Look> DemoDriver::Step(UnixTime most) {
  grpc::ClientContext call;
  SetDeadline(&call);
  v1::FrontierStats stats;
  const grpc::Status answered = frontier_->GetFrontierStats(&call, {}, &stats);
  if (!answered.ok()) return Busy("the frontier: " + answered.error_message());
  if (stats.epoch() != epoch_) {
    // Another process than before: it counts from zero.
    epoch_ = stats.epoch();
    level_at_ = 0;
  }
  if (stats.reports_settled() != settled_) {
    settled_ = stats.reports_settled();
    moved_ = std::chrono::steady_clock::now();
  }
  std::string why = UnderWay(stats);
  if (!why.empty()) return Busy(std::move(why));

  moved_ = std::chrono::steady_clock::now();
  const int64_t next = stats.next_due_ms();
  if (next != 0 && next <= ToMillis(most)) {
    set_clock_(FromMillis(next));
    return Look::kMoved;
  }
  if (most > clock_->Now()) set_clock_(most);
  return Look::kLevel;
}

std::string DemoDriver::UnderWay(const v1::FrontierStats& stats) {
  if (stats.workers() == 0) return "no worker is there";
  if (stats.leased() > 0) return std::to_string(stats.leased()) + " URLs are being fetched";
  const int64_t next = stats.next_due_ms();
  if (next != 0 && next <= ToMillis(clock_->Now()))
    return std::to_string(stats.due()) + " URLs are due and not lent";
  // Findings come before the report of their page: without a new report there are no new findings.
  if (level_at_ == stats.reports_settled() + 1) return "";
  std::string behind = RegisterBehind();
  if (behind.empty()) level_at_ = stats.reports_settled() + 1;
  return behind;
}

std::string DemoDriver::RegisterBehind() {
  grpc::ClientContext call;
  SetDeadline(&call);
  v1::RegisterStats stats;
  const grpc::Status answered = register_->GetRegisterStats(&call, {}, &stats);
  if (!answered.ok()) return "the register: " + answered.error_message();
  if (stats.cursors().empty()) return "the register follows no findings yet";
  for (const auto& cursor : stats.cursors()) {
    const std::string shard = "the findings of the shard from slot " +
                              std::to_string(cursor.slot_first());
    if (!cursor.connected()) return "the register does not follow " + shard;
    // What the register knows of the log may be older than the log.
    grpc::ClientContext tail;
    SetDeadline(&tail);
    v1::TailFindingsRequest request;
    request.set_slot(cursor.slot_first());
    request.set_after(cursor.followed());
    const auto stream = archive_->TailFindings(&tail, request);
    v1::TailFindingsReply first;
    const bool told = stream->Read(&first);
    tail.TryCancel();
    const grpc::Status ended = stream->Finish();
    if (!told) return "the archive: " + ended.error_message();
    if (first.has_entry() || first.level().sequence() > cursor.followed())
      return "the register has not merged all " + shard;
  }
  return "";
}

StatusOr<DemoDriver::Look> DemoDriver::Busy(std::string why) {
  const auto still = std::chrono::steady_clock::now() - moved_;
  if (still > kStuckAfter)
    return base::DeadlineExceeded("nothing has moved for two minutes: " + why);
  return Look::kBusy;
}

}  // namespace signboard::cli
