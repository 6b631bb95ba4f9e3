#include "storage/index/urls.h"

#include <algorithm>
#include <utility>

#include "proto/base/key_codec.h"
#include "proto/base/status.h"
#include "proto/base/text.h"

namespace signboard::index {
namespace {

StatusOr<std::string> UrlKey(kv::Slot slot, std::string_view surt, std::string_view url) {
  ASSIGN_OR_RETURN(std::string key, base::SnapshotKeyPrefix(slot, surt));
  key += url;
  return key;
}

}  // namespace

StatusOr<UrlRow> ParseUrlEntry(std::string_view key, std::string_view value) {
  base::KeyReader reader(key);
  UrlRow row;
  RETURN_IF_ERROR(reader.U16().status());
  ASSIGN_OR_RETURN(row.surt, reader.ZeroEnded());
  row.url = reader.rest();
  auto record = DecodeUrlRecord(value);
  if (!record.ok()) return base::Annotate(record.status(), "URL entry of " + row.url);
  row.record = std::move(record).value();
  return row;
}

std::string UrlCursor(std::string_view surt, std::string_view url) {
  std::string cursor(surt);
  cursor += ' ';
  cursor += url;
  return cursor;
}

Status CheckUrlCursor(std::string_view cursor) {
  const size_t space = cursor.find(' ');
  if (space == std::string_view::npos || space == 0 || space + 1 == cursor.size() ||
      cursor.find('\0') != std::string_view::npos) {
    return base::InvalidArgument("cursor \"" + base::EscapeTerminal(cursor.substr(0, 200)) +
                                 "\" is not one that a list gave");
  }
  return OkStatus();
}

StatusOr<std::vector<UrlRow>> ListUrls(kv::Shard& shard, const UrlQuery& query) {
  kv::CursorOptions options;
  options.lower = kv::SlotKey(query.slot) + query.first;
  options.upper = kv::SlotKey(query.slot) + query.end;
  std::string start = options.lower;
  if (!query.after.empty()) {
    RETURN_IF_ERROR(CheckUrlCursor(query.after));
    std::string after = kv::SlotKey(query.slot) + query.after;
    after[after.find(' ', 2)] = '\0';
    after.push_back('\0');
    start = std::max(start, after);
  }
  std::vector<UrlRow> rows;
  if (start >= options.upper) return rows;
  const std::unique_ptr<kv::Cursor> cursor = shard.Scan(kUrlFamily, std::move(options));
  for (cursor->Seek(start); cursor->Valid() && rows.size() < query.limit; cursor->Next()) {
    ASSIGN_OR_RETURN(UrlRow row, ParseUrlEntry(cursor->key(), cursor->value()));
    rows.push_back(std::move(row));
  }
  RETURN_IF_ERROR(cursor->status());
  return rows;
}

StatusOr<std::optional<UrlRecord>> GetUrl(kv::Shard& shard, kv::Slot slot, std::string_view surt,
                                          std::string_view url) {
  ASSIGN_OR_RETURN(const std::string key, UrlKey(slot, surt, url));
  ASSIGN_OR_RETURN(const std::optional<std::string> value, shard.Get(kUrlFamily, key));
  if (!value) return std::optional<UrlRecord>();
  ASSIGN_OR_RETURN(UrlRow row, ParseUrlEntry(key, *value));
  return std::optional<UrlRecord>(std::move(row.record));
}

void Count(const CountedCapture& capture, UrlRecord* record) {
  const bool first = record->count == 0;
  if (first || capture.time < record->first) record->first = capture.time;
  if (first || capture.time >= record->last) {
    record->last = capture.time;
    record->last_outcome = capture.outcome;
    if (capture.outcome == v1::OUTCOME_GONE) record->has_findings = false;
  }
  record->has_findings = record->has_findings || capture.has_findings;
  if (!capture.title.empty() && (record->title.empty() || capture.time >= record->title_time)) {
    record->title_time = capture.time;
    record->title = base::TruncateUtf8(capture.title, kTitleCharsMax);
  }
  ++record->count;
}

StatusOr<CountedUrl> CountCapture(kv::Shard& shard, kv::Slot slot, std::string_view surt,
                                  std::string_view url, const CountedCapture& capture,
                                  kv::Batch* batch) {
  ASSIGN_OR_RETURN(std::optional<UrlRecord> known, GetUrl(shard, slot, surt, url));
  UrlRecord record = known.value_or(UrlRecord());
  Count(capture, &record);
  ASSIGN_OR_RETURN(const std::string key, UrlKey(slot, surt, url));
  batch->Put(kUrlFamily, key, Encode(record));
  return CountedUrl{.is_new = !known, .has_findings = known && known->has_findings};
}

Status MarkFindings(kv::Shard& shard, kv::Slot slot, std::string_view surt, std::string_view url,
                    kv::Batch* batch) {
  ASSIGN_OR_RETURN(std::optional<UrlRecord> record, GetUrl(shard, slot, surt, url));
  if (!record) return base::NotFound("no capture of " + std::string(url) + " is kept");
  if (record->has_findings || record->last_outcome == v1::OUTCOME_GONE) return OkStatus();
  record->has_findings = true;
  ASSIGN_OR_RETURN(const std::string key, UrlKey(slot, surt, url));
  batch->Put(kUrlFamily, key, Encode(*record));
  return OkStatus();
}

}  // namespace signboard::index
