#include "deploy/signboard/cli.h"

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "deploy/signboard/answers.h"
#include "proto/base/rpc_client.h"
#include "proto/base/rpc_status.h"
#include "proto/base/span.h"
#include "proto/base/text.h"
#include "signboard/v1/cluster.grpc.pb.h"
#include "storage/gateway/csv.h"

namespace signboard::cli {
namespace {

constexpr size_t kTokenBytesMax = 4'096;
constexpr size_t kCellWidthMax = 80;

int CodeOf(StatusCode code) {
  switch (code) {
    case StatusCode::kInvalidArgument: return kUsage;
    case StatusCode::kNotFound: return kNotFound;
    case StatusCode::kPermissionDenied:
    case StatusCode::kUnauthenticated: return kRefused;
    case StatusCode::kUnavailable: return kUnreachable;
    default: return kFailed;
  }
}

std::string Shorten(const std::string& cell) {
  if (base::DisplayWidth(cell) <= kCellWidthMax) return cell;
  std::string cut;
  size_t width = 0;
  for (size_t i = 0; i < cell.size();) {
    size_t next = i + 1;
    while (next < cell.size() && (static_cast<unsigned char>(cell[next]) & 0xC0) == 0x80) ++next;
    const std::string character = cell.substr(i, next - i);
    width += base::DisplayWidth(character);
    if (width >= kCellWidthMax) break;
    cut += character;
    i = next;
  }
  return cut + "…";
}

constexpr char kOthersHint[] =
    "A URLFrontier of others takes, lends and lists URLs, and cannot be asked for more: seeds go "
    "there with `signboard seeds add --urlfrontier`; recrawls, explanations and queues are of "
    "`signboard frontier`.";

// Of a service that the server does not have: gRPC's own words, in C++ none at all.
bool IsUnknownCall(const grpc::Status& status) {
  const std::string& said = status.error_message();
  return status.error_code() == grpc::StatusCode::UNIMPLEMENTED &&
         (said.empty() || said.starts_with("Method not found") || said.starts_with("unknown "));
}

bool IsLoopback(std::string_view address) {
  return address.starts_with("127.") || address.starts_with("localhost:") ||
         address.starts_with("[::1]:");
}

}  // namespace

std::chrono::system_clock::time_point Context::Deadline() const {
  const auto span = base::ParseSpan(timeout);
  return std::chrono::system_clock::now() + (span.ok() ? *span : Millis(30'000));
}

std::shared_ptr<grpc::Channel> Context::Channel(const std::string& role) const {
  const auto open = [](const std::string& address) {
    return base::Connect(address);
  };
  auto asked = open(server);
  grpc::ClientContext call;
  call.set_deadline(Deadline());
  const auto reader = v1::Cluster::NewStub(asked)->Watch(&call, v1::WatchRequest());
  v1::ClusterView view;
  const bool told = reader->Read(&view);
  call.TryCancel();
  reader->Finish();
  if (!told) return asked;
  for (const v1::Owner& owner : view.owners()) {
    // A loopback address is said to neighbours; who asks from elsewhere reached it by another name.
    const bool near = IsLoopback(owner.address()) && !IsLoopback(server);
    if (owner.role() == role && !near && owner.address() != server) return open(owner.address());
  }
  return asked;
}

Status Context::Prepare(grpc::ClientContext* call) const {
  call->set_deadline(Deadline());
  if (token_file.empty()) return OkStatus();
  std::ifstream in(token_file);
  std::string token;
  if (!in || !std::getline(in, token) || token.empty() || token.size() > kTokenBytesMax)
    return base::InvalidArgument("--token-file " + token_file + " holds no token");
  call->AddMetadata("authorization", "Bearer " + token);
  return OkStatus();
}

int Fail(const Context& context, const Status& status, std::string_view hint) {
  if (context.json || context.ndjson) {
    Json error = {{"code", std::string(base::CodeName(status.code()))},
                            {"message", base::ToValidUtf8(base::Message(status))}};
    if (!hint.empty()) error["hint"] = std::string(hint);
    PrintNdjson({{"error", error}});
  } else {
    std::fprintf(stderr, "signboard: %s\n",
                 base::EscapeTerminal(base::Message(status)).c_str());
    if (!hint.empty()) std::fprintf(stderr, "  %s\n", base::EscapeTerminal(hint).c_str());
  }
  return CodeOf(status.code());
}

Status StatusOf(const Context& context, const grpc::Status& status) {
  const Status ours = base::FromGrpc(status);
  if (ours.code() == StatusCode::kUnavailable) {
    return base::Unavailable("no answer from the server at " + context.server + ": " +
                             status.error_message());
  }
  if (IsUnknownCall(status)) {
    return base::MakeStatus(ours.code(),
                            "the server at " + context.server +
                                " is none of Signboard's, or of another version: it does not "
                                "know what it was asked");
  }
  return ours;
}

int Fail(const Context& context, const grpc::Status& status, std::string_view hint) {
  if (hint.empty() && status.error_code() == grpc::StatusCode::UNAVAILABLE)
    hint = "Is `signboard run` running? --server HOST:PORT names another.";
  if (IsUnknownCall(status)) hint = kOthersHint;
  return Fail(context, StatusOf(context, status), hint);
}

void PrintJson(const Json& document) {
  std::printf("%s\n",
              document.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
}

void PrintNdjson(const Json& document) {
  std::printf("%s\n",
              document.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
  std::fflush(stdout);
}

void PrintTable(const std::vector<std::string>& header,
                const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::vector<std::string>> all = {header};
  for (const auto& row : rows) {
    std::vector<std::string> safe;
    for (const auto& cell : row) safe.push_back(Shorten(base::EscapeTerminal(cell)));
    all.push_back(std::move(safe));
  }
  std::vector<size_t> widths(header.size(), 0);
  for (const auto& row : all)
    for (size_t i = 0; i < row.size() && i < widths.size(); ++i)
      widths[i] = std::max(widths[i], base::DisplayWidth(row[i]));
  for (const auto& row : all) {
    std::string line;
    for (size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - base::DisplayWidth(row[i]) + 2, ' ');
    }
    std::printf("%s\n", line.c_str());
  }
}

void PrintCsv(const std::vector<std::vector<std::string>>& rows) {
  for (const auto& row : rows) {
    const std::string line = gateway::CsvLine(row);
    std::fwrite(line.data(), 1, line.size(), stdout);
  }
  std::fflush(stdout);
}

std::string Instant(int64_t ms) { return ms == 0 ? "-" : base::FormatRfc3339(FromMillis(ms)); }

std::string Bytes(uint64_t count) {
  const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(count);
  size_t unit = 0;
  while (value >= 1024 && unit + 1 < std::size(units)) {
    value /= 1024;
    ++unit;
  }
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
  return text;
}

double Seconds(const google::protobuf::Duration& span) {
  return static_cast<double>(base::SpanOf(span).count()) / 1e3;
}

}  // namespace signboard::cli
