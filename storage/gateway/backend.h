// Backend is the gateway's view of the other services: each call with its deadline and its bounds.
//
// Threads: safe from any; a Capture belongs to the strand of the request that opened it.
// Errors:  the service's status; kUnavailable when it is not there, kDeadlineExceeded when it is
//          slow, kInternal when it answers what it must not.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/peer.h"
#include "proto/base/rpc_client.h"
#include "proto/base/status.h"
#include "proto/base/time.h"
#include "signboard/v1/archive.grpc.pb.h"
#include "signboard/v1/scheduling.grpc.pb.h"

namespace signboard::gateway {

// One capture, its body on the way.
struct Capture {
  v1::Snapshot snapshot;
  base::ClientReader<v1::GetReply> reader;
};

// The next piece of the body; nothing: the end.
boost::asio::awaitable<StatusOr<std::optional<std::string>>> NextChunk(Capture* capture);

class Backend {
 public:
  Backend(base::Peer archive, base::Peer scheduling);

  template <class T>
  using Reply = boost::asio::awaitable<StatusOr<T>>;

  Reply<v1::Snapshot> Find(v1::GetRequest request) const;  // `body` is taken as none.
  Reply<std::unique_ptr<Capture>> Open(v1::GetRequest request) const;
  Reply<std::vector<v1::Version>> Versions(v1::ListVersionsRequest request) const;
  Reply<std::vector<v1::UrlEntry>> Urls(v1::ListUrlsRequest request) const;
  // `limit` is not 0.
  Reply<std::vector<v1::CaptureEntry>> Captures(v1::ListCapturesRequest request) const;
  Reply<v1::CompareReply> Compare(v1::CompareRequest request) const;
  Reply<v1::ArchiveStats> GetArchiveStats(Millis timeout) const;

  Reply<v1::FrontierStats> GetFrontierStats(Millis timeout) const;
  // At most `seeds_max`; one more than that says that there are more.
  Reply<std::vector<v1::Seed>> Seeds(size_t seeds_max) const;
  // Follows the job until it ends or `wait` is over; at least its first word.
  Reply<v1::RecrawlProgress> Recrawl(v1::RecrawlRequest request, Millis wait) const;
  Reply<v1::RecrawlProgress> Job(std::string id) const;

 private:
  const base::Peer archive_;
  const base::Peer scheduling_;
};

// True for states that do not change any more.
bool IsEnd(v1::JobState state);

}  // namespace signboard::gateway
