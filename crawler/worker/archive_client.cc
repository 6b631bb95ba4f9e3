#include "crawler/worker/archive_client.h"

#include <algorithm>

#include "proto/base/rpc_client.h"

namespace signboard::worker {
namespace {

using Writer = base::ClientWriter<v1::StoreRequest, v1::StoreReply>;

// False: the archive has ended the call; its status says why.
boost::asio::awaitable<bool> WriteChunks(Writer* writer, v1::StoreRequest::Chunk::Part part,
                                         const std::string* bytes) {
  for (size_t at = 0; at < bytes->size(); at += ArchiveClient::kChunkBytes) {
    v1::StoreRequest request;
    request.mutable_chunk()->set_part(part);
    request.mutable_chunk()->set_data(bytes->substr(at, ArchiveClient::kChunkBytes));
    if (!co_await writer->Write(std::move(request))) co_return false;
  }
  co_return true;
}

}  // namespace

boost::asio::awaitable<StatusOr<v1::StoreReply>> ArchiveClient::Store(const Capture* capture,
                                                                      Millis timeout) const {
  const auto stub = v1::Archive::NewStub(archive_.channel());
  Writer writer;
  writer.Start(stub->async(), &v1::Archive::Stub::async::Store, timeout);
  v1::StoreRequest first;
  *first.mutable_header() = capture->header;
  bool open = co_await writer.Write(std::move(first));
  if (open) open = co_await WriteChunks(&writer, v1::StoreRequest::Chunk::DECODED,
                                        &capture->decoded);
  if (open) open = co_await WriteChunks(&writer, v1::StoreRequest::Chunk::WIRE, &capture->wire);
  if (open) {
    co_await WriteChunks(&writer, v1::StoreRequest::Chunk::RENDERED, &capture->rendered);
  }
  v1::StoreReply reply;
  const Status status = co_await writer.Finish(&reply);
  if (!status.ok()) co_return status;
  co_return reply;
}

}  // namespace signboard::worker
