// POST /api/v1/announcements/<id>/merge|split|retract|confirm|undo: an analyst's word.
//
//   {"who","why"} and, of merge, "into": an announcement or a centre; of split, "snapshot_ids": the
//   sources that leave; of undo, "number" of the curation (absent: the newest in effect). With
//   "dry_run": true nothing is written. The answer says what is now: {"announcement","other",
//   "curation"}.
#include "storage/gateway/register_words.h"
#include "storage/gateway/services.h"
#include "storage/gateway/words.h"
#include "storage/gateway/writers.h"

namespace signboard::gateway {
namespace {

using Action = v1::CurateRequest;

constexpr std::string_view kPath = "/api/v1/announcements/";

Status Take(const std::string& key, const Json& value, v1::CurateRequest* request) {
  const Action::Action action = request->action();
  if (key == "who" && value.is_string()) {
    request->set_who(value.get<std::string>());
  } else if (key == "why" && value.is_string()) {
    request->set_why(value.get<std::string>());
  } else if (key == "into" && action == Action::MERGE && value.is_string()) {
    request->set_other_id(value.get<std::string>());
  } else if (key == "snapshot_ids" && action == Action::SPLIT && value.is_array()) {
    for (const Json& id : value) {
      if (!id.is_string()) return base::InvalidArgument("a snapshot id is no string");
      request->add_snapshot_ids(id.get<std::string>());
    }
  } else if (key == "number" && action == Action::UNDO && value.is_number_unsigned()) {
    request->set_number(value.get<uint64_t>());
  } else if (key == "dry_run" && value.is_boolean()) {
    request->set_dry_run(value.get<bool>());
  } else {
    return base::InvalidArgument("'" + key + "' is unknown here or of the wrong type");
  }
  return OkStatus();
}

StatusOr<v1::CurateRequest> Parse(Action::Action action, const std::string& body) {
  const Json json = Json::parse(body, nullptr, false);
  if (json.is_discarded() || !json.is_object())
    return base::InvalidArgument("the body is no JSON object");
  v1::CurateRequest request;
  request.set_action(action);
  for (const auto& [key, value] : json.items()) RETURN_IF_ERROR(Take(key, value, &request));
  if (action == Action::MERGE && request.other_id().empty())
    return base::InvalidArgument("into is missing");
  if (action == Action::SPLIT && request.snapshot_ids().empty())
    return base::InvalidArgument("snapshot_ids are missing");
  return request;
}

Problem NoSuchAction() {
  return {404, "not_found", "there is nothing to do by that name",
          "an announcement takes merge, split, retract, confirm and undo", {}};
}

}  // namespace

AnswerLater ApiCurate(Services* services, HttpServerRequest request) {
  if (auto refused = RefuseWriter(services->options, request)) co_return std::move(*refused);
  if (auto refused = RefuseBody(request)) co_return std::move(*refused);
  const auto asked = IdOfPath(request, kPath);
  if (!asked || asked->find('/') == std::string::npos) co_return NoSuchAction();
  const size_t slash = asked->rfind('/');
  Action::Action action = Action::ACTION_UNSPECIFIED;
  for (const auto known : {Action::MERGE, Action::SPLIT, Action::RETRACT, Action::CONFIRM,
                           Action::UNDO}) {
    if (asked->substr(slash + 1) == ActionWord(known)) action = known;
  }
  if (action == Action::ACTION_UNSPECIFIED) co_return NoSuchAction();
  auto curate = Parse(action, request.body);
  if (!curate.ok())
    co_return BadParameter("body", base::Message(curate.status()),
                           R"(send {"who": "...", "why": "..."} and what the action needs)");
  curate->set_id(asked->substr(0, slash));
  const auto done = co_await services->registry.Curate(std::move(*curate));
  if (done.status().code() == StatusCode::kFailedPrecondition) {
    co_return Problem{409, "does_not_fit", std::string(base::Message(done.status())), "", {}};
  }
  if (!done.ok()) co_return ProblemOf(done.status(), "register");
  co_return JsonAnswer(CurateJson(*done));
}

}  // namespace signboard::gateway
