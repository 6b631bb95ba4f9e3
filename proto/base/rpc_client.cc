#include "proto/base/rpc_client.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <chrono>
#include <mutex>

#include "proto/base/rpc_server.h"

namespace signboard::base {
namespace {

// gRPC's callback threads live as long as a channel or server uses them. When the last use ends in
// a callback (a call that dies after its channel), gRPC 1.51 joins the thread it is on and frees
// the queue under it. One channel that has used them and is never destroyed keeps them for good;
// having no target, it costs a few hundred bytes and connects to nothing.
void KeepCallbackThreads() {
  struct Call {
    std::shared_ptr<grpc::Channel> channel = grpc::CreateChannel("", nullptr);
    grpc::ClientContext context;
    grpc::Slice nothing;
    grpc::ByteBuffer request{&nothing, 1};
    grpc::ByteBuffer reply;
  };
  static auto* const kept = new Call;
  grpc::GenericStub(kept->channel)
      .UnaryCall(&kept->context, "/none/None", {}, &kept->request, &kept->reply,
                 [](const grpc::Status&) {});
}

}  // namespace

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  static std::once_flag once;
  std::call_once(once, KeepCallbackThreads);
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 2'000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 20'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  // The environment's http_proxy is meant for the web, not for the process beside this one.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetMaxReceiveMessageSize(kRpcMessageBytesMax);
  arguments.SetMaxSendMessageSize(kRpcMessageBytesMax);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

namespace internal {

void SetDeadline(grpc::ClientContext& context, Millis timeout) {
  context.set_deadline(std::chrono::system_clock::now() + timeout);
}

asio::awaitable<Status> ClientCall::End() {
  auto start = [this](std::shared_ptr<Waiter> waiter) {
    {
      MutexLock lock(mutex_);
      if (!over_) {
        waiters_.push_back(std::move(waiter));
        return;
      }
    }
    waiter->Complete(true);
  };
  auto wait = WaitFor(std::move(start), [this](Waiter&) { context.TryCancel(); });
  co_await std::move(wait);
  MutexLock lock(mutex_);
  co_return status_;
}

void ClientCall::Abandon() {
  context.TryCancel();
  LetGo();
}

void ClientCall::LetGo() {
  if (!let_go_.exchange(true)) DropHold();
}

void ClientCall::Ended(const grpc::Status& status) {
  std::vector<std::shared_ptr<Waiter>> told;
  const std::shared_ptr<ClientCall> alive = std::move(self);
  {
    MutexLock lock(mutex_);
    over_ = true;
    status_ = FromGrpc(status);
    told.swap(waiters_);
  }
  for (const auto& waiter : told) waiter->Complete(true);
}

}  // namespace internal
}  // namespace signboard::base
