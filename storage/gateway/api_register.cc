// /api/v1/announcements and /api/v1/centres: what the register knows, as JSON, NDJSON or CSV.
#include <charconv>

#include "proto/base/text.h"
#include "storage/gateway/csv.h"
#include "storage/gateway/register_filter.h"
#include "storage/gateway/register_words.h"
#include "storage/gateway/services.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

constexpr uint32_t kPerPage = 50;
constexpr uint32_t kPerPageMax = 200;
constexpr std::string_view kAnnouncementsPath = "/api/v1/announcements";
constexpr std::string_view kCentresPath = "/api/v1/centres";
constexpr std::string_view kTimeHint = "write 7d, 2025-11-18, 2025-11-01..2025-11-30 or RFC 3339";

enum class Format { kJson, kNdjson, kCsv };

struct MediaType {
  std::string_view name;
  Format format;
};
constexpr MediaType kMediaTypes[] = {{"application/json", Format::kJson},
                                     {"application/x-ndjson", Format::kNdjson},
                                     {"application/ndjson", Format::kNdjson},
                                     {"text/csv", Format::kCsv}};

// The q of one member of Accept, in thousandths (RFC 9110 section 12.4.2).
int Weight(std::string_view member) {
  for (const std::string_view part : base::SplitAscii(member, ';')) {
    const std::string_view param = base::TrimAscii(part);
    if (!base::EqualsIgnoreCaseAscii(param.substr(0, 2), "q=")) continue;
    double q = 0;
    const auto parsed = std::from_chars(param.data() + 2, param.data() + param.size(), q);
    if (parsed.ec != std::errc() || !(q > 0)) return 0;
    return q >= 1 ? 1'000 : static_cast<int>(q * 1'000);
  }
  return 1'000;
}

// What a suffix says counts; without one, what Accept likes best; JSON for everybody else.
std::optional<Format> PickFormat(const HttpServerRequest& request, std::string_view suffix) {
  if (suffix == ".json") return Format::kJson;
  if (suffix == ".ndjson") return Format::kNdjson;
  if (suffix == ".csv") return Format::kCsv;
  if (!suffix.empty()) return std::nullopt;
  Format best = Format::kJson;
  int best_weight = 0;
  for (const std::string_view member :
       base::SplitAscii(request.Header("Accept").value_or(""), ',')) {
    const std::string name =
        base::ToLowerAscii(base::TrimAscii(member.substr(0, member.find(';'))));
    for (const MediaType& type : kMediaTypes) {
      if (name != type.name || Weight(member) <= best_weight) continue;
      best = type.format;
      best_weight = Weight(member);
    }
  }
  return best;
}

std::string Word(const HttpServerRequest& request, std::string_view name) {
  return std::string(request.Param(name).value_or(""));
}

struct Table {
  std::string_view name;  // Of the list in the JSON document.
  std::vector<Json> items;
  const std::vector<std::string>* columns;
  std::vector<std::vector<std::string>> rows;
  std::string next;  // Cursor; empty: there is no more.
};

HttpServerResponse TableAnswer(Table table, Format format) {
  HttpServerResponse response;
  if (format == Format::kJson) {
    Json list = Json::array();
    for (Json& item : table.items) list.push_back(std::move(item));
    Json json = Json::object();
    json[std::string(table.name)] = std::move(list);
    json["next"] = table.next.empty() ? Json(nullptr) : Json(table.next);
    return JsonAnswer(json);
  }
  response.SetHeader("Cache-Control", "no-cache");
  if (format == Format::kNdjson) {
    response.SetHeader("Content-Type", "application/x-ndjson");
    for (const Json& item : table.items) response.body += Dump(item) + "\n";
    return response;
  }
  response.SetHeader("Content-Type", "text/csv; charset=utf-8; header=present");
  response.body = CsvLine(*table.columns);
  for (const auto& row : table.rows) response.body += CsvLine(row);
  return response;
}

// With the link to the next page (RFC 8288): the same question, another cursor.
HttpServerResponse PageAnswer(const HttpServerRequest& request, Table table, Format format) {
  std::string link;
  if (!table.next.empty()) {
    link = "<" + request.path + "?";
    for (const auto& [name, value] : request.query)
      if (name != "cursor") link += EncodeQuery(name) + "=" + EncodeQuery(value) + "&";
    link += "cursor=" + EncodeQuery(table.next) + ">; rel=\"next\"";
  }
  HttpServerResponse response = TableAnswer(std::move(table), format);
  response.SetHeader("Vary", "Accept");
  if (!link.empty()) response.SetHeader("Link", link);
  return response;
}

Problem NoSuchForm(std::string_view path) {
  return {404, "not_found", std::string(path) + " is answered as .json, .ndjson or .csv", "", {}};
}

Problem NoSuchThing(std::string_view what) {
  return {404, "not_found", "no such " + std::string(what),
          "the list is at /api/v1/" + std::string(what) + "s", {}};
}

template <class T>
std::string NextCursor(std::vector<T>* found, uint32_t limit) {
  if (found->size() <= limit) return "";
  found->resize(limit);
  return found->back().id();
}

}  // namespace

Problem BadWord(const Status& status) {
  const std::string_view message = base::Message(status);
  const size_t colon = std::min(message.find(": "), message.size());
  const std::string_view name = message.substr(0, colon);
  const bool is_time = name == "since" || name == "until" || name == "as_of" ||
                       name == "known_by";
  return BadParameter(name, message.substr(std::min(colon + 2, message.size())),
                      is_time ? kTimeHint : std::string_view());
}

StatusOr<v1::ListAnnouncementsRequest> ParseAnnouncementsQuery(const HttpServerRequest& request,
                                                               UnixTime now, uint32_t per_page,
                                                               uint32_t per_page_max) {
  FilterWords words;
  words.since = Word(request, "since");
  words.until = Word(request, "until");
  words.province = Word(request, "province");
  words.place = Word(request, "place");
  words.level = Word(request, "level");
  words.min_score = Word(request, "min_score");
  v1::ListAnnouncementsRequest list;
  ASSIGN_OR_RETURN(*list.mutable_filter(), MakeFilter(words, now));
  const auto limit = CountParam(request, "limit", per_page, per_page_max);
  if (!limit.ok()) return base::Annotate(limit.status(), "limit");
  list.set_limit(*limit);
  list.set_cursor(Word(request, "cursor"));
  if (list.cursor().size() > kRegisterIdBytesMax || !base::IsValidUtf8(list.cursor()))
    return base::InvalidArgument("cursor: it is none of ours");
  return list;
}

std::optional<std::string> IdOfPath(const HttpServerRequest& request, std::string_view prefix) {
  std::string id = request.path.substr(std::min(prefix.size(), request.path.size()));
  if (id.empty() || id.size() > kRegisterIdBytesMax || !base::IsValidUtf8(id)) return std::nullopt;
  return id;
}

v1::ListCurationsRequest LogOf(const std::string& id) {
  v1::ListCurationsRequest request;
  request.set_id(id);
  request.set_limit(kCurationsShown);
  return request;
}

AnswerLater ApiAnnouncements(Services* services, HttpServerRequest request) {
  const auto format = PickFormat(request, request.path.substr(kAnnouncementsPath.size()));
  if (!format) co_return NoSuchForm(kAnnouncementsPath);
  auto list =
      ParseAnnouncementsQuery(request, services->clock->Now(), kPerPage, kPerPageMax);
  if (!list.ok()) co_return BadWord(list.status());
  const uint32_t limit = list->limit();
  list->set_limit(limit + 1);  // One more tells whether there is a next page.
  auto found = co_await services->registry.Announcements(std::move(*list));
  if (!found.ok()) co_return ProblemOf(found.status(), "register");
  Table table{"announcements", {}, &AnnouncementColumns(), {}, NextCursor(&*found, limit)};
  for (const v1::Announcement& announcement : *found) {
    if (*format == Format::kCsv) {
      table.rows.push_back(AnnouncementRow(announcement));
    } else {
      table.items.push_back(AnnouncementJson(announcement));
    }
  }
  co_return PageAnswer(request, std::move(table), *format);
}

AnswerLater ApiAnnouncement(Services* services, HttpServerRequest request) {
  const auto id = IdOfPath(request, "/api/v1/announcements/");
  if (!id) co_return NoSuchThing("announcement");
  const auto found = co_await services->registry.Announcement(*id);
  if (found.status().code() == StatusCode::kNotFound) co_return NoSuchThing("announcement");
  if (!found.ok()) co_return ProblemOf(found.status(), "register");
  v1::ListCurationsRequest asked = LogOf(*id);
  const auto log = co_await services->registry.Curations(std::move(asked));
  if (!log.ok()) co_return ProblemOf(log.status(), "register");
  Json json = AnnouncementJson(*found);
  json["curations"] = Json::array();
  for (const v1::Curation& curation : *log) json["curations"].push_back(CurationJson(curation));
  co_return JsonAnswer(json);
}

// Which centres the query asks for, without how many. kInvalidArgument begins with the parameter's
// name.
StatusOr<v1::ListCentresRequest> ParseCentresQuery(const HttpServerRequest& request) {
  v1::ListCentresRequest list;
  if (const std::string as_of = Word(request, "as_of"); !as_of.empty()) {
    ASSIGN_OR_RETURN(const int64_t end, EndOf("as_of", as_of));
    list.set_as_of_ms(end);
  }
  if (const std::string known_by = Word(request, "known_by"); !known_by.empty()) {
    ASSIGN_OR_RETURN(const int64_t end, EndOf("known_by", known_by));
    list.set_known_by_ms(end);
  }
  ASSIGN_OR_RETURN(std::string code, PlaceCode(Word(request, "province"), Word(request, "place")));
  list.set_place_code(std::move(code));
  list.set_level(Word(request, "level"));
  RETURN_IF_ERROR(CheckLevel(list.level()));
  return list;
}

AnswerLater ApiCentreCount(Services* services, HttpServerRequest request) {
  auto list = ParseCentresQuery(request);
  if (!list.ok()) co_return BadWord(list.status());
  const auto counted = co_await services->registry.CountCentres(std::move(*list));
  if (!counted.ok()) co_return ProblemOf(counted.status(), "register");
  co_return JsonAnswer(CentreCountJson(*counted));
}

AnswerLater ApiCentres(Services* services, HttpServerRequest request) {
  const auto format = PickFormat(request, request.path.substr(kCentresPath.size()));
  if (!format) co_return NoSuchForm(kCentresPath);
  auto parsed = ParseCentresQuery(request);
  if (!parsed.ok()) co_return BadWord(parsed.status());
  v1::ListCentresRequest list = *std::move(parsed);
  const auto limit = CountParam(request, "limit", kPerPage, kPerPageMax);
  if (!limit.ok()) co_return BadParameter("limit", base::Message(limit.status()));
  list.set_limit(*limit + 1);
  list.set_cursor(Word(request, "cursor"));
  if (list.cursor().size() > kRegisterIdBytesMax || !base::IsValidUtf8(list.cursor()))
    co_return BadParameter("cursor", "it is none of ours");
  auto found = co_await services->registry.Centres(std::move(list));
  if (!found.ok()) co_return ProblemOf(found.status(), "register");
  Table table{"centres", {}, &CentreColumns(), {}, NextCursor(&*found, *limit)};
  for (const v1::Centre& centre : *found) {
    table.items.push_back(CentreJson(centre));
    table.rows.push_back(CentreRow(centre));
  }
  co_return PageAnswer(request, std::move(table), *format);
}

AnswerLater ApiCentre(Services* services, HttpServerRequest request) {
  const auto id = IdOfPath(request, "/api/v1/centres/");
  if (!id) co_return NoSuchThing("centre");
  const auto found = co_await services->registry.Centre(*id);
  if (found.status().code() == StatusCode::kNotFound) co_return NoSuchThing("centre");
  if (!found.ok()) co_return ProblemOf(found.status(), "register");
  co_return JsonAnswer(CentreJson(*found));
}

}  // namespace signboard::gateway
