#include "deploy/signboard/cluster_service.h"

#include "proto/base/rpc_serve.h"

namespace signboard::cli {

void ClusterService::Stop() {
  stopping_ = true;
  directory_->changed().Ring();
}

grpc::ServerWriteReactor<v1::ClusterView>* ClusterService::Watch(
    grpc::CallbackServerContext* context, const v1::WatchRequest*) {
  return base::ServeWrites<v1::ClusterView>(
      context, executor_,
      [this](base::ServerWriter<v1::ClusterView>* writer) -> boost::asio::awaitable<Status> {
        base::Bell::Listener listener(&directory_->changed());
        while (!stopping_) {
          v1::ClusterView view = directory_->View();
          if (!co_await writer->Write(std::move(view))) co_return OkStatus();
          co_await listener.Wait();
        }
        co_return base::Unavailable("the process is going away");
      });
}

}  // namespace signboard::cli
