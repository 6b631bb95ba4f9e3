#include "proto/base/rpc_status.h"

#include <csignal>

#include "proto/base/text.h"

namespace signboard::base {
namespace {

static_assert(static_cast<int>(grpc::StatusCode::DATA_LOSS) ==
              static_cast<int>(StatusCode::kDataLoss));
static_assert(static_cast<int>(grpc::StatusCode::UNAUTHENTICATED) ==
              static_cast<int>(StatusCode::kUnauthenticated));

}  // namespace

grpc::Status ToGrpc(const Status& status) {
  if (status.ok()) return grpc::Status::OK;
  std::string_view message = Message(status);
  std::string bounded(message.substr(0, kRpcErrorBytesMax));
  if (bounded.size() < message.size()) bounded += "...";
  // gRPC percent-encodes what is not ASCII, but its peers in other languages expect UTF-8 within.
  return {static_cast<grpc::StatusCode>(status.code()), ToValidUtf8(bounded)};
}

Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return OkStatus();
  return MakeStatus(static_cast<StatusCode>(status.error_code()), status.error_message());
}

void IgnoreSigpipe() { std::signal(SIGPIPE, SIG_IGN); }

}  // namespace signboard::base
