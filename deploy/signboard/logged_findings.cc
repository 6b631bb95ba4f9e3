#include "deploy/signboard/logged_findings.h"

#include <optional>
#include <utility>

#include "proto/base/rpc_status.h"
#include "proto/base/slot.h"

namespace signboard::cli {
namespace {

// The log of the shard that holds `slot`, up to where it ends now. Gives the shard's last slot.
grpc::Status ReadOne(const Context& context, v1::Archive::Stub* stub, uint32_t slot,
                     const std::function<void(v1::LoggedFindings)>& take, uint32_t* slot_last) {
  grpc::ClientContext call;
  if (const Status ready = context.Prepare(&call); !ready.ok()) return base::ToGrpc(ready);
  call.set_deadline(std::chrono::system_clock::time_point::max());  // As long as it comes.
  v1::TailFindingsRequest request;
  request.set_slot(slot);
  const auto reader = stub->TailFindings(&call, request);
  std::optional<uint64_t> end;
  uint64_t at = 0;
  v1::TailFindingsReply reply;
  while (reader->Read(&reply)) {
    if (reply.has_entry()) {
      at = reply.entry().sequence();
      take(std::move(*reply.mutable_entry()));
    } else {
      // The first says where the log ends; each further one that all before it was given.
      if (end) at = std::max(at, reply.level().sequence());
      if (!end) end = reply.level().sequence();
      *slot_last = reply.level().slot_last();
    }
    if (!end || at < *end) continue;
    call.TryCancel();
    while (reader->Read(&reply)) {
    }
    reader->Finish();
    return grpc::Status::OK;
  }
  const grpc::Status status = reader->Finish();
  return status.ok() ? grpc::Status(grpc::StatusCode::UNAVAILABLE, "the log broke off") : status;
}

}  // namespace

grpc::Status ReadFindingLogs(const Context& context,
                             const std::function<void(v1::LoggedFindings)>& take) {
  const auto stub = v1::Archive::NewStub(context.Channel("archive"));
  for (uint32_t slot = 0; slot < base::kSiteSlotCount;) {
    uint32_t last = slot;
    if (auto status = ReadOne(context, stub.get(), slot, take, &last); !status.ok())
      return status;
    slot = last + 1;
  }
  return grpc::Status::OK;
}

}  // namespace signboard::cli
