#include "proto/base/peer.h"

#include <utility>

#include "proto/base/rpc_client.h"

namespace signboard::base {
namespace {

// No such file: a call fails at once, as it would where nobody listens.
constexpr char kNowhere[] = "unix:/its-owner-is-not-known-yet";

}  // namespace

Peer::Peer() : place_(std::make_shared<Place>()) {
  MutexLock lock(place_->mutex);
  place_->channel = Connect(kNowhere);
}

Peer::Peer(std::shared_ptr<grpc::Channel> channel) : place_(std::make_shared<Place>()) {
  MoveTo(std::move(channel));
}

std::shared_ptr<grpc::Channel> Peer::channel() const {
  MutexLock lock(place_->mutex);
  return place_->channel;
}

bool Peer::known() const {
  MutexLock lock(place_->mutex);
  return place_->known;
}

void Peer::MoveTo(std::shared_ptr<grpc::Channel> channel) const {
  MutexLock lock(place_->mutex);
  place_->channel = std::move(channel);
  place_->known = true;
}

}  // namespace signboard::base
