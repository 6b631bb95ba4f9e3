#include "storage/gateway/cdx_query.h"

#include <array>
#include <charconv>
#include <utility>

#include "proto/base/percent.h"
#include "proto/base/text.h"
#include "proto/base/time.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

constexpr size_t kFiltersMax = 20;
constexpr size_t kPatternBytesMax = 1'000;
constexpr int kPatternMemoryMax = 1 << 20;
constexpr int64_t kPageBlocksMax = 30;

struct FieldName {
  std::string_view name;
  CdxField field;
};
// Those of both dialects, and of OutbackCDX.
constexpr std::array<FieldName, 18> kFieldNames = {{{"urlkey", CdxField::kUrlKey},
                                                    {"timestamp", CdxField::kTimestamp},
                                                    {"original", CdxField::kOriginal},
                                                    {"url", CdxField::kOriginal},
                                                    {"mimetype", CdxField::kMime},
                                                    {"mime", CdxField::kMime},
                                                    {"statuscode", CdxField::kStatus},
                                                    {"status", CdxField::kStatus},
                                                    {"digest", CdxField::kDigest},
                                                    {"length", CdxField::kLength},
                                                    {"surt", CdxField::kUrlKey},
                                                    {"datetime", CdxField::kTimestamp},
                                                    {"size", CdxField::kLength},
                                                    {"redirecturl", CdxField::kRedirect},
                                                    {"redirect", CdxField::kRedirect},
                                                    {"robotflags", CdxField::kRobotFlags},
                                                    {"offset", CdxField::kOffset},
                                                    {"filename", CdxField::kFilename}}};
// As OutbackCDX prints them.
constexpr std::array<CdxField, kCdxFieldCount> kOutbackOrder = {
    CdxField::kUrlKey,   CdxField::kTimestamp,  CdxField::kOriginal, CdxField::kMime,
    CdxField::kStatus,   CdxField::kDigest,     CdxField::kRedirect, CdxField::kRobotFlags,
    CdxField::kLength,   CdxField::kOffset,     CdxField::kFilename};

Status Bad(std::string_view name, std::string_view why) {
  return base::InvalidArgument(std::string(name) + ": " + std::string(why));
}

StatusOr<CdxField> FieldOf(std::string_view parameter, std::string_view text) {
  for (const FieldName& one : kFieldNames)
    if (one.name == text) return one.field;
  size_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() &&
      number < kCdxKnownCount)
    return static_cast<CdxField>(number);
  return Bad(parameter, "no field " + base::EscapeTerminal(text.substr(0, 40)) +
                            "; there are urlkey, timestamp, original, mimetype, statuscode, "
                            "digest and length");
}

StatusOr<int64_t> Number(std::string_view parameter, std::string_view text) {
  int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
    return Bad(parameter, "a whole number is needed");
  return number;
}

Status CompilePattern(std::string_view parameter, std::string_view pattern, CdxFilter* filter) {
  if (pattern.size() > kPatternBytesMax) return Bad(parameter, "over 1,000 bytes");
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(kPatternMemoryMax);
  auto compiled = std::make_shared<re2::RE2>(
      re2::StringPiece(pattern.data(), pattern.size()), options);
  if (!compiled->ok()) return Bad(parameter, compiled->error());
  filter->how = CdxFilter::How::kMatches;
  filter->pattern = std::move(compiled);
  return OkStatus();
}

// Internet Archive: [~][!]field:regex, the whole value; ~ a part of it. Without a field the line.
StatusOr<CdxFilter> ArchiveFilter(std::string_view text) {
  CdxFilter filter;
  const bool part = text.starts_with("~");
  if (part) text.remove_prefix(1);
  filter.negated = text.starts_with("!");
  if (filter.negated) text.remove_prefix(1);
  if (const size_t colon = text.find(':'); colon != std::string_view::npos) {
    ASSIGN_OR_RETURN(filter.field, FieldOf("filter", text.substr(0, colon)));
    text.remove_prefix(colon + 1);
  }
  filter.text = std::string(text);
  if (part) return filter;
  RETURN_IF_ERROR(CompilePattern("filter", text, &filter));
  return filter;
}

// pywb: [!][=|~]field:expression; a part of the value, = the whole, ~ a regex from its start.
StatusOr<CdxFilter> PywbFilter(std::string_view text) {
  CdxFilter filter;
  filter.negated = text.starts_with("!");
  if (filter.negated) text.remove_prefix(1);
  const char how = text.empty() ? '\0' : text[0];
  if (how == '=' || how == '~') text.remove_prefix(1);
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return Bad("filter", "no field before a colon");
  ASSIGN_OR_RETURN(filter.field, FieldOf("filter", text.substr(0, colon)));
  text.remove_prefix(colon + 1);
  filter.text = std::string(text);
  if (how == '=') filter.how = CdxFilter::How::kIs;
  if (how == '~')
    RETURN_IF_ERROR(CompilePattern("filter", "(?:" + std::string(text) + ").*", &filter));
  return filter;
}

StatusOr<CdxCollapse> CollapseOf(std::string_view text) {
  CdxCollapse collapse;
  const size_t colon = text.find(':');
  ASSIGN_OR_RETURN(collapse.field, FieldOf("collapse", text.substr(0, colon)));
  if (colon == std::string_view::npos) return collapse;
  ASSIGN_OR_RETURN(const int64_t count, Number("collapse", text.substr(colon + 1)));
  if (count < 1) return Bad("collapse", "at least 1 character is needed");
  collapse.characters = static_cast<size_t>(count);
  return collapse;
}

Status ReadRange(const HttpServerRequest& request, v1::ListCapturesRequest* range) {
  std::string url(request.Param("url").value_or(""));
  if (url.empty()) return Bad("url", "url parameter is required");
  if (!base::IsValidUtf8(url)) return Bad("url", "is not UTF-8");
  const std::string_view match = request.Param("matchType").value_or("");
  range->set_match(v1::ListUrlsRequest::EXACT);
  if (match == "prefix" || (match.empty() && url.ends_with("*"))) {
    range->set_match(v1::ListUrlsRequest::PREFIX);
    if (url.ends_with("*")) url.pop_back();
  } else if (match == "host") {
    range->set_match(v1::ListUrlsRequest::HOST);
  } else if (match == "domain" || (match.empty() && url.starts_with("*."))) {
    range->set_match(v1::ListUrlsRequest::DOMAIN);
  } else if (!match.empty() && match != "exact") {
    return Bad("matchType", "exact, prefix, host or domain is needed");
  }
  range->set_query(std::move(url));
  for (const char* name : {"from", "to"}) {
    const std::string_view text = request.Param(name).value_or("");
    if (text.empty()) continue;
    const auto when = base::ParseTimeRange(text);
    if (!when.ok()) return Bad(name, base::Message(when.status()));
    if (name == std::string_view("from")) {
      range->set_from_ms(ToMillis(when->first));
    } else {
      range->set_to_ms(ToMillis(when->end) - 1);
    }
  }
  return OkStatus();
}

// closest alone is enough for pywb; the Internet Archive wants sort=closest with it. pywb as our
// client sends an empty one for the newest.
Status ReadOrder(const HttpServerRequest& request, CdxQuery* query) {
  const std::string_view sort = request.Param("sort").value_or("");
  const std::string_view closest = request.Param("closest").value_or("");
  if (sort == "reverse") {
    query->range.set_newest_first(true);
  } else if (!sort.empty() && sort != "regular" && sort != "default" && sort != "closest") {
    return Bad("sort", "regular, reverse or closest is needed");
  }
  const bool wanted =
      sort == "closest" || (query->dialect == CdxDialect::kPywb && sort.empty());
  if (!wanted) return OkStatus();
  if (closest.empty()) {
    if (sort == "closest") query->range.set_newest_first(true);
    return OkStatus();
  }
  if (query->range.match() != v1::ListUrlsRequest::EXACT)
    return Bad("closest", "goes with an exact URL only");
  const auto when = base::ParseTimeRange(closest);
  if (!when.ok()) return Bad("closest", base::Message(when.status()));
  query->range.set_closest_ms(ToMillis(when->first));
  return OkStatus();
}

Status ReadLimits(const HttpServerRequest& request, CdxQuery* query) {
  query->limit = kCdxLimitMax;
  if (const auto text = request.Param("limit"); text && !text->empty()) {
    ASSIGN_OR_RETURN(int64_t limit, Number("limit", *text));
    if (limit == INT64_MIN) return Bad("limit", "too small");
    query->newest = limit < 0;
    limit = limit < 0 ? -limit : limit;
    if (limit > static_cast<int64_t>(kCdxLimitMax)) limit = static_cast<int64_t>(kCdxLimitMax);
    if (limit > 0) query->limit = static_cast<uint64_t>(limit);
  }
  if (FlagParam(request, "last")) {
    query->limit = 1;
    query->newest = true;
  }
  if (const auto text = request.Param("offset"); text && !text->empty()) {
    ASSIGN_OR_RETURN(const int64_t offset, Number("offset", *text));
    if (offset < 0) return Bad("offset", "is negative");
    query->offset = static_cast<uint64_t>(offset);
  }
  query->show_resume_key = FlagParam(request, "showResumeKey");
  query->resolve_revisits =
      query->dialect == CdxDialect::kPywb || FlagParam(request, "resolveRevisits");
  // Clients escape it once more.
  query->after = base::PercentDecode(request.Param("resumeKey").value_or(""));
  if (!base::IsValidUtf8(query->after)) return Bad("resumeKey", "is none of ours");
  if (query->newest && (!query->after.empty() || query->range.newest_first()))
    return Bad("limit", "a negative one goes neither with resumeKey nor with sort");
  if (query->newest && query->limit > kCdxNewestMax)
    return Bad("limit", "at most the last 10,000 rows are given");
  if (query->range.has_closest_ms() && !query->after.empty())
    return Bad("resumeKey", "does not go with closest");
  for (const char* name : {"urlkey", "collapseToLast", "omitSelfRedirects", "accesspoint",
                           "showPagedIndex", "showDupeCount", "showGroupCount", "showSkipCount",
                           "showUniqCount"})
    if (request.Param(name)) return Bad(name, "is not offered here");
  return OkStatus();
}

Status ReadPages(const HttpServerRequest& request, CdxQuery* query) {
  query->counts_pages = FlagParam(request, "showNumPages");
  const auto page = request.Param("page");
  if (!page && !query->counts_pages) return OkStatus();
  int64_t blocks = kCdxPageBlocks;
  if (const auto size = request.Param("pageSize"); size && !size->empty()) {
    ASSIGN_OR_RETURN(blocks, Number("pageSize", *size));
    if (blocks < 1 || blocks > kPageBlocksMax) return Bad("pageSize", "1 to 30 is needed");
  }
  query->captures_per_page = static_cast<uint64_t>(blocks) * kCdxBlockCaptures;
  if (query->counts_pages) return OkStatus();
  ASSIGN_OR_RETURN(const int64_t number, Number("page", *page));
  if (number < 0) return Bad("page", "is negative");
  if (query->newest || query->offset > 0 || !query->after.empty() || query->range.has_closest_ms())
    return Bad("page", "goes neither with resumeKey, offset and closest nor with a negative limit");
  if (static_cast<uint64_t>(number) > kCdxCapturesMax / query->captures_per_page)
    return Bad("page", "too far in: use showResumeKey and resumeKey");
  query->offset = static_cast<uint64_t>(number) * query->captures_per_page;
  return OkStatus();
}

Status ReadOutput(const HttpServerRequest& request, CdxQuery* query) {
  using Output = CdxQuery::Output;
  const bool pywb = query->dialect == CdxDialect::kPywb;
  const bool outback = query->dialect == CdxDialect::kOutback;
  const std::string_view output = request.Param("output").value_or("");
  query->output = pywb ? Output::kCdxj : Output::kText;
  if (output == "json") {
    query->output = pywb ? Output::kNdjson : Output::kJson;
  } else if (output == "text" || output == "cdx") {
    query->output = Output::kText;
  } else if (output == "cdxj" && (pywb || outback)) {
    query->output = Output::kCdxj;
  } else if (output == "jsondict" && outback) {
    query->output = Output::kJsonObjects;
  } else if (!output.empty()) {
    return Bad("output", pywb      ? "cdxj, json or text is needed"
                         : outback ? "cdx, json, jsondict or cdxj is needed"
                                   : "text or json is needed");
  }
  std::string_view fields = request.Param("fl").value_or("");
  if (fields.empty() && pywb) fields = request.Param("fields").value_or("");
  for (const std::string_view field : base::SplitAscii(fields, ',')) {
    if (base::TrimAscii(field).empty()) continue;
    if (query->fields.size() >= kCdxFieldCount) return Bad("fl", "names a field twice");
    ASSIGN_OR_RETURN(const CdxField one, FieldOf("fl", base::TrimAscii(field)));
    query->fields.push_back(one);
  }
  if (!query->fields.empty()) return OkStatus();
  if (outback) {
    query->fields.assign(kOutbackOrder.begin(), kOutbackOrder.end());
  } else {
    for (size_t i = 0; i < kCdxKnownCount; ++i) query->fields.push_back(static_cast<CdxField>(i));
  }
  return OkStatus();
}

}  // namespace

StatusOr<CdxQuery> ParseCdxQuery(const HttpServerRequest& request, CdxDialect dialect) {
  CdxQuery query;
  query.dialect = dialect;
  RETURN_IF_ERROR(ReadRange(request, &query.range));
  RETURN_IF_ERROR(ReadOrder(request, &query));
  RETURN_IF_ERROR(ReadLimits(request, &query));
  RETURN_IF_ERROR(ReadPages(request, &query));
  RETURN_IF_ERROR(ReadOutput(request, &query));
  for (const auto& [name, value] : request.query) {
    if (query.filters.size() + query.collapses.size() > kFiltersMax)
      return Bad(name, "over 20 filters and collapses");
    if (name == "filter" && !value.empty()) {
      auto filter = dialect == CdxDialect::kPywb ? PywbFilter(value) : ArchiveFilter(value);
      if (!filter.ok()) return filter.status();
      query.filters.push_back(*std::move(filter));
    } else if ((name == "collapse" || name == "collapseToFirst") && !value.empty()) {
      ASSIGN_OR_RETURN(const CdxCollapse collapse, CollapseOf(value));
      query.collapses.push_back(collapse);
    } else if (name == "collapseTime" && !value.empty()) {
      ASSIGN_OR_RETURN(const int64_t digits, Number("collapseTime", value));
      if (digits < 0) return Bad("collapseTime", "is negative");
      if (digits > 0)
        query.collapses.push_back({CdxField::kTimestamp, static_cast<size_t>(digits)});
    }
  }
  return query;
}

}  // namespace signboard::gateway
