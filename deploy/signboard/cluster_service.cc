#include "deploy/signboard/cluster_service.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "proto/base/rpc_serve.h"

namespace signboard::cli {

grpc::ServerWriteReactor<v1::ClusterView>* ClusterService::Watch(
    grpc::CallbackServerContext* context, const v1::WatchRequest*) {
  return base::ServeWrites<v1::ClusterView>(
      context, executor_,
      [this](base::ServerWriter<v1::ClusterView>* writer) -> boost::asio::awaitable<Status> {
        if (!co_await writer->Write(view_)) co_return OkStatus();
        // Held open until the caller goes or the server stops; both cancel this wait.
        boost::asio::steady_timer forever(co_await boost::asio::this_coro::executor,
                                          std::chrono::steady_clock::time_point::max());
        co_await forever.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        co_return OkStatus();
      });
}

}  // namespace signboard::cli
