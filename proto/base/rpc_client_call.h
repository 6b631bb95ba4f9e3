// What lies under rpc_client.h: gRPC's client reactors with the two halves of a stream in them.
//
// A reactor belongs to itself until gRPC's OnDone. It holds the call open (AddHold) until Finish
// or until its handle dies, because operations are started from outside gRPC's reactions.
#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "proto/base/rpc_status.h"
#include "proto/base/rpc_stream.h"
#include "proto/base/time.h"

namespace signboard::base::internal {

void SetDeadline(grpc::ClientContext& context, Millis timeout);

template <class Reply>
struct UnaryCall {
  grpc::ClientContext context;
  Reply reply;
  grpc::Status status;
};

// What every streaming call has, whatever its direction.
class ClientCall {
 public:
  virtual ~ClientCall() = default;

  // Until gRPC is done with the call; its status. Several may wait; each holds the call.
  asio::awaitable<Status> End();
  // The handle is gone.
  void Abandon();
  // Lets the call end once no operation is under way. Nothing is started after this.
  void LetGo();

  grpc::ClientContext context;
  std::shared_ptr<ClientCall> self;  // Until OnDone.

 protected:
  virtual void DropHold() = 0;
  // From OnDone; may delete this.
  void Ended(const grpc::Status& status);

 private:
  std::atomic<bool> let_go_{false};
  Mutex mutex_;
  bool over_ GUARDED_BY(mutex_) = false;
  Status status_ GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<Waiter>> waiters_ GUARDED_BY(mutex_);
};

template <class Reactor>
class ClientCallOn : public Reactor, public ClientCall {
 public:
  void Begin() {
    this->AddHold();
    this->StartCall();
  }
  void OnDone(const grpc::Status& status) final { Ended(status); }

 protected:
  void DropHold() final { this->RemoveHold(); }
};

template <class Reply>
class ReadCall final : public ClientCallOn<grpc::ClientReadReactor<Reply>> {
 public:
  void OnReadDone(bool ok) override { reads.Done(ok); }

  std::shared_ptr<void> request;
  ReadHalf<Reply> reads{[this](Reply* reply) { this->StartRead(reply); }};
};

template <class Request, class Reply>
class WriteCall final : public ClientCallOn<grpc::ClientWriteReactor<Request>> {
 public:
  void OnWriteDone(bool ok) override { writes.Done(ok); }
  void OnWritesDoneDone(bool ok) override { writes.Done(ok); }

  Reply reply;
  WriteHalf<Request> writes{[this](const Request* request) {
    if (request != nullptr) {
      this->StartWrite(request);
    } else {
      this->StartWritesDone();
    }
  }};
};

template <class Request, class Reply>
class BidiCall final : public ClientCallOn<grpc::ClientBidiReactor<Request, Reply>> {
 public:
  void OnReadDone(bool ok) override { reads.Done(ok); }
  void OnWriteDone(bool ok) override { writes.Done(ok); }
  void OnWritesDoneDone(bool ok) override { writes.Done(ok); }

  ReadHalf<Reply> reads{[this](Reply* reply) { this->StartRead(reply); }};
  WriteHalf<Request> writes{[this](const Request* request) {
    if (request != nullptr) {
      this->StartWrite(request);
    } else {
      this->StartWritesDone();
    }
  }};
};

// The user's end of a call.
template <class Call>
class ClientStream {
 public:
  ClientStream() = default;
  ~ClientStream() {
    if (call_) call_->Abandon();
  }
  ClientStream(ClientStream&&) noexcept = default;
  ClientStream& operator=(ClientStream&&) = delete;

  // Breaks the call off: what is under way ends with false, Finish with kCancelled.
  void TryCancel() {
    if (call_) call_->context.TryCancel();
  }

 protected:
  Call* Make(std::optional<Millis> timeout) {
    call_ = std::make_shared<Call>();
    call_->self = call_;
    if (timeout) SetDeadline(call_->context, *timeout);
    return call_.get();
  }

  std::shared_ptr<Call> call_;
};

// The coroutines below hold the call themselves: the handle may die while they wait. Each awaitable
// is a variable first: g++ 12 destroys some temporaries of a co_await twice.
inline CancelHook CancelsCall(std::shared_ptr<ClientCall> call) {
  return [call = std::move(call)](Waiter&) { call->context.TryCancel(); };
}

template <class Call, class Reply>
asio::awaitable<bool> ReadNext(std::shared_ptr<Call> call, Reply* into) {
  auto read = call->reads.Read(into, CancelsCall(call));
  co_return co_await std::move(read);
}

template <class Call, class Request>
asio::awaitable<bool> WriteNext(std::shared_ptr<Call> call, Request request) {
  auto write = call->writes.Write(std::move(request), CancelsCall(call));
  co_return co_await std::move(write);
}

template <class Call>
asio::awaitable<bool> EndWrites(std::shared_ptr<Call> call) {
  auto end = call->writes.End(CancelsCall(call));
  co_return co_await std::move(end);
}

template <class Reply, class Call>
asio::awaitable<Status> DrainAndFinish(std::shared_ptr<Call> call) {
  Reply unread;
  bool more = true;
  while (more) {
    auto next = ReadNext(call, &unread);
    more = co_await std::move(next);
  }
  call->LetGo();
  co_return co_await call->End();
}

template <class Request, class Reply>
asio::awaitable<Status> FinishWriter(std::shared_ptr<WriteCall<Request, Reply>> call,
                                     Reply* reply) {
  auto end = EndWrites(call);
  co_await std::move(end);
  call->LetGo();
  const Status status = co_await call->End();
  if (status.ok()) *reply = std::move(call->reply);
  co_return status;
}

template <class Request, class Reply>
asio::awaitable<Status> FinishBidi(std::shared_ptr<BidiCall<Request, Reply>> call) {
  auto end = EndWrites(call);
  co_await std::move(end);
  auto finish = DrainAndFinish<Reply>(call);
  co_return co_await std::move(finish);
}

}  // namespace signboard::base::internal
