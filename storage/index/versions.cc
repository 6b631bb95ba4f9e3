#include "storage/index/versions.h"

#include <algorithm>
#include <utility>

#include "proto/base/key_codec.h"

namespace signboard::index {
namespace {

// Tells versions and changes while captures pass by in order.
class Neighbours {
 public:
  void Pass(VersionRow* row) {
    CaptureRecord& now = row->capture.record;
    if (!now.has_body) return;
    row->is_version = !before_ || !before_->SameBytes(now);
    // The same bytes say the same, unless what they say is up to their scripts.
    row->is_change = (row->is_version || now.rendered) &&
                     (!before_ || before_->fingerprint.empty() ||
                      before_->fingerprint != now.fingerprint);
    before_ = now;
  }
  void SetBefore(CaptureRecord record) { before_ = std::move(record); }

 private:
  std::optional<CaptureRecord> before_;
};

// The key to begin at, both limits heeded.
std::string StartKey(const VersionQuery& query, std::string prefix) {
  std::string from = prefix;
  if (query.from) base::AppendTime(&from, *query.from);
  if (!query.after) return from;
  std::string after = std::move(prefix);
  base::AppendTime(&after, query.after->time);
  after += query.after->disc;
  after.push_back('\0');
  return std::max(from, after);
}

// The record of the last capture with a body before `start`.
Status FindBefore(kv::Cursor& cursor, const std::string& start, const VersionQuery& query,
                  Neighbours* neighbours) {
  const Wanted wanted{.url_hash = query.url_hash, .with_body = true};
  for (cursor.SeekForPrev(start); cursor.Valid(); cursor.Prev()) {
    if (cursor.key() >= start) continue;
    ASSIGN_OR_RETURN(Capture capture, CaptureAt(cursor));
    if (!wanted.Takes(capture.record)) continue;
    neighbours->SetBefore(std::move(capture.record));
    break;
  }
  return cursor.status();
}

}  // namespace

StatusOr<std::vector<VersionRow>> ListVersions(kv::Shard& shard, const VersionQuery& query) {
  std::vector<VersionRow> rows;
  if (query.to && ToMillis(*query.to) < 0) return rows;
  ASSIGN_OR_RETURN(const std::unique_ptr<kv::Cursor> cursor,
                   ScanCaptures(shard, query.slot, query.surt));
  ASSIGN_OR_RETURN(std::string prefix, base::SnapshotKeyPrefix(query.slot, query.surt));
  const std::string start = StartKey(query, std::move(prefix));
  Neighbours neighbours;
  RETURN_IF_ERROR(FindBefore(*cursor, start, query, &neighbours));

  const Wanted wanted{.url_hash = query.url_hash};
  for (cursor->Seek(start); cursor->Valid() && rows.size() < query.limit; cursor->Next()) {
    VersionRow row;
    ASSIGN_OR_RETURN(row.capture, CaptureAt(*cursor));
    if (query.to && row.capture.time > *query.to) break;
    if (!wanted.Takes(row.capture.record)) continue;
    neighbours.Pass(&row);
    if (row.is_change || !query.changes_only) rows.push_back(std::move(row));
  }
  RETURN_IF_ERROR(cursor->status());
  return rows;
}

}  // namespace signboard::index
