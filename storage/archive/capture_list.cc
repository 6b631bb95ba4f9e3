#include "storage/archive/capture_list.h"

#include <utility>

#include "proto/base/key_codec.h"
#include "storage/archive/url_range.h"
#include "storage/index/captures.h"

namespace signboard::archive {
namespace {

Status CheckClosest(const v1::ListCapturesRequest& request) {
  if (!request.has_closest_ms()) return OkStatus();
  const auto match = request.match();
  if (match != v1::ListUrlsRequest::EXACT && match != v1::ListUrlsRequest::MATCH_UNSPECIFIED)
    return base::InvalidArgument("closest_ms goes with match EXACT only");
  if (!request.after().empty() || request.newest_first())
    return base::InvalidArgument("closest_ms goes neither with after nor with newest_first");
  if (request.limit() > kClosestMax)
    return base::InvalidArgument("limit " + std::to_string(request.limit()) + " is more than " +
                                 std::to_string(kClosestMax) + ", the most with closest_ms");
  return OkStatus();
}

v1::CaptureEntry EntryOf(index::CaptureRow row) {
  const index::CaptureRecord& record = row.capture.record;
  v1::CaptureEntry entry;
  entry.set_captured_ms(ToMillis(row.capture.time));
  entry.set_outcome(record.outcome);
  entry.set_http_status(record.http_status);
  entry.set_mime(record.mime);
  entry.set_body_sha1(record.sha1);
  entry.set_body_bytes(record.body_bytes);
  entry.set_has_body(record.has_body);
  entry.set_observed(record.observed);
  entry.set_revisit(record.revisit);
  entry.set_snapshot_id(base::FormatSnapshotId({row.capture.time, row.capture.disc, row.url}));
  entry.set_surt(std::move(row.surt));
  entry.set_url(std::move(row.url));
  entry.set_cursor(std::move(row.cursor));
  return entry;
}

}  // namespace

StatusOr<std::vector<v1::CaptureEntry>> ListCaptures(Archive& archive,
                                                     const v1::ListCapturesRequest& request) {
  RETURN_IF_ERROR(CheckClosest(request));
  index::CaptureQuery query;
  ASSIGN_OR_RETURN(query.limit, ListLimit(request.limit()));
  ASSIGN_OR_RETURN(UrlRange range, UrlRangeOf(request.query(), request.match()));
  query.slot = range.slot;
  query.first = std::move(range.first);
  query.end = std::move(range.end);
  if (request.has_from_ms()) query.from = InstantOf(request.from_ms());
  if (request.has_to_ms()) query.to = InstantOf(request.to_ms());
  if (request.has_closest_ms()) query.closest = InstantOf(request.closest_ms());
  query.newest_first = request.newest_first();
  query.after = request.after();
  ASSIGN_OR_RETURN(const std::shared_ptr<kv::Shard> shard, archive.space_.ShardOf(query.slot));
  ASSIGN_OR_RETURN(std::vector<index::CaptureRow> rows, index::ListCaptures(*shard, query));
  std::vector<v1::CaptureEntry> entries;
  for (index::CaptureRow& row : rows) entries.push_back(EntryOf(std::move(row)));
  return entries;
}

}  // namespace signboard::archive
