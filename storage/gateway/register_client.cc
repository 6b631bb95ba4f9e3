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

}  // namespace

RegisterClient::RegisterClient(base::Peer registry) : registry_(std::move(registry)) {}

RegisterClient::Reply<std::vector<v1::Announcement>> RegisterClient::Announcements(
    v1::ListAnnouncementsRequest request) const {
  const auto stub = v1::Register::NewStub(registry_.channel());
  const size_t count_max = request.limit();
  base::ClientReader<v1::Announcement> reader;
  reader.Start(stub->async(), &RegisterAsync::ListAnnouncements, std::move(request),
               kCallTimeout);
  auto all = Collect(std::move(reader), count_max);
  co_return co_await std::move(all);
}

RegisterClient::Reply<v1::Announcement> RegisterClient::Announcement(std::string id) const {
  const auto stub = v1::Register::NewStub(registry_.channel());
  v1::GetAnnouncementRequest request;
  request.set_id(std::move(id));
  v1::Announcement announcement;
  const Status status =
      co_await base::CallUnary(stub->async(), &RegisterAsync::GetAnnouncement, std::move(request),
                               &announcement, kCallTimeout);
  if (!status.ok()) co_return status;
  co_return announcement;
}

RegisterClient::Reply<std::vector<v1::Centre>> RegisterClient::Centres(
    v1::ListCentresRequest request) const {
  const auto stub = v1::Register::NewStub(registry_.channel());
  const size_t count_max = request.limit();
  base::ClientReader<v1::Centre> reader;
  reader.Start(stub->async(), &RegisterAsync::ListCentres, std::move(request), kCallTimeout);
  auto all = Collect(std::move(reader), count_max);
  co_return co_await std::move(all);
}

RegisterClient::Reply<v1::Centre> RegisterClient::Centre(std::string id) const {
  const auto stub = v1::Register::NewStub(registry_.channel());
  v1::GetCentreRequest request;
  request.set_id(std::move(id));
  v1::Centre centre;
  const Status status = co_await base::CallUnary(stub->async(), &RegisterAsync::GetCentre,
                                                 std::move(request), &centre, kCallTimeout);
  if (!status.ok()) co_return status;
  co_return centre;
}

RegisterClient::Reply<v1::RegisterStats> RegisterClient::Stats(Millis timeout) const {
  const auto stub = v1::Register::NewStub(registry_.channel());
  v1::RegisterStats stats;
  const Status status = co_await base::CallUnary(stub->async(), &RegisterAsync::GetRegisterStats,
                                                 v1::GetRegisterStatsRequest(), &stats, timeout);
  if (!status.ok()) co_return status;
  co_return stats;
}

RegisterClient::Reply<std::vector<v1::Subscription>> RegisterClient::Subscriptions() const {
  constexpr size_t kSubscriptionsMax = 1'000;
  const auto stub = v1::Register::NewStub(registry_.channel());
  base::ClientReader<v1::Subscription> reader;
  reader.Start(stub->async(), &RegisterAsync::ListSubscriptions, v1::ListSubscriptionsRequest(),
               kCallTimeout);
  auto all = Collect(std::move(reader), kSubscriptionsMax);
  co_return co_await std::move(all);
}

RegisterClient::Reply<v1::Subscription> RegisterClient::Put(v1::Subscription wanted) const {
  return Ask<v1::Subscription>(registry_, &RegisterAsync::PutSubscription, std::move(wanted),
                               kCallTimeout);
}

RegisterClient::Reply<v1::DeleteSubscriptionReply> RegisterClient::Delete(std::string id) const {
  v1::DeleteSubscriptionRequest request;
  request.set_id(std::move(id));
  return Ask<v1::DeleteSubscriptionReply>(registry_, &RegisterAsync::DeleteSubscription,
                                          std::move(request), kCallTimeout);
}

RegisterClient::Reply<v1::TestSubscriptionReply> RegisterClient::Test(std::string id) const {
  v1::TestSubscriptionRequest request;
  request.set_id(std::move(id));
  return Ask<v1::TestSubscriptionReply>(registry_, &RegisterAsync::TestSubscription,
                                        std::move(request), kTestTimeout);
}

RegisterClient::Reply<v1::ReplayDeliveriesReply> RegisterClient::Replay(
    v1::ReplayDeliveriesRequest request) const {
  return Ask<v1::ReplayDeliveriesReply>(registry_, &RegisterAsync::ReplayDeliveries,
                                        std::move(request), kCallTimeout);
}

RegisterClient::Reply<std::vector<v1::Delivery>> RegisterClient::Deliveries(
    v1::ListDeliveriesRequest request) const {
  const auto stub = v1::Register::NewStub(registry_.channel());
  const size_t count_max = request.limit();
  base::ClientReader<v1::Delivery> reader;
  reader.Start(stub->async(), &RegisterAsync::ListDeliveries, std::move(request), kCallTimeout);
  auto all = Collect(std::move(reader), count_max);
  co_return co_await std::move(all);
}

}  // namespace signboard::gateway
