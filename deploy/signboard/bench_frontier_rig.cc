#include "deploy/signboard/bench_frontier_rig.h"

#include <atomic>
#include <chrono>
#include <thread>

#include "deploy/signboard/bench_client.h"
#include "frontier/put_call.h"
#include "frontier/schema.h"

namespace signboard::cli {
namespace {

namespace uf = urlfrontier;
using Steady = std::chrono::steady_clock;

constexpr size_t kDiskThreads = 16;  // As a node has.

// Of this process without the threads of the client, which say what they spent.
class Watch {
 public:
  void ClientSpent(double cpu_s) { client_ = client_ + cpu_s; }
  BenchCost Stop() const {
    return {ProcessCpuSeconds() - cpu_ - client_,
            std::chrono::duration<double>(Steady::now() - wall_).count()};
  }

 private:
  std::atomic<double> client_ = 0;
  const double cpu_ = ProcessCpuSeconds();
  const Steady::time_point wall_ = Steady::now();
};

// Writes in a thread of its own, reads in this one. `write` gives false after the last message.
template <class In, class Out>
StatusOr<BenchCost> Drive(grpc::ClientReaderWriter<In, Out>& stream,
                          const std::function<bool(In&)>& write,
                          const std::function<bool(const Out&)>& is_right) {
  Watch watch;
  std::thread writer([&] {
    const double from = ThreadCpuSeconds();
    for (In message; write(message);) {
      if (!stream.Write(message)) break;
    }
    stream.WritesDone();
    watch.ClientSpent(ThreadCpuSeconds() - from);
  });
  const double from = ThreadCpuSeconds();
  bool right = true;
  for (Out ack; stream.Read(&ack);) right = right && is_right(ack);
  const grpc::Status status = stream.Finish();
  watch.ClientSpent(ThreadCpuSeconds() - from);
  writer.join();
  const BenchCost cost = watch.Stop();
  if (!status.ok()) return base::FromGrpc(status);
  if (!right) return base::Internal("an ack is not OK");
  return cost;
}

}  // namespace

std::string BenchHost(size_t i, size_t hosts) {
  return "www.site-" + std::to_string(i % hosts) + ".example";
}

std::string BenchUrl(size_t i, size_t hosts) {
  return "https://" + BenchHost(i, hosts) + "/news/2025/11/" + std::to_string(i) +
         "/an-article-of-the-day.html";
}

StatusOr<std::unique_ptr<FrontierRig>> FrontierRig::Open(const std::string& directory) {
  std::unique_ptr<FrontierRig> rig(new FrontierRig());
  ASSIGN_OR_RETURN(rig->space_,
                   kv::LocalSpace::Open({.directory = directory,
                                         .families = frontier::FrontierFamilies(),
                                         .schema_version = frontier::kSchemaVersion}));
  ASSIGN_OR_RETURN(rig->frontier_, frontier::Frontier::Open(*rig->space_, {}));
  rig->pool_ = std::make_unique<base::Pool>(
      base::Pool::Options{.name = "disk", .threads = kDiskThreads});
  rig->service_ = std::make_unique<frontier::UrlFrontierService>(*rig->frontier_, *rig->pool_,
                                                                 rig->clock_);
  ASSIGN_OR_RETURN(rig->server_, base::RpcServer::Start({.address = "127.0.0.1:0",
                                                         .services = {rig->service_.get()}}));
  rig->stub_ = uf::URLFrontier::NewStub(OwnChannel(rig->server_->port()));
  return rig;
}

FrontierRig::~FrontierRig() {
  stub_.reset();
  server_.reset();
  service_.reset();
  pool_.reset();
}

class EchoRig::Service final : public uf::URLFrontier::CallbackService {
 public:
  explicit Service(base::Pool& pool) : pool_(pool) {}

  grpc::ServerBidiReactor<uf::URLItem, uf::AckMessage>* PutURLs(
      grpc::CallbackServerContext* /*context*/) override {
    streams_.Enter();
    return new frontier::PutCall<uf::URLItem, uf::AckMessage>(
        streams_, pool_, 1'024, [](const std::vector<uf::URLItem>& items) {
          std::vector<uf::AckMessage> acks(items.size());
          for (size_t i = 0; i < items.size(); ++i) acks[i].set_id(items[i].id());
          return acks;
        });
  }
  grpc::ServerBidiReactor<uf::DiscoveredBatch, uf::BatchAck>* PutDiscovered(
      grpc::CallbackServerContext* /*context*/) override {
    streams_.Enter();
    return new frontier::PutCall<uf::DiscoveredBatch, uf::BatchAck>(
        streams_, pool_, 16, [](const std::vector<uf::DiscoveredBatch>& batches) {
          std::vector<uf::BatchAck> acks(batches.size());
          for (size_t i = 0; i < batches.size(); ++i) {
            for (int k = 0; k < batches[i].items_size(); ++k) {
              acks[i].add_statuses(uf::AckMessage::OK);
            }
          }
          return acks;
        });
  }

 private:
  base::Pool& pool_;
  frontier::StreamCount streams_;
};

EchoRig::EchoRig() : pool_({.name = "echo", .threads = kDiskThreads}) {}

StatusOr<std::unique_ptr<EchoRig>> EchoRig::Start() {
  std::unique_ptr<EchoRig> rig(new EchoRig());
  rig->service_ = std::make_unique<Service>(rig->pool_);
  ASSIGN_OR_RETURN(rig->server_, base::RpcServer::Start({.address = "127.0.0.1:0",
                                                         .services = {rig->service_.get()}}));
  rig->stub_ = uf::URLFrontier::NewStub(OwnChannel(rig->server_->port()));
  return rig;
}

EchoRig::~EchoRig() {
  stub_.reset();
  server_.reset();
}

StatusOr<BenchCost> PutItems(uf::URLFrontier::Stub& stub,
                             const std::function<uf::URLItem(size_t)>& item, size_t count) {
  grpc::ClientContext context;
  const auto stream = stub.PutURLs(&context);
  size_t next = 0;
  return Drive<uf::URLItem, uf::AckMessage>(
      *stream,
      [&](uf::URLItem& message) {
        if (next == count) return false;
        message = item(next);
        message.set_id(std::to_string(next++));
        return true;
      },
      [](const uf::AckMessage& ack) { return ack.status() == uf::AckMessage::OK; });
}

StatusOr<BenchCost> PutBatches(uf::URLFrontier::Stub& stub,
                               const std::function<std::string(size_t)>& url, size_t count,
                               size_t per_batch) {
  grpc::ClientContext context;
  const auto stream = stub.PutDiscovered(&context);
  size_t next = 0;
  return Drive<uf::DiscoveredBatch, uf::BatchAck>(
      *stream,
      [&](uf::DiscoveredBatch& batch) {
        batch.Clear();
        if (next == count) return false;
        batch.set_id(std::to_string(next));
        for (size_t i = 0; i < per_batch && next < count; ++i) {
          batch.add_items()->set_url(url(next++));
        }
        return true;
      },
      [](const uf::BatchAck& ack) {
        for (const int status : ack.statuses()) {
          if (status != uf::AckMessage::OK) return false;
        }
        return true;
      });
}

}  // namespace signboard::cli
