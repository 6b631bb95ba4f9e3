#include "storage/gateway/register_client.h"

#include <utility>

#include "storage/gateway/collect.h"

namespace signboard::gateway {

using RegisterAsync = class v1::Register::Stub::async;

namespace {

constexpr Millis kTestTimeout{60'000};  // A slow target is a result too.

}  // namespace

RegisterClient::RegisterClient(base::Peer registry) : registry_(std::move(registry)) {}

RegisterClient::Reply<std::vector<v1::Announcement>> RegisterClient::Announcements(
    v1::ListAnnouncementsRequest request) const {
  const size_t count_max = request.limit();
  return List<v1::Register>(registry_, &RegisterAsync::ListAnnouncements, std::move(request),
                            count_max);
}

RegisterClient::Reply<v1::Announcement> RegisterClient::Announcement(std::string id) const {
  v1::GetAnnouncementRequest request;
  request.set_id(std::move(id));
  return Ask<v1::Register>(registry_, &RegisterAsync::GetAnnouncement, std::move(request),
                           kCallTimeout);
}

RegisterClient::Reply<std::vector<v1::Centre>> RegisterClient::Centres(
    v1::ListCentresRequest request) const {
  const size_t count_max = request.limit();
  return List<v1::Register>(registry_, &RegisterAsync::ListCentres, std::move(request), count_max);
}

RegisterClient::Reply<v1::CountCentresReply> RegisterClient::CountCentres(
    v1::ListCentresRequest request) const {
  return Ask<v1::Register>(registry_, &RegisterAsync::CountCentres, std::move(request),
                           kCallTimeout);
}

RegisterClient::Reply<v1::Centre> RegisterClient::Centre(std::string id) const {
  v1::GetCentreRequest request;
  request.set_id(std::move(id));
  return Ask<v1::Register>(registry_, &RegisterAsync::GetCentre, std::move(request), kCallTimeout);
}

RegisterClient::Reply<v1::CurateReply> RegisterClient::Curate(v1::CurateRequest request) const {
  return Ask<v1::Register>(registry_, &RegisterAsync::Curate, std::move(request), kCallTimeout);
}

RegisterClient::Reply<std::vector<v1::Curation>> RegisterClient::Curations(
    v1::ListCurationsRequest request) const {
  const size_t count_max = request.limit();
  return List<v1::Register>(registry_, &RegisterAsync::ListCurations, std::move(request),
                            count_max);
}

RegisterClient::Reply<v1::RegisterStats> RegisterClient::Stats(Millis timeout) const {
  return Ask<v1::Register>(registry_, &RegisterAsync::GetRegisterStats,
                           v1::GetRegisterStatsRequest(), timeout);
}

SubscriptionClient::SubscriptionClient(base::Peer registry) : registry_(std::move(registry)) {}

SubscriptionClient::Reply<std::vector<v1::Subscription>> SubscriptionClient::All() const {
  constexpr size_t kSubscriptionsMax = 1'000;
  return List<v1::Register>(registry_, &RegisterAsync::ListSubscriptions,
                            v1::ListSubscriptionsRequest(), kSubscriptionsMax);
}

SubscriptionClient::Reply<v1::Subscription> SubscriptionClient::Put(
    v1::Subscription wanted) const {
  return Ask<v1::Register>(registry_, &RegisterAsync::PutSubscription, std::move(wanted),
                           kCallTimeout);
}

SubscriptionClient::Reply<v1::DeleteSubscriptionReply> SubscriptionClient::Delete(
    std::string id) const {
  v1::DeleteSubscriptionRequest request;
  request.set_id(std::move(id));
  return Ask<v1::Register>(registry_, &RegisterAsync::DeleteSubscription, std::move(request),
                           kCallTimeout);
}

SubscriptionClient::Reply<v1::TestSubscriptionReply> SubscriptionClient::Test(
    std::string id) const {
  v1::TestSubscriptionRequest request;
  request.set_id(std::move(id));
  return Ask<v1::Register>(registry_, &RegisterAsync::TestSubscription, std::move(request),
                           kTestTimeout);
}

SubscriptionClient::Reply<v1::ReplayDeliveriesReply> SubscriptionClient::Replay(
    v1::ReplayDeliveriesRequest request) const {
  return Ask<v1::Register>(registry_, &RegisterAsync::ReplayDeliveries, std::move(request),
                           kCallTimeout);
}

SubscriptionClient::Reply<std::vector<v1::Delivery>> SubscriptionClient::Deliveries(
    v1::ListDeliveriesRequest request) const {
  const size_t count_max = request.limit();
  return List<v1::Register>(registry_, &RegisterAsync::ListDeliveries, std::move(request),
                            count_max);
}

}  // namespace signboard::gateway
