#include "proto/base/rpc_status.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/unknown_field_set.h>

#include <csignal>

#include "proto/base/span.h"
#include "proto/base/text.h"

namespace signboard::base {
namespace {

static_assert(static_cast<int>(grpc::StatusCode::DATA_LOSS) ==
              static_cast<int>(StatusCode::kDataLoss));
static_assert(static_cast<int>(grpc::StatusCode::UNAUTHENTICATED) ==
              static_cast<int>(StatusCode::kUnauthenticated));

constexpr char kRetryInfo[] = "type.googleapis.com/google.rpc.RetryInfo";
// Fields of google.rpc.Status and google.rpc.RetryInfo.
constexpr int kStatusCode = 1, kStatusMessage = 2, kStatusDetails = 3, kRetryDelay = 1;
using google::protobuf::UnknownFieldSet;

std::string Details(const grpc::Status& status, Millis wait) {
  UnknownFieldSet info;
  info.AddLengthDelimited(kRetryDelay)->assign(ToProto(wait).SerializeAsString());
  google::protobuf::Any any;
  any.set_type_url(kRetryInfo);
  info.SerializeToString(any.mutable_value());
  UnknownFieldSet whole;
  whole.AddVarint(kStatusCode, static_cast<uint64_t>(status.error_code()));
  whole.AddLengthDelimited(kStatusMessage)->assign(status.error_message());
  whole.AddLengthDelimited(kStatusDetails)->assign(any.SerializeAsString());
  std::string details;
  whole.SerializeToString(&details);
  return details;
}

std::optional<Millis> WaitIn(const std::string& details) {
  UnknownFieldSet whole;
  if (details.empty() || !whole.ParseFromString(details)) return std::nullopt;
  for (int i = 0; i < whole.field_count(); ++i) {
    const auto& field = whole.field(i);
    if (field.number() != kStatusDetails || field.type() != field.TYPE_LENGTH_DELIMITED) continue;
    google::protobuf::Any any;
    UnknownFieldSet info;
    if (!any.ParseFromString(field.length_delimited()) || any.type_url() != kRetryInfo ||
        !info.ParseFromString(any.value()) || info.field_count() == 0)
      continue;
    const auto& delay = info.field(0);
    google::protobuf::Duration wait;
    if (delay.number() == kRetryDelay && delay.type() == delay.TYPE_LENGTH_DELIMITED &&
        wait.ParseFromString(delay.length_delimited()))
      return SpanOf(wait);
  }
  return std::nullopt;
}

}  // namespace

grpc::Status ToGrpc(const Status& status) {
  if (status.ok()) return grpc::Status::OK;
  std::string_view message = Message(status);
  std::string bounded(message.substr(0, kRpcErrorBytesMax));
  if (bounded.size() < message.size()) bounded += "...";
  // gRPC percent-encodes what is not ASCII, but its peers in other languages expect UTF-8 within.
  const grpc::Status plain(static_cast<grpc::StatusCode>(status.code()), ToValidUtf8(bounded));
  const auto wait = RetryAfter(status);
  if (!wait) return plain;
  return {plain.error_code(), plain.error_message(), Details(plain, *wait)};
}

Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return OkStatus();
  Status ours = MakeStatus(static_cast<StatusCode>(status.error_code()), status.error_message());
  const auto wait = WaitIn(status.error_details());
  return wait ? TryAfter(std::move(ours), *wait) : ours;
}

void IgnoreSigpipe() { std::signal(SIGPIPE, SIG_IGN); }

}  // namespace signboard::base
