// How a function of ours says that WE failed. What a website did is never a Status: see Outcome.
//
// The one door to abseil. Debian builds it with its own string_view, which does not mix with
// std::string_view; the wrappers below take and give std:: types, and nothing else of abseil is
// used. Codes equal gRPC's, so crossing a process is a cast.
//
// The codes and their one meaning:
//   kInvalidArgument     the caller's fault; the message names what and where
//   kNotFound            it is not there
//   kFailedPrecondition  not now, not by you: a wrong owner, a lost lease (see kv::IsFenced)
//   kUnavailable         try again later
//   kResourceExhausted   back off, then try again (when: RetryAfter, where it is said)
//   kDeadlineExceeded    time ran out
//   kCancelled           the caller went away
//   kUnauthenticated, kPermissionDenied
//   kDataLoss            what was kept is damaged: stop, a person must look
//   kInternal            a bug
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace signboard::base {

using absl::OkStatus;
using absl::Status;
using absl::StatusCode;
using absl::StatusOr;

Status MakeStatus(StatusCode code, std::string_view message);
Status InvalidArgument(std::string_view message);
Status NotFound(std::string_view message);
Status FailedPrecondition(std::string_view message);
Status Unavailable(std::string_view message);
Status ResourceExhausted(std::string_view message);
Status DeadlineExceeded(std::string_view message);
Status Cancelled(std::string_view message);
Status DataLoss(std::string_view message);
Status Internal(std::string_view message);
Status Unimplemented(std::string_view message);

// `status` with a hint: trying again makes sense after `wait`. OK stays OK. It crosses processes as
// google.rpc.RetryInfo.
Status TryAfter(Status status, std::chrono::milliseconds wait);
std::optional<std::chrono::milliseconds> RetryAfter(const Status& status);

// The message as std::string_view; valid as long as `status`.
std::string_view Message(const Status& status);

// "where: message" with the same code and hint. Adds where, not again what. OK stays OK.
Status Annotate(const Status& status, std::string_view where);

// The code's name in lower case with underscores: "invalid_argument".
std::string_view CodeName(StatusCode code);

// "not_found: no capture of http://a.cn/", for people and logs.
std::string ToString(const Status& status);

}  // namespace signboard::base

namespace signboard {
using base::OkStatus;
using base::Status;
using base::StatusCode;
using base::StatusOr;
}  // namespace signboard

#define SIGNBOARD_CONCAT_INNER(a, b) a##b
#define SIGNBOARD_CONCAT(a, b) SIGNBOARD_CONCAT_INNER(a, b)

#define RETURN_IF_ERROR(expr)                                                   \
  do {                                                                          \
    if (::signboard::base::Status status_of_expr = (expr); !status_of_expr.ok()) \
      return status_of_expr;                                                    \
  } while (false)
#define CO_RETURN_IF_ERROR(expr)                                                \
  do {                                                                          \
    if (::signboard::base::Status status_of_expr = (expr); !status_of_expr.ok()) \
      co_return status_of_expr;                                                 \
  } while (false)
#define SIGNBOARD_ASSIGN_INNER(temporary, lhs, expr, give) \
  auto temporary = (expr);                                 \
  if (!temporary.ok()) give std::move(temporary).status(); \
  lhs = std::move(temporary).value()
#define ASSIGN_OR_RETURN(lhs, expr) \
  SIGNBOARD_ASSIGN_INNER(SIGNBOARD_CONCAT(status_or_, __LINE__), lhs, expr, return)
#define CO_ASSIGN_OR_RETURN(lhs, expr) \
  SIGNBOARD_ASSIGN_INNER(SIGNBOARD_CONCAT(status_or_, __LINE__), lhs, expr, co_return)
