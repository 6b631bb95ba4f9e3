#include "storage/gateway/register_client.h"

#include <utility>

#include "proto/base/rpc_client.h"
#include "storage/gateway/backend.h"
#include "storage/gateway/collect.h"

namespace signboard::gateway {

using RegisterAsync = class v1::Register::Stub::async;

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

}  // namespace signboard::gateway
