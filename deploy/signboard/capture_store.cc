#include "deploy/signboard/capture_store.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>

#include "deploy/signboard/capture_facts.h"
#include "proto/base/rpc_status.h"

namespace signboard::cli {
namespace {

namespace asio = boost::asio;
using Steady = std::chrono::steady_clock;

constexpr Millis kCallTime{60'000};
constexpr Millis kWaitFirst{100};
constexpr Millis kWaitMost{5'000};

bool IsWorthAnotherTry(const Status& status) {
  return status.code() == StatusCode::kUnavailable ||
         status.code() == StatusCode::kResourceExhausted ||
         status.code() == StatusCode::kDeadlineExceeded;
}

// Again and again while it is worth it.
template <class Result, class Call>
StatusOr<Result> Patiently(Call call) {
  const auto end = Steady::now() + kStorePatience;
  Millis wait = kWaitFirst;
  while (true) {
    StatusOr<Result> result = call();
    if (result.ok() || !IsWorthAnotherTry(result.status())) return result;
    const Millis asked = base::RetryAfter(result.status()).value_or(Millis(0));
    wait = std::min(std::max(wait, asked), kWaitMost);
    if (Steady::now() + wait > end) return result;
    std::this_thread::sleep_for(wait);
    wait *= 2;
  }
}

// Some hash what they stored, some what it decodes to, some the chunks around it. Where a record
// names the very instant, the digest need not decide.
bool Repeats(const Brought& revisit, const Original& original, bool names_instant) {
  const auto digest = warc::ParseDigest(revisit.header.Field("WARC-Payload-Digest"));
  if (!digest) return names_instant;
  const v1::Snapshot& snapshot = original.snapshot;
  const bool same = digest->is_sha256 ? digest->bytes == snapshot.wire_sha256() ||
                                            digest->bytes == snapshot.body_sha256()
                                      : digest->bytes == snapshot.wire_sha1() ||
                                            digest->bytes == snapshot.body_sha1();
  return same || names_instant;
}

}  // namespace

CaptureStore::CaptureStore(std::shared_ptr<grpc::Channel> archive)
    : archive_(archive),
      client_(base::Peer(std::move(archive))),
      guard_(io_.get_executor()),
      thread_([this] { io_.run(); }) {}

CaptureStore::~CaptureStore() {
  guard_.reset();
  thread_.join();
}

StatusOr<v1::StoreReply> CaptureStore::Store(worker::Capture* capture) {
  return Patiently<v1::StoreReply>([this, capture] {
    auto storing = client_.Store(capture, kCallTime);
    return asio::co_spawn(io_, std::move(storing), asio::use_future).get();
  });
}

StatusOr<Original> CaptureStore::Get(const v1::GetRequest& request) {
  return Patiently<Original>([this, &request]() -> StatusOr<Original> {
    grpc::ClientContext call;
    call.set_deadline(std::chrono::system_clock::now() + kCallTime);
    const auto reader = v1::Archive::NewStub(archive_)->Get(&call, request);
    Original original;
    v1::GetReply reply;
    while (reader->Read(&reply)) {
      if (reply.has_snapshot()) original.snapshot = std::move(*reply.mutable_snapshot());
      else original.wire += reply.chunk();
    }
    const grpc::Status status = reader->Finish();
    if (!status.ok()) return base::FromGrpc(status);
    return original;
  });
}

StatusOr<bool> CaptureStore::Has(const std::string& snapshot_id) {
  v1::GetRequest request;
  request.set_snapshot_id(snapshot_id);
  const auto found = Get(request);
  if (found.status().code() == StatusCode::kNotFound) return false;
  if (!found.ok()) return found.status();
  return true;
}

StatusOr<Original> CaptureStore::FindOriginal(const Brought& revisit) {
  v1::GetRequest request;
  const auto facts = FactsOf(revisit.metadata);
  if (facts && facts->outcome() == v1::OUTCOME_UNCHANGED && !facts->revisit_of().empty()) {
    request.set_snapshot_id(facts->revisit_of());
    return Get(request);
  }
  std::string uri = revisit.header.Field("WARC-Refers-To-Target-URI");
  const bool bracketed = uri.size() > 2 && uri.front() == '<' && uri.back() == '>';
  if (bracketed) uri = uri.substr(1, uri.size() - 2);
  // What the site says is unchanged is this very URL.
  const bool identical = IsIdenticalPayload(revisit);
  request.set_url(uri.empty() || !identical ? revisit.url : uri);
  const auto date = warc::ParseDate(revisit.header.Field("WARC-Refers-To-Date"));
  request.set_at_ms(ToMillis(date.ok() ? *date : revisit.date));
  request.set_nearest(date.ok() ? v1::NEAREST_CLOSEST : v1::NEAREST_AT);
  request.set_with_body_only(true);
  if (identical) request.set_body(v1::GetRequest::WIRE);
  ASSIGN_OR_RETURN(Original original, Get(request));
  const int64_t apart = std::abs(original.snapshot.captured_ms() - request.at_ms());
  if (!identical || Repeats(revisit, original, date.ok() && apart < 1'000)) return original;
  return base::NotFound("the capture of " + request.url() + " that it repeats is not kept");
}

}  // namespace signboard::cli
