#include "proto/base/status.h"

#include <algorithm>
#include <cstdlib>

namespace signboard::base {
namespace {

constexpr char kRetryAfter[] = "signboard/retry_after_ms";
// A peer may say anything.
constexpr std::chrono::milliseconds kWaitMax{3'600'000};

}  // namespace

Status MakeStatus(StatusCode code, std::string_view message) {
  return Status(code, {message.data(), message.size()});
}
Status InvalidArgument(std::string_view m) { return MakeStatus(StatusCode::kInvalidArgument, m); }
Status NotFound(std::string_view m) { return MakeStatus(StatusCode::kNotFound, m); }
Status FailedPrecondition(std::string_view m) {
  return MakeStatus(StatusCode::kFailedPrecondition, m);
}
Status Unavailable(std::string_view m) { return MakeStatus(StatusCode::kUnavailable, m); }
Status ResourceExhausted(std::string_view m) {
  return MakeStatus(StatusCode::kResourceExhausted, m);
}
Status DeadlineExceeded(std::string_view m) { return MakeStatus(StatusCode::kDeadlineExceeded, m); }
Status Cancelled(std::string_view m) { return MakeStatus(StatusCode::kCancelled, m); }
Status DataLoss(std::string_view m) { return MakeStatus(StatusCode::kDataLoss, m); }
Status Internal(std::string_view m) { return MakeStatus(StatusCode::kInternal, m); }
Status Unimplemented(std::string_view m) { return MakeStatus(StatusCode::kUnimplemented, m); }

Status TryAfter(Status status, std::chrono::milliseconds wait) {
  wait = std::clamp(wait, std::chrono::milliseconds(0), kWaitMax);
  if (!status.ok()) status.SetPayload(kRetryAfter, absl::Cord(std::to_string(wait.count())));
  return status;
}

std::optional<std::chrono::milliseconds> RetryAfter(const Status& status) {
  const auto hint = status.GetPayload(kRetryAfter);
  if (!hint) return std::nullopt;
  return std::chrono::milliseconds(std::atoll(std::string(*hint).c_str()));
}

std::string_view Message(const Status& status) {
  return {status.message().data(), status.message().size()};
}

Status Annotate(const Status& status, std::string_view where) {
  if (status.ok()) return status;
  std::string message(where);
  message.append(": ").append(Message(status));
  Status annotated = MakeStatus(status.code(), message);
  const auto wait = RetryAfter(status);
  return wait ? TryAfter(std::move(annotated), *wait) : annotated;
}

std::string_view CodeName(StatusCode code) {
  switch (code) {
    case StatusCode::kOk: return "ok";
    case StatusCode::kCancelled: return "cancelled";
    case StatusCode::kUnknown: return "unknown";
    case StatusCode::kInvalidArgument: return "invalid_argument";
    case StatusCode::kDeadlineExceeded: return "deadline_exceeded";
    case StatusCode::kNotFound: return "not_found";
    case StatusCode::kAlreadyExists: return "already_exists";
    case StatusCode::kPermissionDenied: return "permission_denied";
    case StatusCode::kResourceExhausted: return "resource_exhausted";
    case StatusCode::kFailedPrecondition: return "failed_precondition";
    case StatusCode::kAborted: return "aborted";
    case StatusCode::kOutOfRange: return "out_of_range";
    case StatusCode::kUnimplemented: return "unimplemented";
    case StatusCode::kInternal: return "internal";
    case StatusCode::kUnavailable: return "unavailable";
    case StatusCode::kDataLoss: return "data_loss";
    case StatusCode::kUnauthenticated: return "unauthenticated";
    default: return "unknown";
  }
}

std::string ToString(const Status& status) {
  if (status.ok()) return "ok";
  return std::string(CodeName(status.code())) + ": " + std::string(Message(status));
}

}  // namespace signboard::base
