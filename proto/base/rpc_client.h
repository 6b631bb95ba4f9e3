// The client's side of a gRPC method as awaitables.
//
//   v1::ArchiveStats stats;
//   Status status = co_await CallUnary(stub->async(), &v1::Archive::Stub::async::GetArchiveStats,
//                                      request, &stats, Millis(2'000));
//
//   ClientReader<v1::Version> versions;
//   versions.Start(stub->async(), &v1::Archive::Stub::async::ListVersions, request,
//                  Millis(10'000));
//   for (v1::Version v; co_await versions.Read(&v);) ...
//   Status status = co_await versions.Finish();
//
// A stream is started once. Read and Write are false when the call is over; Finish tells why. A
// stream that is destroyed before Finish is cancelled.
//
// Threads: a stream belongs to one serial executor; there, one Read may overlap with any number of
//          Writes. Completions come on the awaiting coroutine's executor.
// Errors:  Finish and CallUnary: the server's status, or kUnavailable (no server),
//          kDeadlineExceeded, kCancelled. Cancelling the awaiting coroutine cancels the call.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "proto/base/rpc_client_call.h"

namespace signboard::base {

// Connects when first used, and again after 100 ms to 2 s whenever the connection is lost; dead
// peers are noticed by keepalive pings within 30 s. Never through a proxy.
std::shared_ptr<grpc::Channel> Connect(const std::string& address);

// Without a copy of the request: gRPC writes it down before the call's first wait, so it need live
// no longer than the caller waits for the awaitable.
template <class Stub, class Request, class Reply>
asio::awaitable<Status> CallUnaryInPlace(
    std::type_identity_t<Stub>* stub,
    void (Stub::*method)(grpc::ClientContext*, const Request*, Reply*,
                         std::function<void(grpc::Status)>),
    const std::type_identity_t<Request>* request, std::type_identity_t<Reply>* reply,
    Millis timeout) {
  auto call = std::make_shared<internal::UnaryCall<Reply>>();
  internal::SetDeadline(call->context, timeout);
  auto start = [&](std::shared_ptr<Waiter> waiter) {
    (stub->*method)(&call->context, request, &call->reply,
                    [call, waiter = std::move(waiter)](grpc::Status status) {
                      call->status = std::move(status);
                      waiter->Complete(true);
                    });
  };
  auto wait = WaitFor(start, [call](Waiter&) { call->context.TryCancel(); });
  co_await std::move(wait);
  if (call->status.ok()) *reply = std::move(call->reply);
  co_return FromGrpc(call->status);
}

template <class Stub, class Request, class Reply>
asio::awaitable<Status> CallUnary(std::type_identity_t<Stub>* stub,
                                  void (Stub::*method)(grpc::ClientContext*, const Request*, Reply*,
                                                       std::function<void(grpc::Status)>),
                                  std::type_identity_t<Request> request,
                                  std::type_identity_t<Reply>* reply, Millis timeout) {
  auto call = CallUnaryInPlace(stub, method, &request, reply, timeout);
  co_return co_await std::move(call);
}

// Many replies to one request.
template <class Reply>
class ClientReader : public internal::ClientStream<internal::ReadCall<Reply>> {
 public:
  // Without a timeout the stream has no deadline.
  template <class Stub, class Request>
  void Start(std::type_identity_t<Stub>* stub,
             void (Stub::*method)(grpc::ClientContext*, const Request*,
                                  grpc::ClientReadReactor<Reply>*),
             std::type_identity_t<Request> request, std::optional<Millis> timeout) {
    auto kept = std::make_shared<Request>(std::move(request));  // gRPC reads it until it is sent.
    auto* call = this->Make(timeout);
    call->request = kept;
    (stub->*method)(&call->context, kept.get(), call);
    call->Begin();
  }
  // False: no more.
  asio::awaitable<bool> Read(Reply* into) { return internal::ReadNext(this->call_, into); }
  // Discards what was not read, then waits for the status. Of an endless stream: TryCancel first.
  asio::awaitable<Status> Finish() { return internal::DrainAndFinish<Reply>(this->call_); }
};

// Many requests, one reply.
template <class Request, class Reply>
class ClientWriter : public internal::ClientStream<internal::WriteCall<Request, Reply>> {
 public:
  template <class Stub>
  void Start(std::type_identity_t<Stub>* stub,
             void (Stub::*method)(grpc::ClientContext*, Reply*, grpc::ClientWriteReactor<Request>*),
             std::optional<Millis> timeout) {
    auto* call = this->Make(timeout);
    (stub->*method)(&call->context, &call->reply, call);
    call->Begin();
  }
  // False: the server has ended the call.
  asio::awaitable<bool> Write(Request request) {
    return internal::WriteNext(this->call_, std::move(request));
  }
  asio::awaitable<bool> WritesDone() { return internal::EndWrites(this->call_); }
  // Says WritesDone unless that was said. `reply` is set when the status is OK.
  asio::awaitable<Status> Finish(Reply* reply) {
    return internal::FinishWriter<Request, Reply>(this->call_, reply);
  }
};

// Both ways at once.
template <class Request, class Reply>
class ClientBidi : public internal::ClientStream<internal::BidiCall<Request, Reply>> {
 public:
  template <class Stub>
  void Start(std::type_identity_t<Stub>* stub,
             void (Stub::*method)(grpc::ClientContext*, grpc::ClientBidiReactor<Request, Reply>*),
             std::optional<Millis> timeout) {
    auto* call = this->Make(timeout);
    (stub->*method)(&call->context, call);
    call->Begin();
  }
  asio::awaitable<bool> Read(Reply* into) { return internal::ReadNext(this->call_, into); }
  asio::awaitable<bool> Write(Request request) {
    return internal::WriteNext(this->call_, std::move(request));
  }
  asio::awaitable<bool> WritesDone() { return internal::EndWrites(this->call_); }
  // Says WritesDone unless that was said, discards what was not read, waits for the status. No
  // Read may be under way.
  asio::awaitable<Status> Finish() {
    return internal::FinishBidi<Request, Reply>(this->call_);
  }
};

}  // namespace signboard::base
