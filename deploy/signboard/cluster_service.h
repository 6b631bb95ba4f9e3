// Answers who owns which slots. With one process for all roles the view never changes; whoever
// watches learns the address and the epochs, and that the process is there.
//
// Threads: safe from any.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "signboard/v1/cluster.grpc.pb.h"

namespace signboard::cli {

class ClusterService final : public v1::Cluster::CallbackService {
 public:
  ClusterService(boost::asio::any_io_executor executor, v1::ClusterView view)
      : executor_(std::move(executor)), view_(std::move(view)) {}

  grpc::ServerWriteReactor<v1::ClusterView>* Watch(grpc::CallbackServerContext* context,
                                                   const v1::WatchRequest* request) override;

 private:
  const boost::asio::any_io_executor executor_;
  const v1::ClusterView view_;
};

}  // namespace signboard::cli
