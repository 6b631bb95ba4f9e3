// RegisterService: subscriptions and their deliveries.
#include <utility>
#include <vector>

#include "storage/register/register_service.h"
#include "storage/register/serve_pages.h"

namespace signboard::registry {
namespace {

Status NoAlerts() { return base::Unimplemented("this register keeps no subscriptions"); }

}  // namespace

grpc::ServerUnaryReactor* RegisterService::OnAlerts(Context* context,
                                                    std::function<Status()> work) {
  return base::ServeUnaryOnPool(context, pool_, [this, work = std::move(work)] {
    return Note(alerts_ == nullptr ? NoAlerts() : work());
  });
}

grpc::ServerUnaryReactor* RegisterService::PutSubscription(Context* context,
                                                           const v1::Subscription* request,
                                                           v1::Subscription* reply) {
  return OnAlerts(context, [this, request, reply] {
    ASSIGN_OR_RETURN(*reply, alerts_->Put(*request));
    return OkStatus();
  });
}

grpc::ServerUnaryReactor* RegisterService::DeleteSubscription(
    Context* context, const v1::DeleteSubscriptionRequest* request,
    v1::DeleteSubscriptionReply* /*reply*/) {
  return OnAlerts(context, [this, request] { return alerts_->Delete(*request); });
}

grpc::ServerUnaryReactor* RegisterService::ReplayDeliveries(
    Context* context, const v1::ReplayDeliveriesRequest* request,
    v1::ReplayDeliveriesReply* reply) {
  return OnAlerts(context, [this, request, reply] {
    ASSIGN_OR_RETURN(const uint64_t count, alerts_->Replay(*request));
    reply->set_count(count);
    return OkStatus();
  });
}

grpc::ServerUnaryReactor* RegisterService::TestSubscription(
    Context* context, const v1::TestSubscriptionRequest* request,
    v1::TestSubscriptionReply* reply) {
  return base::ServeUnary(context, executor_,
                          [this, request, reply] { return DoTest(request->id(), reply); });
}

RegisterService::Done RegisterService::DoTest(std::string id, v1::TestSubscriptionReply* reply) {
  if (sender_ == nullptr) co_return NoAlerts();
  auto testing = sender_->Test(std::move(id));
  auto tested = co_await std::move(testing);
  if (!tested.ok()) co_return Note(tested.status());
  *reply = std::move(tested).value();
  co_return OkStatus();
}

grpc::ServerWriteReactor<v1::Subscription>* RegisterService::ListSubscriptions(
    Context* context, const v1::ListSubscriptionsRequest* /*request*/) {
  return base::ServeWrites<v1::Subscription>(
      context, executor_, [this](base::ServerWriter<v1::Subscription>* stream) {
        return DoListSubscriptions(stream);
      });
}

RegisterService::Done RegisterService::DoListSubscriptions(
    base::ServerWriter<v1::Subscription>* stream) {
  if (alerts_ == nullptr) co_return NoAlerts();
  auto reading = base::OnPool(pool_, [this] { return alerts_->List(); });
  auto all = co_await std::move(reading);
  if (!all.ok()) co_return Note(all.status());
  for (v1::Subscription& one : *all) {
    const bool heard = co_await stream->Write(std::move(one));
    if (!heard) co_return ReaderGone();
  }
  co_return OkStatus();
}

grpc::ServerWriteReactor<v1::Delivery>* RegisterService::ListDeliveries(
    Context* context, const v1::ListDeliveriesRequest* request) {
  return base::ServeWrites<v1::Delivery>(
      context, executor_, [this, request](base::ServerWriter<v1::Delivery>* stream) {
        return DoListDeliveries(stream, *request);
      });
}

RegisterService::Done RegisterService::DoListDeliveries(base::ServerWriter<v1::Delivery>* stream,
                                                        v1::ListDeliveriesRequest request) {
  if (alerts_ == nullptr) co_return NoAlerts();
  auto read = [this](const auto& asked) { return alerts_->ListDeliveries(asked); };
  auto go_on = [](const std::string& next, auto* asked) { asked->set_cursor(next); };
  auto writing = WritePages(&pool_, stream, std::move(request), read, go_on);
  co_return co_await std::move(writing);
}

}  // namespace signboard::registry
