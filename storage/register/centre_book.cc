#include "storage/register/centre_book.h"

#include <algorithm>
#include <utility>

#include "storage/register/draft.h"
#include "storage/register/founding_day.h"

namespace signboard::registry {
namespace {

bool WasWithdrawn(const CentreRecord& record, int64_t then_ms) {
  const auto& all = record.withdrawals();
  return std::any_of(all.begin(), all.end(), [then_ms](const Withdrawal& w) {
    return w.from_ms() <= then_ms && (!w.has_until_ms() || then_ms < w.until_ms());
  });
}

// By the first founding day that was said of it, of those it still has.
void RetellFounding(CentreRecord* record) {
  for (const v1::Statement& statement : record->centre().statements()) {
    if (statement.field() != "founded") continue;
    const FoundingDay day = ParseFoundingDay(statement.value());
    if (!day.last) continue;
    record->set_founded_by_ms(ToMillis(*day.last));
    return;
  }
}

}  // namespace

bool IsIn(const v1::Place& place, const std::string& code) {
  return place.code() == code ||
         std::find(place.parents().begin(), place.parents().end(), code) != place.parents().end();
}

StatusOr<v1::Centre> CentreBook::Get(const std::string& id) const {
  ASSIGN_OR_RETURN(CentreRecord record,
                   LoadOrEmpty<CentreRecord>(*shard_, families_.centre, id));
  if (record.centre().id() != id || !IsListed(record.centre()))
    return base::NotFound("no centre " + id);
  return std::move(*record.mutable_centre());
}

StatusOr<std::string> CentreBook::KeyAfter(const std::string& cursor) const {
  if (cursor.empty()) return FirstKey();
  auto last = Get(cursor);
  if (StatusCode::kNotFound == last.status().code())
    return base::InvalidArgument("cursor: no centre " + cursor);
  if (!last.ok()) return last.status();
  return PlaceKey(last->place().code(), cursor) + '\0';
}

StatusOr<bool> CentreBook::AsKnownBy(int64_t then_ms, CentreRecord* record) const {
  if (WasWithdrawn(*record, then_ms)) return false;
  v1::Centre& centre = *record->mutable_centre();
  centre.clear_state();
  centre.clear_merged_into();
  auto& statements = *centre.mutable_statements();
  const auto later = [then_ms](const v1::Statement& s) { return s.known_ms() > then_ms; };
  statements.erase(std::remove_if(statements.begin(), statements.end(), later), statements.end());
  google::protobuf::RepeatedPtrField<std::string> ids;
  for (const std::string& id : centre.announcement_ids()) {
    ASSIGN_OR_RETURN(const v1::Announcement announcement,
                     LoadOrEmpty<v1::Announcement>(*shard_, families_.announcement, id));
    if (announcement.first_found_ms() <= then_ms) *ids.Add() = id;
  }
  *centre.mutable_announcement_ids() = std::move(ids);
  RetellFounding(record);
  return IsListed(centre);
}

StatusOr<bool> CentreBook::Fits(const v1::ListCentresRequest& request,
                                CentreRecord* record) const {
  if (request.has_known_by_ms()) {
    ASSIGN_OR_RETURN(const bool was_known, AsKnownBy(request.known_by_ms(), record));
    if (!was_known) return false;
  }
  const v1::Centre& centre = record->centre();
  if (!Stands(centre)) return false;
  if (!request.level().empty() && centre.level() != request.level()) return false;
  if (!request.place_code().empty() && !IsIn(centre.place(), request.place_code())) return false;
  return !request.has_as_of_ms() ||
         (record->has_founded_by_ms() && record->founded_by_ms() <= request.as_of_ms());
}

StatusOr<v1::CountCentresReply> CentreBook::Count(v1::ListCentresRequest request) const {
  request.set_limit(kListMax);
  request.clear_cursor();
  v1::CountCentresReply reply;
  while (true) {
    auto page = List(request);
    if (!page.ok()) return page.status();
    for (const v1::Centre& centre : page->rows) ++(*reply.mutable_by_level())[centre.level()];
    reply.set_count(reply.count() + page->rows.size());
    if (page->next.empty()) return reply;
    request.set_cursor(page->next);
  }
}

StatusOr<Page<v1::Centre>> CentreBook::List(const v1::ListCentresRequest& request) const {
  ASSIGN_OR_RETURN(const uint32_t limit, ListLimit(request.limit()));
  kv::CursorOptions options;
  ASSIGN_OR_RETURN(options.lower, KeyAfter(request.cursor()));
  options.upper = EndKey();
  const auto cursor = shard_->Scan(families_.place, std::move(options));
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
    ASSIGN_OR_RETURN(CentreRecord record,
                     LoadOrEmpty<CentreRecord>(*shard_, families_.centre, last));
    if (PlaceKey(record.centre().place().code(), last) != cursor->key()) continue;  // It has moved.
    ASSIGN_OR_RETURN(const bool fits, Fits(request, &record));
    if (!fits) continue;
    fill.Took(record.centre().ByteSizeLong());
    page.rows.push_back(std::move(*record.mutable_centre()));
  }
  RETURN_IF_ERROR(cursor->status());
  return page;
}

}  // namespace signboard::registry
