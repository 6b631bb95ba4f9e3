// RegisterService speaks signboard.v1.Register: a Register over gRPC.
//
// A watcher costs the messages of one read: whoever reads slowly is served slowly, and holds no
// more memory for it. Without alerts the subscriptions answer UNIMPLEMENTED.
//
// Threads: gRPC's. Bodies of calls run on `executor`, the register's work on `pool`. Stop is safe
//          from any.
// Errors:  those of register.h; kResourceExhausted: too many watch already; kUnavailable: Stop.
// Life:    Stop, then the server that serves it dies; then this; then register, pool, executor.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <string>

#include "proto/base/pool.h"
#include "proto/base/rpc_serve.h"
#include "signboard/v1/register.grpc.pb.h"
#include "storage/archive/budget.h"
#include "storage/register/alert_book.h"
#include "storage/register/alert_sender.h"
#include "storage/register/register.h"

namespace signboard::registry {

struct RegisterServiceOptions {
  uint64_t watchers_max = 1'000;  // WatchAnnouncements calls at once.
  uint64_t previews_max = 2;      // PreviewFindings calls at once.
  // Both outlive the service. Absent: no subscriptions here.
  AlertBook* alerts = nullptr;
  AlertSender* sender = nullptr;
};

class RegisterService final : public v1::Register::CallbackService {
 public:
  RegisterService(Register& reg, base::Pool& pool, boost::asio::any_io_executor executor,
                  RegisterServiceOptions options);

  // Ends every watch, now and from now on: a server that stops need not wait for them.
  void Stop();

 private:
  using Context = grpc::CallbackServerContext;
  using Done = boost::asio::awaitable<Status>;

  grpc::ServerWriteReactor<v1::Announcement>* ListAnnouncements(
      Context* context, const v1::ListAnnouncementsRequest* request) override;
  grpc::ServerWriteReactor<v1::AnnouncementEvent>* WatchAnnouncements(
      Context* context, const v1::WatchAnnouncementsRequest* request) override;
  grpc::ServerUnaryReactor* GetAnnouncement(Context* context,
                                            const v1::GetAnnouncementRequest* request,
                                            v1::Announcement* reply) override;
  grpc::ServerUnaryReactor* GetCentre(Context* context, const v1::GetCentreRequest* request,
                                      v1::Centre* reply) override;
  grpc::ServerWriteReactor<v1::Centre>* ListCentres(
      Context* context, const v1::ListCentresRequest* request) override;
  grpc::ServerUnaryReactor* CountCentres(Context* context,
                                         const v1::ListCentresRequest* request,
                                         v1::CountCentresReply* reply) override;
  grpc::ServerReadReactor<v1::LoggedFindings>* PreviewFindings(Context* context,
                                                               v1::PreviewReply* reply) override;
  grpc::ServerUnaryReactor* Curate(Context* context, const v1::CurateRequest* request,
                                   v1::CurateReply* reply) override;
  grpc::ServerWriteReactor<v1::Curation>* ListCurations(
      Context* context, const v1::ListCurationsRequest* request) override;
  grpc::ServerUnaryReactor* GetRegisterStats(Context* context,
                                             const v1::GetRegisterStatsRequest* request,
                                             v1::RegisterStats* reply) override;
  grpc::ServerUnaryReactor* PutSubscription(Context* context, const v1::Subscription* request,
                                            v1::Subscription* reply) override;
  grpc::ServerWriteReactor<v1::Subscription>* ListSubscriptions(
      Context* context, const v1::ListSubscriptionsRequest* request) override;
  grpc::ServerUnaryReactor* DeleteSubscription(Context* context,
                                               const v1::DeleteSubscriptionRequest* request,
                                               v1::DeleteSubscriptionReply* reply) override;
  grpc::ServerUnaryReactor* TestSubscription(Context* context,
                                             const v1::TestSubscriptionRequest* request,
                                             v1::TestSubscriptionReply* reply) override;
  grpc::ServerWriteReactor<v1::Delivery>* ListDeliveries(
      Context* context, const v1::ListDeliveriesRequest* request) override;
  grpc::ServerUnaryReactor* ReplayDeliveries(Context* context,
                                             const v1::ReplayDeliveriesRequest* request,
                                             v1::ReplayDeliveriesReply* reply) override;

  Done DoListAnnouncements(base::ServerWriter<v1::Announcement>* stream,
                           v1::ListAnnouncementsRequest request);
  Done DoListCentres(base::ServerWriter<v1::Centre>* stream, v1::ListCentresRequest request);
  Done DoWatch(base::ServerWriter<v1::AnnouncementEvent>* stream,
               const v1::WatchAnnouncementsRequest* request);
  Done DoGetAnnouncement(std::string id, v1::Announcement* reply);
  Done DoGetCentre(std::string id, v1::Centre* reply);
  Done DoCountCentres(const v1::ListCentresRequest* request, v1::CountCentresReply* reply);
  Done DoCurate(const v1::CurateRequest* request, v1::CurateReply* reply);
  Done DoListCurations(base::ServerWriter<v1::Curation>* stream,
                       v1::ListCurationsRequest request);
  Done DoPreview(base::ServerReader<v1::LoggedFindings>* stream, v1::PreviewReply* reply);
  Done DoStats(v1::RegisterStats* reply);
  Done DoListSubscriptions(base::ServerWriter<v1::Subscription>* stream);
  Done DoListDeliveries(base::ServerWriter<v1::Delivery>* stream,
                        v1::ListDeliveriesRequest request);
  Done DoTest(std::string id, v1::TestSubscriptionReply* reply);
  // `work`, where there are alerts.
  grpc::ServerUnaryReactor* OnAlerts(Context* context, std::function<Status()> work);

  // Constant after construction.
  Register& register_;
  base::Pool& pool_;
  const boost::asio::any_io_executor executor_;
  AlertBook* const alerts_;
  AlertSender* const sender_;
  // Own synchronization.
  archive::Budget watchers_;
  archive::Budget previews_;
  std::atomic<bool> stopping_{false};
};

}  // namespace signboard::registry
