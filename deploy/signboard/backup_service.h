// Gives away the stores of this process, each as it is at one instant: signboard.v1.Backup.
//
// Threads: gRPC's. Bodies of calls run on `executor`, what reads the disk on `pool`.
// Errors:  kResourceExhausted: one copy at a time; or the disk is full. Others are the stores'.
// Life:    the stores outlive it. Stop, then the server that serves it dies, then this.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "proto/base/pool.h"
#include "proto/base/rpc_serve.h"
#include "signboard/v1/backup.grpc.pb.h"
#include "storage/kv/space_copy.h"

namespace signboard::cli {

class BackupService final : public v1::Backup::CallbackService {
 public:
  // Copies lie in `directory`, beside the stores.
  BackupService(std::string directory, base::Pool& pool, boost::asio::any_io_executor executor);

  // In the order in which they are to be copied. Before it serves. What a crash left of an earlier
  // copy is removed.
  void Add(std::string name, const kv::Space& space);
  // Ends every Copy, now and from now on.
  void Stop() { stopping_ = true; }

  grpc::ServerBidiReactor<v1::CopyRequest, v1::CopyReply>* Copy(
      grpc::CallbackServerContext* context) override;

 private:
  struct Store {
    std::string name;
    const kv::Space* space;
  };
  // What one call has taken.
  struct Taken {
    std::vector<std::unique_ptr<kv::SpaceCopy>> copies;
    struct File {
      const kv::SpaceCopy* copy;
      const kv::CopiedFile* file;
      std::string store;
    };
    std::vector<File> files;
  };
  using Stream = base::ServerStream<v1::CopyRequest, v1::CopyReply>;
  using Done = boost::asio::awaitable<Status>;

  Done DoCopy(Stream* stream);
  Status Take(Taken* taken);
  Done List(Stream* stream, const Taken& taken);
  Done Give(Stream* stream, const Taken& taken, uint32_t number);

  const std::string directory_;
  base::Pool& pool_;
  const boost::asio::any_io_executor executor_;
  std::vector<Store> stores_;
  std::atomic<bool> copying_{false};
  std::atomic<bool> stopping_{false};
};

}  // namespace signboard::cli
