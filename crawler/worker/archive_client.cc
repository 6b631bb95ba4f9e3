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

// A capture as one message, without a copy of its bytes: it has them until it dies.
class Whole {
 public:
  explicit Whole(Capture* capture) : capture_(capture) { Swap(); }
  ~Whole() { Swap(); }
  Whole(const Whole&) = delete;
  Whole& operator=(const Whole&) = delete;
  const v1::StoreWholeRequest* message() const { return &message_; }

 private:
  void Swap() {
    message_.mutable_header()->Swap(&capture_->header);
    message_.mutable_decoded()->swap(capture_->decoded);
    message_.mutable_wire()->swap(capture_->wire);
    message_.mutable_rendered()->swap(capture_->rendered);
  }

  Capture* const capture_;
  v1::StoreWholeRequest message_;
};

}  // namespace

boost::asio::awaitable<StatusOr<v1::StoreReply>> ArchiveClient::Store(Capture* capture,
                                                                      Millis timeout) const {
  if (capture->BodyBytes() > kWholeBytesMax) co_return co_await StoreInChunks(capture, timeout);
  const auto stub = v1::Archive::NewStub(archive_.channel());
  const Whole whole(capture);
  v1::StoreReply reply;
  auto call = base::CallUnaryInPlace(stub->async(), &v1::Archive::Stub::async::StoreWhole,
                                     whole.message(), &reply, timeout);
  const Status status = co_await std::move(call);
  if (!status.ok()) co_return status;
  co_return reply;
}

boost::asio::awaitable<StatusOr<v1::StoreReply>> ArchiveClient::StoreInChunks(
    const Capture* capture, Millis timeout) const {
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
