#include "proto/base/rpc_serve.h"

#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/system/system_error.hpp>
#include <exception>

#include "proto/base/log.h"

namespace signboard::base {
namespace internal {
namespace {

Status Failed(grpc::CallbackServerContext* context, const char* what) {
  Log(kError, "rpc_body_failed", {{"peer", context->peer()}, {"what", what}});
  return Internal("the call failed by an error of the server; its log says more");
}

// The body's captures are gone before its status is sent: once the server is stopped nothing of a
// service is in use any more.
asio::awaitable<Status> RunBody(grpc::CallbackServerContext* context, RpcBody body) {
  Status status;
  try {
    status = co_await body();
  } catch (const boost::system::system_error& e) {
    status = e.code() == asio::error::operation_aborted ? Cancelled("the call was cancelled")
                                                        : Failed(context, e.what());
  } catch (const std::exception& e) {
    status = Failed(context, e.what());
  } catch (...) {
    status = Failed(context, "an exception of unknown type");
  }
  body = nullptr;
  co_return status;
}

class UnaryCall final : public ServerCall<grpc::ServerUnaryReactor> {
 public:
  using ServerCall<grpc::ServerUnaryReactor>::ServerCall;
};

}  // namespace

// What lives in the io_context and dies with it.
struct CallScope::Running {
  explicit Running(asio::any_io_executor executor) : strand(std::move(executor)) {}

  asio::strand<asio::any_io_executor> strand;
  asio::cancellation_signal signal;  // Touched on the strand alone.
  bool over = false;                 // So is this.
};

namespace {

// Finishes the call when it is called, and also when it is destroyed uncalled because the
// io_context died first: a call that is never finished would keep the server from stopping.
template <class Running>
class Finisher {
 public:
  Finisher(std::shared_ptr<Running> running, CallScope* scope,
           std::function<void(grpc::Status)> finish)
      : running_(std::move(running)), scope_(scope), finish_(std::move(finish)) {}
  Finisher(Finisher&& other) noexcept
      : running_(std::move(other.running_)),
        scope_(std::exchange(other.scope_, nullptr)),
        finish_(std::move(other.finish_)) {}
  Finisher& operator=(Finisher&&) = delete;
  ~Finisher() {
    if (scope_ != nullptr) Finish(Unavailable("the server is going away"));
  }
  void operator()(const std::exception_ptr& error, const Status& status) {
    running_->over = true;
    Finish(error ? Internal("the call failed") : status);
  }

 private:
  // The reactor, and the scope in it, may be gone when this returns.
  void Finish(const Status& status) {
    std::exchange(scope_, nullptr)->Close();
    finish_(ToGrpc(status));
  }

  std::shared_ptr<Running> running_;
  CallScope* scope_;
  std::function<void(grpc::Status)> finish_;
};

}  // namespace

CallScope::CallScope(asio::any_io_executor executor)
    : running_(std::make_shared<Running>(std::move(executor))) {}

void CallScope::Run(grpc::CallbackServerContext* context, RpcBody body,
                    std::function<void(grpc::Status)> finish) {
  MutexLock lock(mutex_);
  const std::shared_ptr<Running> running = running_;
  asio::post(running->strand, [running, context, body = std::move(body),
                               finisher = Finisher(running, this, std::move(finish))]() mutable {
    // An awaitable's executor is an any_io_executor.
    const asio::any_io_executor executor = running->strand;
    asio::cancellation_slot slot = running->signal.slot();
    asio::co_spawn(executor, RunBody(context, std::move(body)),
                   asio::bind_cancellation_slot(slot, std::move(finisher)));
  });
}

void CallScope::Cancel() {
  MutexLock lock(mutex_);
  if (!running_) return;
  // Comes after what Run posted, so the body has begun.
  asio::post(running_->strand, [running = running_] {
    if (!running->over) running->signal.emit(asio::cancellation_type::terminal);
  });
}

void CallScope::Close() {
  std::shared_ptr<Running> running;
  MutexLock lock(mutex_);
  running.swap(running_);
}

}  // namespace internal

grpc::ServerUnaryReactor* ServeUnary(grpc::CallbackServerContext* context,
                                     asio::any_io_executor executor, RpcBody body) {
  auto* call = new internal::UnaryCall(std::move(executor));  // Deleted by OnDone.
  call->Run(context, std::move(body));
  return call;
}

namespace {

// From the thread that gRPC came on straight to the pool, and from the pool straight to gRPC. The
// reactor is gRPC's own: it wakes a thread of its executor to tell the end to any other.
class PoolCall final : public Pool::Job {
 public:
  PoolCall(grpc::CallbackServerContext* context, std::function<void(FinishCall)> work)
      : context_(context), reactor_(context->DefaultReactor()), work_(std::move(work)) {}
  grpc::ServerUnaryReactor* reactor() const { return reactor_; }

  void Run() override {
    // Whoever finishes may do so before this returns, and then the context is gone.
    const auto finished = std::make_shared<std::atomic<bool>>(false);
    const FinishCall finish = [reactor = reactor_, finished](const Status& status) {
      if (!finished->exchange(true)) reactor->Finish(ToGrpc(status));
    };
    const auto work = std::move(work_);
    if (context_->IsCancelled()) return finish(Cancelled("the call was cancelled"));
    try {
      work(finish);
    } catch (const std::exception& e) {
      finish(internal::Failed(context_, e.what()));
    } catch (...) {
      finish(internal::Failed(context_, "an exception of unknown type"));
    }
  }

 private:
  grpc::CallbackServerContext* const context_;
  grpc::ServerUnaryReactor* const reactor_;
  std::function<void(FinishCall)> work_;
};

}  // namespace

grpc::ServerUnaryReactor* ServeUnaryOnPool(grpc::CallbackServerContext* context, Pool& pool,
                                           std::function<Status()> work) {
  return ServeUnaryLater(
      context, pool, [work = std::move(work)](const FinishCall& finish) { finish(work()); });
}

grpc::ServerUnaryReactor* ServeUnaryLater(grpc::CallbackServerContext* context, Pool& pool,
                                          std::function<void(FinishCall)> work) {
  auto call = std::make_shared<PoolCall>(context, std::move(work));
  grpc::ServerUnaryReactor* const reactor = call->reactor();
  pool.Submit(std::move(call));
  return reactor;
}

}  // namespace signboard::base
