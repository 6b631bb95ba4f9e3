#include "deploy/signboard/demo_deployment.h"
#include "deploy/signboard/node.h"
#include "proto/base/rpc_client.h"

namespace signboard::cli {
namespace {

class Together final : public DemoDeployment {
 public:
  const Clock& clock() const override { return clock_; }
  void SetClock(UnixTime now) override {
    clock_.Set(now);
    if (node_) node_->Poke();
  }
  Status Start(Settings settings) override {
    ASSIGN_OR_RETURN(node_, Node::Start(std::move(settings), kAllRoles, clock_));
    channel_ = base::Connect(node_->grpc_address());
    return OkStatus();
  }
  void Stop(Millis grace) override { node_->Stop(grace); }
  std::shared_ptr<grpc::Channel> frontier() const override { return channel_; }
  std::shared_ptr<grpc::Channel> storage() const override { return channel_; }
  std::string grpc_address() const override { return node_->grpc_address(); }
  uint16_t http_port() const override { return node_->http_port(); }

 private:
  base::ManualClock clock_{FromMillis(0)};
  std::unique_ptr<Node> node_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace

std::unique_ptr<DemoDeployment> OneProcess() { return std::make_unique<Together>(); }

}  // namespace signboard::cli
