// Peer: where a service is to be reached. A handle; its copies move together, so that whoever
// holds one finds the new owner of a role without being told.
//
//   Peer storage;                              // Not known yet: calls fail, kUnavailable.
//   storage.MoveTo(Connect("10.0.0.7:7070"));
//   v1::Archive::NewStub(storage.channel());   // For one call, or one stream.
//
// Threads: safe from any.
#pragma once

#include <grpcpp/channel.h>

#include <memory>

#include "proto/base/mutex.h"

namespace signboard::base {

class Peer {
 public:
  Peer();
  // Implicit: a channel is a peer that does not move.
  Peer(std::shared_ptr<grpc::Channel> channel);  // NOLINT(google-explicit-constructor)

  // Never null.
  std::shared_ptr<grpc::Channel> channel() const;
  bool known() const;
  void MoveTo(std::shared_ptr<grpc::Channel> channel) const;

 private:
  struct Place {
    mutable Mutex mutex;
    std::shared_ptr<grpc::Channel> channel GUARDED_BY(mutex);
    bool known GUARDED_BY(mutex) = false;
  };
  std::shared_ptr<Place> place_;
};

}  // namespace signboard::base
