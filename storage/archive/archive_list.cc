// Archive::ListVersions and ListUrls.
#include <algorithm>
#include <optional>
#include <utility>

#include "proto/base/digest.h"
#include "proto/base/key_codec.h"
#include "proto/base/text.h"
#include "storage/archive/archive.h"
#include "storage/archive/snapshots.h"
#include "storage/archive/url_range.h"
#include "storage/index/urls.h"
#include "storage/index/versions.h"

namespace signboard::archive {
namespace {

StatusOr<index::VersionQuery> VersionQueryOf(const Place& place,
                                             const v1::ListVersionsRequest& request) {
  index::VersionQuery query;
  query.slot = place.slot;
  query.surt = place.surt;
  query.changes_only = !request.all();
  ASSIGN_OR_RETURN(query.limit, ListLimit(request.limit()));
  if (request.has_from_ms()) query.from = InstantOf(request.from_ms());
  if (request.has_to_ms()) query.to = InstantOf(request.to_ms());
  if (!request.after_id().empty()) {
    auto id = base::ParseSnapshotId(request.after_id());
    if (!id.ok()) return base::Annotate(id.status(), "after_id");
    query.after = {id->time, id->disc};
  }
  // The exact URL if it was ever captured, else all that share its SURT.
  ASSIGN_OR_RETURN(const std::optional<index::UrlRecord> exact,
                   index::GetUrl(*place.shard, place.slot, place.surt, request.url()));
  if (exact) {
    query.url_hash = base::Fingerprint64(request.url());
    return query;
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<kv::Cursor> cursor,
                   index::ScanCaptures(*place.shard, place.slot, place.surt));
  cursor->SeekToFirst();
  RETURN_IF_ERROR(cursor->status());
  if (cursor->Valid()) return query;
  return base::NotFound("no capture of URL " + base::EscapeTerminal(request.url()));
}

// The records of some index entries, in their order.
StatusOr<std::vector<v1::Version>> WithSnapshots(const Place& place,
                                                 const std::vector<index::VersionRow>& rows) {
  std::vector<std::string> keys;
  for (const index::VersionRow& row : rows) keys.push_back(row.capture.key);
  ASSIGN_OR_RETURN(const std::vector<std::optional<std::string>> values,
                   place.shard->MultiGet(kSnapshotFamily, keys));
  std::vector<v1::Version> versions;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!values[i]) {
      return base::DataLoss("the index names a capture of " + place.surt + " at " +
                            base::FormatRfc3339(rows[i].capture.time) +
                            ", whose snapshot is missing");
    }
    v1::Version version;
    ASSIGN_OR_RETURN(*version.mutable_snapshot(), DecodeSnapshot(keys[i], *values[i]));
    RETURN_IF_ERROR(FillRevisit(place, version.mutable_snapshot()));
    version.set_is_version(rows[i].is_version);
    version.set_is_change(rows[i].is_change);
    versions.push_back(std::move(version));
  }
  return versions;
}

v1::UrlEntry EntryOf(index::UrlRow row) {
  v1::UrlEntry entry;
  entry.set_cursor(index::UrlCursor(row.surt, row.url));
  entry.set_url(std::move(row.url));
  entry.set_surt(std::move(row.surt));
  entry.set_first_ms(ToMillis(row.record.first));
  entry.set_last_ms(ToMillis(row.record.last));
  entry.set_capture_count(row.record.count);
  entry.set_title(std::move(row.record.title));
  entry.set_last_outcome(row.record.last_outcome);
  return entry;
}

}  // namespace

StatusOr<uint32_t> ListLimit(uint32_t asked) {
  if (asked > kListMax) {
    return base::InvalidArgument("limit " + std::to_string(asked) + " is more than " +
                                 std::to_string(kListMax));
  }
  return asked == 0 ? kListDefault : asked;
}

StatusOr<std::vector<v1::Version>> Archive::ListVersions(const v1::ListVersionsRequest& request) {
  ASSIGN_OR_RETURN(const Place place, PlaceOf(space_, request.url()));
  ASSIGN_OR_RETURN(const index::VersionQuery query, VersionQueryOf(place, request));
  ASSIGN_OR_RETURN(const std::vector<index::VersionRow> rows,
                   index::ListVersions(*place.shard, query));
  return WithSnapshots(place, rows);
}

StatusOr<std::vector<v1::UrlEntry>> Archive::ListUrls(const v1::ListUrlsRequest& request) {
  index::UrlQuery query;
  query.after = request.after();
  ASSIGN_OR_RETURN(query.limit, ListLimit(request.limit()));
  ASSIGN_OR_RETURN(UrlRange range, UrlRangeOf(request.query(), request.match()));
  query.slot = range.slot;
  query.first = std::move(range.first);
  query.end = std::move(range.end);
  ASSIGN_OR_RETURN(const std::shared_ptr<kv::Shard> shard, space_.ShardOf(query.slot));
  ASSIGN_OR_RETURN(std::vector<index::UrlRow> rows, index::ListUrls(*shard, query));
  std::vector<v1::UrlEntry> entries;
  for (index::UrlRow& row : rows) entries.push_back(EntryOf(std::move(row)));
  return entries;
}

}  // namespace signboard::archive
