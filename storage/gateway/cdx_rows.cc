#include "storage/gateway/cdx_rows.h"

#include <algorithm>
#include <utility>

#include "proto/base/digest.h"
#include "proto/base/text.h"
#include "proto/base/time.h"

namespace signboard::gateway {
namespace {

using Output = CdxQuery::Output;

constexpr std::array<const char*, kCdxFieldCount> kArchiveNames = {
    "urlkey", "timestamp", "original",    "mimetype",   "statuscode", "digest",
    "length", "redirect",  "robotflags",  "offset",     "filename"};
// OutbackCDX's too.
constexpr std::array<const char*, kCdxFieldCount> kPywbNames = {
    "urlkey", "timestamp",   "url",        "mime",   "status",  "digest",
    "length", "redirecturl", "robotflags", "offset", "filename"};

const char* NameOf(const CdxQuery& query, CdxField field) {
  const auto& names = query.dialect == CdxDialect::kArchive ? kArchiveNames : kPywbNames;
  return names[static_cast<size_t>(field)];
}

const std::string& Of(const CdxRow& row, CdxField field) {
  return row[static_cast<size_t>(field)];
}

std::string Joined(const CdxRow& row) {
  std::string line;
  for (size_t i = 0; i < kCdxKnownCount; ++i) line += (i == 0 ? "" : " ") + row[i];
  return line;
}

bool Holds(const CdxFilter& filter, const CdxRow& row) {
  const std::string value = filter.field ? Of(row, *filter.field) : Joined(row);
  switch (filter.how) {
    case CdxFilter::How::kContains: return value.find(filter.text) != std::string::npos;
    case CdxFilter::How::kIs: return value == filter.text;
    case CdxFilter::How::kMatches: break;
  }
  return re2::RE2::FullMatch(re2::StringPiece(value), *filter.pattern);
}

// OutbackCDX writes numbers as numbers.
Json ValueOf(const CdxRow& row, CdxField field) {
  const std::string& text = Of(row, field);
  const bool is_number = field == CdxField::kTimestamp || field == CdxField::kStatus ||
                         field == CdxField::kLength;
  return is_number && text != "-" ? Json(std::stoull(text)) : Json(text);
}

Json ObjectOf(const CdxQuery& query, const CdxRow& row, bool with_place) {
  Json object = Json::object();
  const bool outback = query.dialect == CdxDialect::kOutback;
  for (const CdxField field : query.fields) {
    const bool is_place = field == CdxField::kUrlKey || field == CdxField::kTimestamp;
    if (!with_place && is_place) continue;
    if (outback && Of(row, field) == "-") continue;
    object[NameOf(query, field)] =
        query.output == Output::kJsonObjects ? ValueOf(row, field) : Json(Of(row, field));
  }
  return object;
}

}  // namespace

CdxRow CdxRowOf(const v1::CaptureEntry& entry, bool resolve_revisits) {
  const auto or_dash = [](std::string text) { return text.empty() ? "-" : std::move(text); };
  const bool revisit = entry.outcome() == v1::OUTCOME_UNCHANGED;
  // A 304 says that what was there is there still.
  const int status = revisit ? 200 : entry.http_status();
  CdxRow row = {entry.surt(),
                base::FormatDigits14(FromMillis(entry.captured_ms())),
                entry.url(),
                or_dash(entry.mime()),
                status == 0 ? "-" : std::to_string(status),
                entry.body_sha1().empty() ? "-" : base::ToBase32(entry.body_sha1()),
                std::to_string(entry.body_bytes()),
                "-", "-", "-", "-"};
  if (!revisit || resolve_revisits) return row;
  row[static_cast<size_t>(CdxField::kMime)] = "warc/revisit";
  row[static_cast<size_t>(CdxField::kStatus)] = "-";
  return row;
}

bool CdxSelection::Fits(const CdxRow& row) const {
  return std::all_of(query_.filters.begin(), query_.filters.end(), [&](const CdxFilter& filter) {
    return Holds(filter, row) != filter.negated;
  });
}

bool CdxSelection::IsNew(const CdxRow& row, const CdxRow& before) const {
  for (const CdxCollapse& collapse : query_.collapses) {
    const std::string& is = Of(row, collapse.field);
    const std::string& was = Of(before, collapse.field);
    const size_t count = collapse.characters == 0 ? std::string::npos : collapse.characters;
    if (is.compare(0, count, was, 0, count) == 0) return false;
  }
  return true;
}

std::optional<CdxRow> CdxSelection::Take(const v1::CaptureEntry& entry) {
  // pywb fetches what it is shown.
  const bool shown = query_.dialect == CdxDialect::kPywb ? entry.has_body() || entry.observed()
                                                         : entry.http_status() > 0;
  if (!shown) return std::nullopt;
  if (skipped_ < query_.offset) {
    ++skipped_;
    return std::nullopt;
  }
  ++taken_;
  CdxRow row = CdxRowOf(entry, query_.resolve_revisits);
  if (!Fits(row)) return std::nullopt;
  if (query_.collapses.empty()) return row;
  std::optional<CdxRow> last = std::exchange(last_, row);
  if (query_.newest) {
    // From the newest back: the one after this is in if it differs from this.
    return last && IsNew(*last, row) ? last : std::nullopt;
  }
  return !last || IsNew(row, *last) ? std::optional<CdxRow>(std::move(row)) : std::nullopt;
}

std::optional<CdxRow> CdxSelection::End() {
  return query_.newest ? std::exchange(last_, std::nullopt) : std::nullopt;
}

std::string CdxHead(const CdxQuery& query) {
  return query.output == Output::kJson || query.output == Output::kJsonObjects ? "[" : "";
}

std::string CdxLine(const CdxQuery& query, const CdxRow& row, bool is_first) {
  if (query.output == Output::kNdjson) return Dump(ObjectOf(query, row, true)) + "\n";
  if (query.output == Output::kJsonObjects)
    return (is_first ? "" : ",\n") + Dump(ObjectOf(query, row, true));
  if (query.output == Output::kCdxj)
    return Of(row, CdxField::kUrlKey) + " " + Of(row, CdxField::kTimestamp) + " " +
           Dump(ObjectOf(query, row, false)) + "\n";
  if (query.output == Output::kText) {
    std::string line;
    for (const CdxField field : query.fields) line += (line.empty() ? "" : " ") + Of(row, field);
    return line + "\n";
  }
  std::string text;
  if (is_first) {
    Json names = Json::array();
    for (const CdxField field : query.fields) names.push_back(NameOf(query, field));
    text = Dump(names);
  }
  Json values = Json::array();
  for (const CdxField field : query.fields)
    values.push_back(query.dialect == CdxDialect::kOutback ? ValueOf(row, field)
                                                           : Json(Of(row, field)));
  return text + ",\n" + Dump(values);
}

std::string CdxFoot(const CdxQuery& query, bool is_empty, const std::string& key) {
  if (query.output == Output::kJsonObjects) return "]\n";
  if (query.output == Output::kJson) {
    if (key.empty()) return "]\n";
    return std::string(is_empty ? "" : ",\n") + "[],\n" + Dump(Json::array({key})) + "]\n";
  }
  return key.empty() ? "" : "\n" + key + "\n";
}

std::string_view CdxContentType(CdxQuery::Output output) {
  switch (output) {
    case Output::kJson:
    case Output::kJsonObjects: return "application/json";
    case Output::kNdjson: return "text/x-ndjson; charset=utf-8";
    case Output::kCdxj: return "text/x-cdxj; charset=utf-8";
    case Output::kText: break;
  }
  return "text/plain; charset=utf-8";
}

}  // namespace signboard::gateway
