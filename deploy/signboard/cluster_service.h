// Answers who owns which slots, as the Directory knows it: at once, and again at every change.
//
// Threads: safe from any.
// Life:    Stop, then the server that serves it dies, then this, then the directory.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <utility>

#include "deploy/signboard/directory.h"
#include "signboard/v1/cluster.grpc.pb.h"

namespace signboard::cli {

class ClusterService final : public v1::Cluster::CallbackService {
 public:
  ClusterService(boost::asio::any_io_executor executor, Directory* directory)
      : executor_(std::move(executor)), directory_(directory) {}

  // Ends every Watch, now and from now on: a server that stops need not wait for them.
  void Stop();

  grpc::ServerWriteReactor<v1::ClusterView>* Watch(grpc::CallbackServerContext* context,
                                                   const v1::WatchRequest* request) override;

 private:
  const boost::asio::any_io_executor executor_;
  Directory* const directory_;
  std::atomic<bool> stopping_{false};
};

}  // namespace signboard::cli
