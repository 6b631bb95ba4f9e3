// Register: answers.
#include <algorithm>
#include <optional>
#include <utility>

#include "storage/register/change.h"

namespace signboard::registry {
namespace {

// Bounds of one page: what a list gives and what it passes over at a time.
constexpr size_t kPageRows = 50;
constexpr size_t kPageBytes = size_t{1} << 20;
constexpr int kPageSeen = 1'000;

bool IsIn(const v1::Place& place, const std::string& code) {
  return place.code() == code ||
         std::find(place.parents().begin(), place.parents().end(), code) != place.parents().end();
}

kv::CursorOptions From(std::string key) {
  kv::CursorOptions options;
  options.lower = std::move(key);
  options.upper = EndKey();
  return options;
}

// Is it time to give what there is? A page holds at least one row.
class Fill {
 public:
  explicit Fill(size_t rows_max) : rows_max_(std::min(rows_max, kPageRows)) {}
  bool Takes() const { return rows_ < rows_max_ && bytes_ < kPageBytes && seen_ < kPageSeen; }
  void Seen() { ++seen_; }
  void Took(size_t bytes) {
    ++rows_;
    bytes_ += bytes;
  }

 private:
  const size_t rows_max_;
  size_t rows_ = 0;
  size_t bytes_ = 0;
  int seen_ = 0;
};

}  // namespace

bool Fits(const v1::AnnouncementFilter& filter, const v1::Announcement& announcement) {
  const v1::Place& place = announcement.merged().place();
  if (filter.has_since_ms() && announcement.first_found_ms() < filter.since_ms()) return false;
  if (filter.has_until_ms() && announcement.first_found_ms() >= filter.until_ms()) return false;
  if (!filter.place_code().empty() && !IsIn(place, filter.place_code())) return false;
  if (!filter.level().empty() && place.level() != filter.level()) return false;
  return !filter.has_score_min() || announcement.merged().score() >= filter.score_min();
}

StatusOr<v1::Announcement> Register::GetAnnouncement(const std::string& id) {
  ASSIGN_OR_RETURN(v1::Announcement announcement,
                   LoadOrEmpty<v1::Announcement>(families_.announcement, id));
  if (announcement.id().empty() || announcement.id() != id)
    return base::NotFound("no announcement " + id);
  return announcement;
}

StatusOr<v1::Centre> Register::GetCentre(const std::string& id) {
  ASSIGN_OR_RETURN(CentreRecord record, LoadOrEmpty<CentreRecord>(families_.centre, id));
  if (record.centre().id() != id || !IsListed(record.centre()))
    return base::NotFound("no centre " + id);
  return std::move(*record.mutable_centre());
}

StatusOr<std::string> Register::NewestKeyAfter(const std::string& cursor) {
  if (cursor.empty()) return FirstKey();
  auto last = GetAnnouncement(cursor);
  if (base::StatusCode::kNotFound == last.status().code())
    return base::InvalidArgument("cursor: no announcement " + cursor);
  if (!last.ok()) return last.status();
  return NewestKey(last->first_found_ms(), cursor) + '\0';
}

StatusOr<std::string> Register::PlaceKeyAfter(const std::string& cursor) {
  if (cursor.empty()) return FirstKey();
  auto last = GetCentre(cursor);
  if (base::StatusCode::kNotFound == last.status().code())
    return base::InvalidArgument("cursor: no centre " + cursor);
  if (!last.ok()) return last.status();
  return PlaceKey(last->place().code(), cursor) + '\0';
}

StatusOr<Page<v1::Announcement>> Register::ListAnnouncements(
    const v1::ListAnnouncementsRequest& request) {
  ASSIGN_OR_RETURN(const uint32_t limit, ListLimit(request.limit()));
  ASSIGN_OR_RETURN(std::string from, NewestKeyAfter(request.cursor()));
  const auto cursor = shard_->Scan(families_.newest, From(std::move(from)));
  Page<v1::Announcement> page;
  Fill fill(limit);
  std::string last;
  for (cursor->SeekToFirst(); cursor->Valid(); cursor->Next()) {
    if (!fill.Takes()) {
      page.next = last;
      break;
    }
    fill.Seen();
    ASSIGN_OR_RETURN(last, IdOfNewestKey(cursor->key()));
    auto row = GetAnnouncement(last);
    if (!row.ok()) return row.status();
    // The scan sees an instant, the record is of now: it may have moved to an earlier place.
    if (NewestKey(row->first_found_ms(), last) != cursor->key()) continue;
    if (!Fits(request.filter(), *row)) continue;
    fill.Took(row->ByteSizeLong());
    page.rows.push_back(*std::move(row));
  }
  RETURN_IF_ERROR(cursor->status());
  return page;
}

StatusOr<bool> Register::AsKnownBy(const v1::ListCentresRequest& request, v1::Centre* centre) {
  if (!request.has_known_by_ms()) return true;
  const int64_t then = request.known_by_ms();
  auto& statements = *centre->mutable_statements();
  const auto later = [then](const v1::Statement& s) { return s.known_ms() > then; };
  statements.erase(std::remove_if(statements.begin(), statements.end(), later), statements.end());
  google::protobuf::RepeatedPtrField<std::string> ids;
  for (const std::string& id : centre->announcement_ids()) {
    ASSIGN_OR_RETURN(const v1::Announcement announcement, GetAnnouncement(id));
    if (announcement.first_found_ms() <= then) *ids.Add() = id;
  }
  *centre->mutable_announcement_ids() = std::move(ids);
  return IsListed(*centre);
}

StatusOr<Page<v1::Centre>> Register::ListCentres(const v1::ListCentresRequest& request) {
  ASSIGN_OR_RETURN(const uint32_t limit, ListLimit(request.limit()));
  ASSIGN_OR_RETURN(std::string from, PlaceKeyAfter(request.cursor()));
  const auto cursor = shard_->Scan(families_.place, From(std::move(from)));
  Page<v1::Centre> page;
  Fill fill(limit);
  std::string last;
  for (cursor->SeekToFirst(); cursor->Valid(); cursor->Next()) {
    if (!fill.Takes()) {
      page.next = last;
      break;
    }
    fill.Seen();
    ASSIGN_OR_RETURN(last, IdOfPlaceKey(cursor->key()));
    ASSIGN_OR_RETURN(CentreRecord record, LoadOrEmpty<CentreRecord>(families_.centre, last));
    v1::Centre& centre = *record.mutable_centre();
    if (PlaceKey(centre.place().code(), last) != cursor->key()) continue;  // It has moved.
    if (!request.level().empty() && centre.level() != request.level()) continue;
    if (!request.place_code().empty() && !IsIn(centre.place(), request.place_code())) continue;
    if (request.has_as_of_ms() &&
        (!record.has_founded_by_ms() || record.founded_by_ms() > request.as_of_ms())) {
      continue;
    }
    ASSIGN_OR_RETURN(const bool was_known, AsKnownBy(request, &centre));
    if (!was_known) continue;
    fill.Took(centre.ByteSizeLong());
    page.rows.push_back(std::move(centre));
  }
  RETURN_IF_ERROR(cursor->status());
  return page;
}

StatusOr<std::vector<v1::AnnouncementEvent>> Register::ReadEvents(uint64_t after) {
  {
    base::MutexLock lock(mutex_);
    if (after > sequence_) {
      return base::FailedPrecondition("after_sequence " + std::to_string(after) +
                                      ": the newest event is " + std::to_string(sequence_));
    }
  }
  std::vector<v1::AnnouncementEvent> events;
  const auto cursor = shard_->Scan(families_.event, From(EventKey(after + 1)));
  Fill fill(kPageRows);
  for (cursor->SeekToFirst(); cursor->Valid() && fill.Takes(); cursor->Next()) {
    ASSIGN_OR_RETURN(v1::AnnouncementEvent event,
                     Decode<v1::AnnouncementEvent>(cursor->key(), cursor->value()));
    fill.Took(cursor->value().size());
    events.push_back(std::move(event));
  }
  RETURN_IF_ERROR(cursor->status());
  return events;
}

}  // namespace signboard::registry
