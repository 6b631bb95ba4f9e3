// Register: answers.
#include <algorithm>
#include <optional>
#include <utility>

#include "storage/register/register.h"

namespace signboard::registry {
namespace {

kv::CursorOptions From(std::string key) {
  kv::CursorOptions options;
  options.lower = std::move(key);
  options.upper = EndKey();
  return options;
}

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
                   LoadOrEmpty<v1::Announcement>(*shard_, families_.announcement, id));
  if (announcement.id().empty() || announcement.id() != id)
    return base::NotFound("no announcement " + id);
  return announcement;
}

StatusOr<std::string> Register::NewestKeyAfter(const std::string& cursor) {
  if (cursor.empty()) return FirstKey();
  auto last = GetAnnouncement(cursor);
  if (base::StatusCode::kNotFound == last.status().code())
    return base::InvalidArgument("cursor: no announcement " + cursor);
  if (!last.ok()) return last.status();
  return NewestKey(last->first_found_ms(), cursor) + '\0';
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
  Fill fill(Fill::kRowsMax);
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
