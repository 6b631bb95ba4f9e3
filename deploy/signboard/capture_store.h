// CaptureStore hands captures to the archive for whoever has threads of their own, and finds the
// captures that others repeat.
//
// Threads: safe from any; calls wait.
// Errors:  the archive's. What is worth another try is tried again for kStorePatience.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <thread>

#include "crawler/worker/archive_client.h"
#include "deploy/signboard/brought_page.h"

namespace signboard::cli {

inline constexpr Millis kStorePatience{120'000};

class CaptureStore {
 public:
  explicit CaptureStore(std::shared_ptr<grpc::Channel> archive);
  ~CaptureStore();
  CaptureStore(const CaptureStore&) = delete;
  CaptureStore& operator=(const CaptureStore&) = delete;

  // Durable when it returns. The capture is as before when it ends.
  StatusOr<v1::StoreReply> Store(worker::Capture* capture);

  // The kept capture that a revisit repeats. kNotFound: it is not there (yet).
  StatusOr<Original> FindOriginal(const Brought& revisit);
  // Whether a snapshot is kept.
  StatusOr<bool> Has(const std::string& snapshot_id);

 private:
  StatusOr<Original> Get(const v1::GetRequest& request);

  const std::shared_ptr<grpc::Channel> archive_;
  const worker::ArchiveClient client_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  std::thread thread_;
};

}  // namespace signboard::cli
