// The server's side of a gRPC method as a coroutine. Inside a class that derives from
// v1::X::CallbackService:
//
//   grpc::ServerUnaryReactor* GetArchiveStats(grpc::CallbackServerContext* context,
//       const v1::GetArchiveStatsRequest* request, v1::ArchiveStats* reply) override {
//     return base::ServeUnary(context, executor_, [this, request, reply] {
//       return DoGetStats(request, reply);  // asio::awaitable<Status>
//     });
//   }
//
// The body is a copyable callable without arguments of its own (a stream's body gets its stream)
// that gives an awaitable<Status>; it is kept until the coroutine ends, so a capturing lambda may
// itself be the coroutine. Request and reply live until then too. Its Status is the call's status.
//
// When the client goes away or its deadline passes, the body is cancelled (asio cancellation) and
// pending reads and writes are false. Coroutines that the body starts and that use its stream end
// before the body does.
//
// A body that is one piece of work for a pool, and waits for nothing, needs no coroutine:
//
//     return base::ServeUnaryOnPool(context, pool_, [this, request, reply] { ... });  // Status
//
// Such a call that is cancelled before its turn is not run.
//
// Threads: each body runs on a strand of its own over `executor`: serial in itself, and with an
//          io_context of one thread serial with everything else there.
// Errors:  an exception in a body is kInternal for the client and an error in the log. A body that
//          is destroyed with its io_context is kUnavailable.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <utility>

#include "proto/base/mutex.h"
#include "proto/base/pool.h"
#include "proto/base/rpc_status.h"
#include "proto/base/rpc_stream.h"

namespace signboard::base {

using RpcBody = std::function<asio::awaitable<Status>()>;

// What a server-side body reads from: the messages of the client.
template <class Request>
class ServerReader {
 public:
  explicit ServerReader(ReadHalf<Request>* half) : half_(half) {}
  // False: the client has no more to say, or is gone. A Read that is cancelled (op || timer) loses
  // nothing: the next Read gives its message.
  asio::awaitable<bool> Read(Request* into) { return half_->Read(into); }

 private:
  ReadHalf<Request>* half_;
};

// What a server-side body writes to. Writes may overlap; they go out in order.
template <class Reply>
class ServerWriter {
 public:
  explicit ServerWriter(WriteHalf<Reply>* half) : half_(half) {}
  // False: the client is gone.
  asio::awaitable<bool> Write(Reply reply) { return half_->Write(std::move(reply)); }

 private:
  WriteHalf<Reply>* half_;
};

template <class Request, class Reply>
class ServerStream : public ServerReader<Request>, public ServerWriter<Reply> {
 public:
  ServerStream(ReadHalf<Request>* reads, WriteHalf<Reply>* writes)
      : ServerReader<Request>(reads), ServerWriter<Reply>(writes) {}
};

namespace internal {

// Runs one body. The reactor owns it and may outlive the io_context, so everything that needs one
// (strand, signal) is in Running, which belongs to the body and to what is posted.
class CallScope {
 public:
  explicit CallScope(asio::any_io_executor executor);
  // `finish` is called exactly once, last of all.
  void Run(grpc::CallbackServerContext* context, RpcBody body,
           std::function<void(grpc::Status)> finish);
  void Cancel();
  // The body is over.
  void Close();

 private:
  struct Running;
  Mutex mutex_;
  std::shared_ptr<Running> running_ GUARDED_BY(mutex_);  // Empty: over.
};

// gRPC calls OnDone after Finish and after every other reaction; Finish is called after the body.
template <class Reactor>
class ServerCall : public Reactor {
 public:
  explicit ServerCall(asio::any_io_executor executor) : scope_(std::move(executor)) {}
  void Run(grpc::CallbackServerContext* context, RpcBody body) {
    scope_.Run(context, std::move(body),
               [this](grpc::Status status) { this->Finish(std::move(status)); });
  }
  void OnCancel() final { scope_.Cancel(); }
  void OnDone() final { delete this; }

 private:
  CallScope scope_;
};

template <class Reply>
class ServerWriteCall final : public ServerCall<grpc::ServerWriteReactor<Reply>> {
 public:
  using ServerCall<grpc::ServerWriteReactor<Reply>>::ServerCall;
  ServerWriter<Reply>* stream() { return &stream_; }
  void OnWriteDone(bool ok) override { writes_.Done(ok); }

 private:
  WriteHalf<Reply> writes_{[this](const Reply* reply) { this->StartWrite(reply); }};
  ServerWriter<Reply> stream_{&writes_};
};

template <class Request>
class ServerReadCall final : public ServerCall<grpc::ServerReadReactor<Request>> {
 public:
  using ServerCall<grpc::ServerReadReactor<Request>>::ServerCall;
  ServerReader<Request>* stream() { return &stream_; }
  void OnReadDone(bool ok) override { reads_.Done(ok); }

 private:
  ReadHalf<Request> reads_{[this](Request* request) { this->StartRead(request); }};
  ServerReader<Request> stream_{&reads_};
};

template <class Request, class Reply>
class ServerBidiCall final : public ServerCall<grpc::ServerBidiReactor<Request, Reply>> {
 public:
  using ServerCall<grpc::ServerBidiReactor<Request, Reply>>::ServerCall;
  ServerStream<Request, Reply>* stream() { return &stream_; }
  void OnReadDone(bool ok) override { reads_.Done(ok); }
  void OnWriteDone(bool ok) override { writes_.Done(ok); }

 private:
  ReadHalf<Request> reads_{[this](Request* request) { this->StartRead(request); }};
  WriteHalf<Reply> writes_{[this](const Reply* reply) { this->StartWrite(reply); }};
  ServerStream<Request, Reply> stream_{&reads_, &writes_};
};

template <class Call, class Body>
Call* Serve(grpc::CallbackServerContext* context, asio::any_io_executor executor, Body body) {
  auto* call = new Call(std::move(executor));  // Deleted by OnDone.
  call->Run(context,
            [stream = call->stream(), body = std::move(body)]() mutable { return body(stream); });
  return call;
}

}  // namespace internal

grpc::ServerUnaryReactor* ServeUnary(grpc::CallbackServerContext* context,
                                     asio::any_io_executor executor, RpcBody body);

// The pool runs `work` and outlives the server.
grpc::ServerUnaryReactor* ServeUnaryOnPool(grpc::CallbackServerContext* context, Pool& pool,
                                           std::function<Status()> work);
// `work` or whom it asks calls what it is given, once, from any thread; the request lives so long.
using FinishCall = std::function<void(const Status&)>;
grpc::ServerUnaryReactor* ServeUnaryLater(grpc::CallbackServerContext* context, Pool& pool,
                                          std::function<void(FinishCall)> work);

// body(ServerWriter<Reply>*)
template <class Reply, class Body>
grpc::ServerWriteReactor<Reply>* ServeWrites(grpc::CallbackServerContext* context,
                                             asio::any_io_executor executor, Body body) {
  return internal::Serve<internal::ServerWriteCall<Reply>>(context, std::move(executor),
                                                           std::move(body));
}

// body(ServerReader<Request>*); the reply is the pointer gRPC gave the method.
template <class Request, class Body>
grpc::ServerReadReactor<Request>* ServeReads(grpc::CallbackServerContext* context,
                                             asio::any_io_executor executor, Body body) {
  return internal::Serve<internal::ServerReadCall<Request>>(context, std::move(executor),
                                                            std::move(body));
}

// body(ServerStream<Request, Reply>*)
template <class Request, class Reply, class Body>
grpc::ServerBidiReactor<Request, Reply>* ServeBidi(grpc::CallbackServerContext* context,
                                                   asio::any_io_executor executor, Body body) {
  return internal::Serve<internal::ServerBidiCall<Request, Reply>>(context, std::move(executor),
                                                                   std::move(body));
}

}  // namespace signboard::base
