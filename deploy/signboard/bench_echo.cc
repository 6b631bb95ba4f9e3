#include "deploy/signboard/bench_echo.h"

#include <algorithm>
#include <future>
#include <utility>

#include "deploy/signboard/bench_rig.h"
#include "proto/base/mutex.h"
#include "proto/base/rpc_client.h"
#include "proto/base/rpc_status.h"

namespace signboard::cli {
namespace {

class Drop final : public grpc::ServerReadReactor<v1::StoreRequest> {
 public:
  Drop() { StartRead(&request_); }
  void OnReadDone(bool ok) override { ok ? StartRead(&request_) : Finish(grpc::Status::OK); }
  void OnDone() override { delete this; }

 private:
  v1::StoreRequest request_;
};

// Gives out the calls to make until there are none, and waits for the last.
class Round {
 public:
  Round(v1::Archive::Stub* stub, const std::vector<BenchEcho::Call>& calls)
      : stub_(stub), calls_(calls) {}

  Status Run() {
    const size_t lanes = std::min(kBenchLanes, calls_.size());
    {
      base::MutexLock lock(mutex_);
      running_ = lanes;
    }
    for (size_t i = 0; i < lanes; ++i) Next();
    if (lanes > 0) done_.get_future().get();
    base::MutexLock lock(mutex_);
    return status_;
  }

 private:
  class Sender;
  class WholeSender;
  void Next();
  void Ended(const grpc::Status& status);

  v1::Archive::Stub* const stub_;
  const std::vector<BenchEcho::Call>& calls_;
  std::promise<void> done_;
  base::Mutex mutex_;
  size_t next_ GUARDED_BY(mutex_) = 0;
  size_t running_ GUARDED_BY(mutex_) = 0;
  Status status_ GUARDED_BY(mutex_);
};

class Round::Sender final : public grpc::ClientWriteReactor<v1::StoreRequest> {
 public:
  Sender(Round* round, const BenchEcho::Call* call) : round_(round), call_(call) {
    round->stub_->async()->Store(&context_, &reply_, this);
    Write();
    StartCall();
  }
  void OnWriteDone(bool ok) override {
    if (ok && at_ < call_->chunks.size()) Write();
  }
  void OnDone(const grpc::Status& status) override {
    Round* const round = round_;
    delete this;
    round->Ended(status);
  }

 private:
  void Write() {
    const v1::StoreRequest& message = call_->chunks[at_++];
    at_ == call_->chunks.size() ? StartWriteLast(&message, {}) : StartWrite(&message);
  }

  Round* const round_;
  const BenchEcho::Call* const call_;
  size_t at_ = 0;
  grpc::ClientContext context_;
  v1::StoreReply reply_;
};

class Round::WholeSender {
 public:
  WholeSender(Round* round, const BenchEcho::Call* call) {
    round->stub_->async()->StoreWhole(&context_, &call->whole, &reply_,
                                      [this, round](const grpc::Status& status) {
                                        delete this;
                                        round->Ended(status);
                                      });
  }

 private:
  grpc::ClientContext context_;
  v1::StoreReply reply_;
};

void Round::Ended(const grpc::Status& status) {
  if (!status.ok()) {
    base::MutexLock lock(mutex_);
    status_ = base::FromGrpc(status);
  }
  Next();
}

void Round::Next() {
  const BenchEcho::Call* call = nullptr;
  bool last = false;
  {
    base::MutexLock lock(mutex_);
    if (next_ < calls_.size() && status_.ok()) {
      call = &calls_[next_++];
    } else {
      last = --running_ == 0;
    }
  }
  // Each deletes itself when its call has ended.
  if (call != nullptr && call->chunks.empty()) {
    new WholeSender(this, call);
  } else if (call != nullptr) {
    new Sender(this, call);
  }
  if (last) done_.set_value();
}

}  // namespace

class BenchEcho::Service final : public v1::Archive::CallbackService {
 public:
  grpc::ServerReadReactor<v1::StoreRequest>* Store(grpc::CallbackServerContext*,
                                                   v1::StoreReply*) override {
    return new Drop();  // Deleted by OnDone.
  }
  grpc::ServerUnaryReactor* StoreWhole(grpc::CallbackServerContext* context,
                                       const v1::StoreWholeRequest*, v1::StoreReply*) override {
    grpc::ServerUnaryReactor* const done = context->DefaultReactor();
    done->Finish(grpc::Status::OK);
    return done;
  }
};

std::vector<BenchEcho::Call> BenchEcho::CallsOf(const std::vector<worker::Capture>& captures) {
  std::vector<Call> calls;
  for (const worker::Capture& capture : captures) {
    Call& call = calls.emplace_back();
    if (capture.BodyBytes() <= worker::ArchiveClient::kWholeBytesMax) {
      *call.whole.mutable_header() = capture.header;
      call.whole.set_decoded(capture.decoded);
      call.whole.set_wire(capture.wire);
      continue;
    }
    *call.chunks.emplace_back().mutable_header() = capture.header;
    for (const auto& [part, bytes] : {std::pair(v1::StoreRequest::Chunk::DECODED, &capture.decoded),
                                      std::pair(v1::StoreRequest::Chunk::WIRE, &capture.wire)}) {
      for (size_t at = 0; at < bytes->size(); at += worker::ArchiveClient::kChunkBytes) {
        v1::StoreRequest::Chunk* const chunk = call.chunks.emplace_back().mutable_chunk();
        chunk->set_part(part);
        chunk->set_data(bytes->substr(at, worker::ArchiveClient::kChunkBytes));
      }
    }
  }
  return calls;
}

BenchEcho::BenchEcho() : service_(std::make_unique<Service>()) {}
BenchEcho::~BenchEcho() = default;

StatusOr<std::unique_ptr<BenchEcho>> BenchEcho::Start() {
  std::unique_ptr<BenchEcho> made(new BenchEcho());
  ASSIGN_OR_RETURN(made->server_,
                   base::RpcServer::Start({"127.0.0.1:0", {made->service_.get()}}));
  made->stub_ = v1::Archive::NewStub(
      base::Connect("127.0.0.1:" + std::to_string(made->server_->port())));
  return made;
}

Status BenchEcho::Send(const std::vector<Call>& calls) { return Round(stub_.get(), calls).Run(); }

}  // namespace signboard::cli
