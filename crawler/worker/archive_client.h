// Hands one capture to the archive and waits until it is durable.
//
// A capture whose bodies are kWholeBytesMax or less is one message. Of others the header goes
// first, then the decoded body, then the wire bytes where no recipe makes them again, then what a
// browser made of the body, in chunks of kChunkBytes. Storing the same capture id twice is one
// capture, so a call that failed is simply made again.
//
// Threads: the executor of the awaiting coroutine.
// Errors:  the archive's status; kUnavailable and kResourceExhausted are worth another try.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <utility>

#include "proto/base/peer.h"
#include "proto/base/status.h"
#include "proto/base/time.h"
#include "signboard/v1/archive.grpc.pb.h"

namespace signboard::worker {

struct Capture {
  size_t BodyBytes() const { return decoded.size() + wire.size() + rendered.size(); }

  v1::StoreRequest::Header header;
  std::string decoded;
  std::string wire;  // Only with WireRecipe::STORED.
  std::string rendered;  // Only with Snapshot.rendered.
};

class ArchiveClient {
 public:
  static constexpr size_t kChunkBytes = size_t{1} << 20;
  static constexpr size_t kWholeBytesMax = kChunkBytes;

  explicit ArchiveClient(base::Peer archive) : archive_(std::move(archive)) {}

  // Both must outlive the call, which uses the capture's own bytes: it is as before when it ends.
  boost::asio::awaitable<StatusOr<v1::StoreReply>> Store(Capture* capture, Millis timeout) const;

 private:
  boost::asio::awaitable<StatusOr<v1::StoreReply>> StoreInChunks(const Capture* capture,
                                                                 Millis timeout) const;
  const base::Peer archive_;
};

}  // namespace signboard::worker
