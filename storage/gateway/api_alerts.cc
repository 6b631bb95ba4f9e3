// /api/v1/subscriptions and /api/v1/deliveries: who is told of what, and what they were told.
//
// Reading is everybody's, as with everything here, but for the targets' addresses; writing is who
// may write (writers.h).
#include "proto/base/text.h"
#include "storage/gateway/alert_words.h"
#include "storage/gateway/services.h"
#include "storage/gateway/words.h"
#include "storage/gateway/writers.h"

namespace signboard::gateway {
namespace {

constexpr std::string_view kPath = "/api/v1/subscriptions/";
constexpr uint32_t kPerPage = 50;
constexpr uint32_t kPerPageMax = 200;

Problem NoSuchSubscription() {
  return {404, "not_found", "no such subscription", "the list is at /api/v1/subscriptions", {}};
}

// "target: why" of whoever answers the Put.
Problem Refused(const Status& status) {
  if (status.code() == StatusCode::kNotFound) return NoSuchSubscription();
  const bool is_ours = status.code() == StatusCode::kInvalidArgument ||
                       status.code() == StatusCode::kFailedPrecondition;
  return is_ours ? BadWord(status) : ProblemOf(status, "register");
}

// <id>/<verb>, or <id> alone.
struct Act {
  std::string id;
  std::string verb;
};
std::optional<Act> ActOf(const HttpServerRequest& request) {
  const auto rest = IdOfPath(request, kPath);
  if (!rest) return std::nullopt;
  const size_t slash = rest->find('/');
  if (slash == std::string::npos) return Act{*rest, ""};
  return Act{rest->substr(0, slash), rest->substr(slash + 1)};
}

}  // namespace

AnswerLater ApiSubscriptions(Services* services, HttpServerRequest request) {
  const bool may_write = !RefuseWriter(services->options, request);
  auto all = co_await services->subscriptions.All();
  if (!all.ok()) co_return ProblemOf(all.status(), "register");
  Json list = Json::array();
  for (const v1::Subscription& one : *all) list.push_back(SubscriptionJson(one, may_write));
  Json json = Json::object();
  json["subscriptions"] = std::move(list);
  co_return JsonAnswer(json);
}

AnswerLater ApiPostSubscription(Services* services, HttpServerRequest request) {
  if (auto refused = RefuseWriter(services->options, request)) co_return std::move(*refused);
  if (auto refused = RefuseBody(request)) co_return std::move(*refused);
  auto wanted = ParseSubscription(request.body, services->clock->Now());
  if (!wanted.ok()) co_return BadWord(wanted.status());
  wanted->set_dry_run(FlagParam(request, "dry_run"));
  const bool dry_run = wanted->dry_run();
  const auto made = co_await services->subscriptions.Put(*std::move(wanted));
  if (!made.ok()) co_return Refused(made.status());
  HttpServerResponse response = JsonAnswer(SubscriptionJson(*made, true), dry_run ? 200 : 201);
  if (!dry_run) response.SetHeader("Location", std::string(kPath) + EncodeQuery(made->id()));
  response.SetHeader("Cache-Control", "no-store");  // The secret may be in it.
  co_return response;
}

AnswerLater ApiDeleteSubscription(Services* services, HttpServerRequest request) {
  if (auto refused = RefuseWriter(services->options, request)) co_return std::move(*refused);
  const auto act = ActOf(request);
  if (!act || !act->verb.empty()) co_return NoSuchSubscription();
  const auto gone = co_await services->subscriptions.Delete(act->id);
  if (!gone.ok()) co_return Refused(gone.status());
  HttpServerResponse response;
  response.status = 204;
  co_return response;
}

// POST …/<id>/test and …/<id>/replay?since=
AnswerLater ApiActOnSubscription(Services* services, HttpServerRequest request) {
  if (auto refused = RefuseWriter(services->options, request)) co_return std::move(*refused);
  if (auto refused = RefuseBody(request)) co_return std::move(*refused);
  const auto act = ActOf(request);
  if (!act) co_return NoSuchSubscription();
  if (act->verb == "test") {
    const auto tested = co_await services->subscriptions.Test(act->id);
    if (!tested.ok()) co_return Refused(tested.status());
    co_return JsonAnswer({{"delivered", tested->delivered()},
                          {"id", tested->message_id()},
                          {"error", tested->error().empty() ? Json(nullptr)
                                                            : Json(tested->error())}});
  }
  if (act->verb != "replay") {
    co_return Problem{404, "not_found", "a subscription is only tested or replayed here",
                      "POST …/test or …/replay?since=", {}};
  }
  const auto since = base::ParseTimeRange(request.Param("since").value_or(""));
  if (!since.ok()) co_return BadParameter("since", base::Message(since.status()));
  v1::ReplayDeliveriesRequest replay;
  replay.set_subscription_id(act->id);
  replay.set_since_ms(ToMillis(since->first));
  replay.set_dry_run(FlagParam(request, "dry_run"));
  const auto done = co_await services->subscriptions.Replay(std::move(replay));
  if (!done.ok()) co_return Refused(done.status());
  co_return JsonAnswer({{"replayed", done->count()}});
}

AnswerLater ApiDeliveries(Services* services, HttpServerRequest request) {
  v1::ListDeliveriesRequest list;
  list.set_subscription_id(std::string(request.Param("subscription").value_or("")));
  if (list.subscription_id().empty() || !base::IsValidUtf8(list.subscription_id()))
    co_return BadParameter("subscription", "it is missing", "?subscription=s0123456789ab");
  const auto limit = CountParam(request, "limit", kPerPage, kPerPageMax);
  if (!limit.ok()) co_return BadParameter("limit", base::Message(limit.status()));
  list.set_limit(*limit);
  list.set_cursor(std::string(request.Param("cursor").value_or("")));
  if (!base::IsValidUtf8(list.cursor())) co_return BadParameter("cursor", "it is none of ours");
  list.set_with_payload(FlagParam(request, "payload"));
  const auto found = co_await services->subscriptions.Deliveries(std::move(list));
  if (!found.ok()) co_return Refused(found.status());
  Json rows = Json::array();
  for (const v1::Delivery& one : *found) rows.push_back(DeliveryJson(one));
  Json json = Json::object();
  json["deliveries"] = std::move(rows);
  const bool more = found->size() == *limit;
  json["next"] = more ? Json(std::to_string(found->back().number())) : Json(nullptr);
  co_return JsonAnswer(json);
}

}  // namespace signboard::gateway
