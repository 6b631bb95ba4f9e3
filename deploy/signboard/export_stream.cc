#include "deploy/signboard/export_stream.h"

#include <algorithm>
#include <utility>

#include "proto/base/rpc_status.h"
#include "proto/base/surt.h"

namespace signboard::cli {
namespace {

using Stub = v1::Archive::Stub;

// One capture's snapshot, and its bytes in a form if any is asked for.
Status GetOne(Stub* stub, const std::string& id, v1::GetRequest::Body body, Exported* into,
              std::string* bytes) {
  grpc::ClientContext call;
  v1::GetRequest request;
  request.set_snapshot_id(id);
  request.set_body(body);
  const auto reader = stub->Get(&call, request);
  v1::GetReply reply;
  while (reader->Read(&reply)) {
    if (reply.has_snapshot()) into->snapshot = std::move(*reply.mutable_snapshot());
    else bytes->append(reply.chunk());
  }
  const Status status = base::FromGrpc(reader->Finish());
  if (status.code() != StatusCode::kDataLoss) return status;
  into->damage = base::Message(status);
  return OkStatus();
}

class WithBytes final : public ExportStream {
 public:
  WithBytes(const Context& context, const v1::ExportRequest& request)
      : from_ms_(request.has_from_ms() ? request.from_ms() : INT64_MIN),
        stub_(v1::Archive::NewStub(context.Channel("archive"))),
        reader_(stub_->Export(&call_, request)) {}
  ~WithBytes() override { call_.TryCancel(); }

  StatusOr<bool> Next(Exported* exported) override {
    *exported = Exported();
    if (!has_ahead_) ReadAhead();
    if (ended_) {
      RETURN_IF_ERROR(Finish());
      return false;
    }
    exported->snapshot = std::move(*ahead_.mutable_snapshot());
    has_ahead_ = false;
    for (ReadAhead(); has_ahead_ && !ahead_.has_snapshot(); ReadAhead())
      exported->wire += ahead_.wire();
    // What an end of the stream cut off is not known to be whole.
    if (ended_) RETURN_IF_ERROR(Finish());
    RETURN_IF_ERROR(Judge(exported));
    return true;
  }

 private:
  void ReadAhead() {
    has_ahead_ = !ended_ && reader_->Read(&ahead_);
    ended_ = !has_ahead_;
  }

  Status Finish() {
    if (!finished_) status_ = base::FromGrpc(reader_->Finish());
    finished_ = true;
    return status_;
  }

  Status Judge(Exported* exported) {
    const v1::Snapshot& snapshot = exported->snapshot;
    exported->beyond = snapshot.captured_ms() < from_ms_;
    // Captures of other URLs may stand between those of one, but none that has another SURT.
    std::string surt = base::Surt(snapshot.url()).value_or("");
    if (surt != surt_ || originals_.size() > kRepeatsMax) originals_.clear();
    surt_ = std::move(surt);
    if (snapshot.outcome() == v1::OUTCOME_UNSPECIFIED) exported->damage = snapshot.detail();
    if (snapshot.outcome() == v1::OUTCOME_UNCHANGED) {
      const auto repeated = originals_.find(snapshot.revisit_of());
      exported->refers_to_id =
          repeated != originals_.end() ? repeated->second : snapshot.revisit_of();
      return OkStatus();
    }
    if (!HasBytes(snapshot)) return OkStatus();
    exported->has_wire = exported->wire.size() == snapshot.wire_bytes();
    if (!exported->has_wire) {
      exported->damage = "the bytes of " + snapshot.id() + " are damaged";
      return OkStatus();
    }
    NoteRepeats(exported);
    if (snapshot.rendered().sha256().empty()) return OkStatus();
    Exported same;
    RETURN_IF_ERROR(GetOne(stub_.get(), snapshot.id(), v1::GetRequest::RENDERED, &same,
                           &exported->rendered));
    exported->damage = same.damage;
    return OkStatus();
  }

  // Bytes that went out before go out as a revisit.
  void NoteRepeats(Exported* exported) {
    const v1::Snapshot& snapshot = exported->snapshot;
    const bool may_repeat = snapshot.outcome() == v1::OUTCOME_CONTENT &&
                            !snapshot.http_version().empty() && snapshot.wire_bytes() > 0 &&
                            snapshot.truncated().empty();
    if (!may_repeat) return;
    const auto [before, is_new] = sent_.emplace(snapshot.wire_sha256(), snapshot.id());
    if (!is_new) {
      exported->identical = true;
      exported->refers_to_id = before->second;
      originals_[snapshot.id()] = before->second;
    }
    if (sent_.size() > kRepeatsMax) sent_.clear();
  }

  const int64_t from_ms_;
  grpc::ClientContext call_;
  const std::unique_ptr<Stub> stub_;
  const std::unique_ptr<grpc::ClientReader<v1::ExportChunk>> reader_;
  v1::ExportChunk ahead_;
  bool has_ahead_ = false;
  bool ended_ = false;
  bool finished_ = false;
  Status status_;
  std::unordered_map<std::string, std::string> sent_;  // Digest of wire bytes -> snapshot id.
  // Of `surt_`, whose 304s name them: snapshot that went out as a revisit -> what it repeats.
  std::unordered_map<std::string, std::string> originals_;
  std::string surt_;
};

class WithoutBytes final : public ExportStream {
 public:
  WithoutBytes(const Context& context, const v1::ExportRequest& request)
      : left_(request.urls().limit() == 0 ? UINT64_MAX : request.urls().limit()),
        stub_(v1::Archive::NewStub(context.Channel("archive"))) {
    list_.set_query(request.urls().query());
    list_.set_match(request.urls().match());
    if (request.has_from_ms()) list_.set_from_ms(request.from_ms());
    if (request.has_to_ms()) list_.set_to_ms(request.to_ms());
  }

  StatusOr<bool> Next(Exported* exported) override {
    *exported = Exported();
    if (at_ == page_.size()) RETURN_IF_ERROR(FillPage());
    if (at_ == page_.size()) return false;
    const v1::CaptureEntry& entry = page_[at_++];
    std::string none;
    RETURN_IF_ERROR(GetOne(stub_.get(), entry.snapshot_id(), v1::GetRequest::BODY_UNSPECIFIED,
                           exported, &none));
    return true;
  }

 private:
  static constexpr uint32_t kPageRows = 1'000;

  Status FillPage() {
    page_.clear();
    at_ = 0;
    if (left_ == 0) return OkStatus();
    list_.set_limit(static_cast<uint32_t>(std::min<uint64_t>(left_, kPageRows)));
    grpc::ClientContext call;
    const auto reader = stub_->ListCaptures(&call, list_);
    v1::CaptureEntry entry;
    while (reader->Read(&entry)) page_.push_back(std::move(entry));
    RETURN_IF_ERROR(base::FromGrpc(reader->Finish()));
    left_ = page_.size() < list_.limit() ? 0 : left_ - page_.size();
    if (!page_.empty()) list_.set_after(page_.back().cursor());
    return OkStatus();
  }

  uint64_t left_;
  const std::unique_ptr<Stub> stub_;
  v1::ListCapturesRequest list_;
  std::vector<v1::CaptureEntry> page_;
  size_t at_ = 0;
};

}  // namespace

std::unique_ptr<ExportStream> ExportWithBytes(const Context& context,
                                              const v1::ExportRequest& request) {
  return std::make_unique<WithBytes>(context, request);
}

std::unique_ptr<ExportStream> ExportWithoutBytes(const Context& context,
                                                 const v1::ExportRequest& request) {
  return std::make_unique<WithoutBytes>(context, request);
}

}  // namespace signboard::cli
