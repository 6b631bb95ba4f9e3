#include "storage/gateway/register_client.h"

#include <utility>

#include "proto/base/rpc_client.h"
#include "storage/gateway/backend.h"
#include "storage/gateway/collect.h"

namespace signboard::gateway {

using RegisterAsync = class v1::Register::Stub::async;

namespace {

constexpr Millis kTestTimeout{60'000};  // A slow target is a result too.

template <class T, class Request>
RegisterClient::Reply<T> Ask(base::Peer registry,
                             void (RegisterAsync::*method)(grpc::ClientContext*, const Request*,
                                                           T*, std::function<void(grpc::Status)>),
                             Request request, Millis timeout) {
  const auto stub = v1::Register::NewStub(registry.channel());
  T reply;
  auto calling = base::CallUnary(stub->async(), method, std::move(request), &reply, timeout);
  const Status status = co_await std::move(calling);
  if (!status.ok()) co_return status;
  co_return reply;
}

// At most `count_max` rows.
template <class Row, class Request>
RegisterClient::Reply<std::vector<Row>> List(
    base::Peer registry,
    void (RegisterAsync::*method)(grpc::ClientContext*, const Request*,
                                  grpc::ClientReadReactor<Row>*),
    Request request, size_t count_max) {
  const auto stub = v1::Register::NewStub(registry.channel());
  base::ClientReader<Row> reader;
  reader.Start(stub->async(), method, std::move(request), kCallTimeout);
  auto all = Collect(std::move(reader), count_max);
  co_return co_await std::move(all);
}

}  // namespace

RegisterClient::RegisterClient(base::Peer registry) : registry_(std::move(registry)) {}

RegisterClient::Reply<std::vector<v1::Announcement>> RegisterClient::Announcements(
    v1::ListAnnouncementsRequest request) const {
  const size_t count_max = request.limit();
  return List<v1::Announcement>(registry_, &RegisterAsync::ListAnnouncements, std::move(request),
                                count_max);
}

RegisterClient::Reply<v1::Announcement> RegisterClient::Announcement(std::string id) const {
  v1::GetAnnouncementRequest request;
  request.set_id(std::move(id));
  return Ask<v1::Announcement>(registry_, &RegisterAsync::GetAnnouncement, std::move(request),
                               kCallTimeout);
}

RegisterClient::Reply<std::vector<v1::Centre>> RegisterClient::Centres(
    v1::ListCentresRequest request) const {
  const size_t count_max = request.limit();
  return List<v1::Centre>(registry_, &RegisterAsync::ListCentres, std::move(request), count_max);
}

RegisterClient::Reply<v1::CountCentresReply> RegisterClient::CountCentres(
    v1::ListCentresRequest request) const {
  return Ask<v1::CountCentresReply>(registry_, &RegisterAsync::CountCentres, std::move(request),
                                    kCallTimeout);
}

RegisterClient::Reply<v1::Centre> RegisterClient::Centre(std::string id) const {
  v1::GetCentreRequest request;
  request.set_id(std::move(id));
  return Ask<v1::Centre>(registry_, &RegisterAsync::GetCentre, std::move(request), kCallTimeout);
}

RegisterClient::Reply<v1::CurateReply> RegisterClient::Curate(v1::CurateRequest request) const {
  return Ask<v1::CurateReply>(registry_, &RegisterAsync::Curate, std::move(request),
                              kCallTimeout);
}

RegisterClient::Reply<std::vector<v1::Curation>> RegisterClient::Curations(
    v1::ListCurationsRequest request) const {
  const size_t count_max = request.limit();
  return List<v1::Curation>(registry_, &RegisterAsync::ListCurations, std::move(request),
                            count_max);
}

RegisterClient::Reply<v1::RegisterStats> RegisterClient::Stats(Millis timeout) const {
  return Ask<v1::RegisterStats>(registry_, &RegisterAsync::GetRegisterStats,
                                v1::GetRegisterStatsRequest(), timeout);
}

SubscriptionClient::SubscriptionClient(base::Peer registry) : registry_(std::move(registry)) {}

SubscriptionClient::Reply<std::vector<v1::Subscription>> SubscriptionClient::All() const {
  constexpr size_t kSubscriptionsMax = 1'000;
  return List<v1::Subscription>(registry_, &RegisterAsync::ListSubscriptions,
                                v1::ListSubscriptionsRequest(), kSubscriptionsMax);
}

SubscriptionClient::Reply<v1::Subscription> SubscriptionClient::Put(
    v1::Subscription wanted) const {
  return Ask<v1::Subscription>(registry_, &RegisterAsync::PutSubscription, std::move(wanted),
                               kCallTimeout);
}

SubscriptionClient::Reply<v1::DeleteSubscriptionReply> SubscriptionClient::Delete(
    std::string id) const {
  v1::DeleteSubscriptionRequest request;
  request.set_id(std::move(id));
  return Ask<v1::DeleteSubscriptionReply>(registry_, &RegisterAsync::DeleteSubscription,
                                          std::move(request), kCallTimeout);
}

SubscriptionClient::Reply<v1::TestSubscriptionReply> SubscriptionClient::Test(
    std::string id) const {
  v1::TestSubscriptionRequest request;
  request.set_id(std::move(id));
  return Ask<v1::TestSubscriptionReply>(registry_, &RegisterAsync::TestSubscription,
                                        std::move(request), kTestTimeout);
}

SubscriptionClient::Reply<v1::ReplayDeliveriesReply> SubscriptionClient::Replay(
    v1::ReplayDeliveriesRequest request) const {
  return Ask<v1::ReplayDeliveriesReply>(registry_, &RegisterAsync::ReplayDeliveries,
                                        std::move(request), kCallTimeout);
}

SubscriptionClient::Reply<std::vector<v1::Delivery>> SubscriptionClient::Deliveries(
    v1::ListDeliveriesRequest request) const {
  const size_t count_max = request.limit();
  return List<v1::Delivery>(registry_, &RegisterAsync::ListDeliveries, std::move(request),
                            count_max);
}

}  // namespace signboard::gateway
