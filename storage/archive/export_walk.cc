#include "storage/archive/export_walk.h"

#include <algorithm>
#include <utility>

#include "storage/archive/capture_list.h"
#include "storage/archive/note_damage.h"
#include "storage/archive/snapshots.h"

namespace signboard::archive {
namespace {

constexpr uint32_t kPageRows = 100;
constexpr size_t kOriginalsMax = 10'000;

}  // namespace

ExportWalk::ExportWalk(Archive& archive, v1::ExportRequest request)
    : archive_(archive),
      request_(std::move(request)),
      left_(request_.urls().limit() == 0 ? UINT64_MAX : request_.urls().limit()) {
  page_request_.set_query(request_.urls().query());
  page_request_.set_match(request_.urls().match());
  page_request_.set_after(request_.urls().after());
  if (request_.has_from_ms()) page_request_.set_from_ms(request_.from_ms());
  if (request_.has_to_ms()) page_request_.set_to_ms(request_.to_ms());
}

StatusOr<bool> ExportWalk::FillPage() {
  if (!page_.empty()) return true;
  if (last_page_ || left_ == 0) return false;
  const auto asked = static_cast<uint32_t>(std::min<uint64_t>(left_, kPageRows));
  page_request_.set_limit(asked);
  ASSIGN_OR_RETURN(std::vector<v1::CaptureEntry> rows, ListCaptures(archive_, page_request_));
  last_page_ = rows.size() < asked;
  left_ -= rows.size();
  for (v1::CaptureEntry& row : rows) page_.push_back(std::move(row));
  if (page_.empty()) return false;
  page_request_.set_after(page_.back().cursor());
  return true;
}

Status ExportWalk::AddOriginal(const v1::Snapshot& revisit) {
  const bool seen = !originals_.insert(revisit.revisit_of()).second;
  if (seen || !request_.has_from_ms()) return OkStatus();
  if (originals_.size() > kOriginalsMax) originals_.clear();
  v1::GetRequest request;
  request.set_snapshot_id(revisit.revisit_of());
  ASSIGN_OR_RETURN(v1::Snapshot original, archive_.Find(request));
  if (original.captured_ms() >= request_.from_ms()) return OkStatus();
  ready_.push_back(std::move(original));
  return OkStatus();
}

Status ExportWalk::AddCapture(const v1::CaptureEntry& entry) {
  if (entry.surt() != surt_) originals_.clear();
  surt_ = entry.surt();
  v1::GetRequest request;
  request.set_snapshot_id(entry.snapshot_id());
  auto snapshot = archive_.Find(request);
  Status damage = snapshot.status();
  if (snapshot.ok() && snapshot->outcome() == v1::OUTCOME_UNCHANGED)
    damage = AddOriginal(*snapshot);
  if (!damage.ok() && damage.code() != StatusCode::kDataLoss) return damage;
  if (damage.ok()) {
    ready_.push_back(std::move(*snapshot));
    return OkStatus();
  }
  v1::Snapshot& damaged = ready_.emplace_back();
  damaged.set_id(entry.snapshot_id());
  damaged.set_url(entry.url());
  damaged.set_captured_ms(entry.captured_ms());
  damaged.set_detail(std::string(base::Message(NoteDamage(damage))));
  return OkStatus();
}

StatusOr<bool> ExportWalk::Next(v1::Snapshot* snapshot) {
  while (ready_.empty()) {
    ASSIGN_OR_RETURN(const bool more, FillPage());
    if (!more) return false;
    const v1::CaptureEntry entry = std::move(page_.front());
    page_.pop_front();
    RETURN_IF_ERROR(AddCapture(entry));
  }
  *snapshot = std::move(ready_.front());
  ready_.pop_front();
  return true;
}

}  // namespace signboard::archive
