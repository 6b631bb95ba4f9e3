// RegisterClient is the gateway's view of the register, SubscriptionClient that of whom it tells:
// each call with its deadline and its bounds.
//
// Threads: safe from any.
// Errors:  the service's status; kUnavailable when it is not there, kDeadlineExceeded when it is
//          slow.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "proto/base/peer.h"
#include "proto/base/status.h"
#include "proto/base/time.h"
#include "signboard/v1/register.grpc.pb.h"

namespace signboard::gateway {

class RegisterClient {
 public:
  explicit RegisterClient(base::Peer registry);

  template <class T>
  using Reply = boost::asio::awaitable<StatusOr<T>>;

  // At most the request's `limit`, which must not be 0.
  Reply<std::vector<v1::Announcement>> Announcements(v1::ListAnnouncementsRequest request) const;
  Reply<v1::Announcement> Announcement(std::string id) const;
  Reply<std::vector<v1::Centre>> Centres(v1::ListCentresRequest request) const;
  Reply<v1::CountCentresReply> CountCentres(v1::ListCentresRequest request) const;
  Reply<v1::Centre> Centre(std::string id) const;
  Reply<v1::CurateReply> Curate(v1::CurateRequest request) const;
  // At most the request's `limit`, which must not be 0.
  Reply<std::vector<v1::Curation>> Curations(v1::ListCurationsRequest request) const;
  Reply<v1::RegisterStats> Stats(Millis timeout) const;

 private:
  const base::Peer registry_;
};

class SubscriptionClient {
 public:
  explicit SubscriptionClient(base::Peer registry);

  template <class T>
  using Reply = RegisterClient::Reply<T>;

  Reply<std::vector<v1::Subscription>> All() const;
  Reply<v1::Subscription> Put(v1::Subscription wanted) const;
  Reply<v1::DeleteSubscriptionReply> Delete(std::string id) const;
  Reply<v1::TestSubscriptionReply> Test(std::string id) const;
  Reply<v1::ReplayDeliveriesReply> Replay(v1::ReplayDeliveriesRequest request) const;
  // At most the request's `limit`, which must not be 0.
  Reply<std::vector<v1::Delivery>> Deliveries(v1::ListDeliveriesRequest request) const;

 private:
  const base::Peer registry_;
};

}  // namespace signboard::gateway
