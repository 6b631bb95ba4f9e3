// The calls of signboard.v1.Archive that list: versions of a URL, URLs, captures; and Compare. A
// page of rows is read at a time, and the next one when the reader has taken it.
//
// Threads: gRPC's. Bodies of calls run on `executor`, the archive's work on `pool`.
// Errors:  those of archive.h, capture_list.h and compare.h.
// Life:    dies before archive, pool and executor.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <utility>

#include "proto/base/pool.h"
#include "proto/base/rpc_serve.h"
#include "signboard/v1/archive.grpc.pb.h"
#include "storage/archive/archive.h"

namespace signboard::archive {

class ListService : public v1::Archive::CallbackService {
 public:
  grpc::ServerWriteReactor<v1::Version>* ListVersions(
      grpc::CallbackServerContext* context, const v1::ListVersionsRequest* request) override;
  grpc::ServerWriteReactor<v1::UrlEntry>* ListUrls(grpc::CallbackServerContext* context,
                                                   const v1::ListUrlsRequest* request) override;
  grpc::ServerWriteReactor<v1::CaptureEntry>* ListCaptures(
      grpc::CallbackServerContext* context, const v1::ListCapturesRequest* request) override;
  grpc::ServerUnaryReactor* Compare(grpc::CallbackServerContext* context,
                                    const v1::CompareRequest* request,
                                    v1::CompareReply* reply) override;

 protected:
  using Done = boost::asio::awaitable<Status>;

  ListService(Archive& archive, base::Pool& pool, boost::asio::any_io_executor executor)
      : archive_(archive), pool_(pool), executor_(std::move(executor)) {}

  // Constant after construction.
  Archive& archive_;
  base::Pool& pool_;
  const boost::asio::any_io_executor executor_;

 private:
  Done DoListCaptures(base::ServerWriter<v1::CaptureEntry>* stream,
                      v1::ListCapturesRequest request);
  Done DoCompare(v1::CompareRequest request, v1::CompareReply* reply);
};

}  // namespace signboard::archive
