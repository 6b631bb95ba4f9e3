#include "storage/gateway/register_words.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "proto/base/text.h"
#include "proto/base/time.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

Json TextOrNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json TimeOrNull(int64_t ms) {
  return ms == 0 ? Json(nullptr) : Json(base::FormatRfc3339(FromMillis(ms)));
}

template <class Texts>
Json List(const Texts& texts) {
  Json list = Json::array();
  for (const std::string& text : texts) list.push_back(text);
  return list;
}

template <class Texts>
std::string Joined(const Texts& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : "; ") + text;
  return all;
}

Json PlaceJson(const v1::Place& place) {
  if (place.code().empty() && place.name_zh().empty() && place.level().empty()) return nullptr;
  return {{"code", TextOrNull(place.code())},
          {"name_zh", TextOrNull(place.name_zh())},
          {"level", TextOrNull(place.level())},
          {"parents", List(place.parents())}};
}

Json EventDateJson(const v1::Finding& f) {
  if (f.event_date().empty()) return nullptr;
  return {{"date", f.event_date()},
          {"precision", TextOrNull(f.event_date_precision())},
          {"basis", TextOrNull(f.event_date_basis())}};
}

Json OrdinalJson(const v1::Finding& f) {
  if (!f.has_ordinal_rank()) return nullptr;
  return {{"rank", f.ordinal_rank()},
          {"scope_code", TextOrNull(f.ordinal_scope_code())},
          {"raw", TextOrNull(f.ordinal_raw())}};
}

Json ClaimsJson(const v1::Finding& f) {
  Json claims = Json::array();
  for (const v1::Claim& claim : f.claims()) {
    claims.push_back(
        {{"metric", claim.metric()}, {"value", claim.value()}, {"raw", TextOrNull(claim.raw())}});
  }
  return claims;
}

Json QuotesJson(const v1::Finding& f) {
  Json quotes = Json::array();
  for (const v1::Quote& quote : f.quotes()) {
    Json json = {{"field", quote.field()},
                 {"from", quote.from()},
                 {"to", quote.to()},
                 {"text", quote.text()}};
    if (!quote.snapshot_id().empty()) json["snapshot_id"] = quote.snapshot_id();
    quotes.push_back(std::move(json));
  }
  return quotes;
}

Json RemovalJson(const v1::Source& s) {
  if (!s.has_removal()) return nullptr;
  const v1::Removal& removal = s.removal();
  return {{"kind", removal.kind()},
          {"last_snapshot_id", removal.last_snapshot_id()},
          {"last_replay", TextOrNull(ReplayPathOfId(removal.last_snapshot_id()))},
          {"snapshot_id", removal.snapshot_id()},
          {"seen", TimeOrNull(removal.seen_ms())}};
}

Json SourceJson(const v1::Source& s) {
  Json json = {{"url", TextOrNull(s.url())},
               {"snapshot_id", TextOrNull(s.snapshot_id())},
               {"title", TextOrNull(s.title())},
               {"medium", TextOrNull(s.medium())},
               {"published", s.has_published_ms() ? Json(base::FormatRfc3339(
                                                        FromMillis(s.published_ms())))
                                                  : Json(nullptr)},
               {"captured", TimeOrNull(s.captured_ms())},
               {"found", TimeOrNull(s.found_ms())},
               {"is_reprint", s.is_reprint()},
               {"simulated", s.simulated()},
               {"replay", TextOrNull(ReplayPathOf(s))},
               {"removal", RemovalJson(s)}};
  json["finding"] = FindingJson(s.finding());
  return json;
}

std::string ClaimsText(const v1::Finding& f) {
  std::string all;
  for (const v1::Claim& claim : f.claims())
    all += (all.empty() ? "" : "; ") + claim.metric() + "=" + std::to_string(claim.value());
  return all;
}

}  // namespace

Json FindingJson(const v1::Finding& f) {
  Json json = {{"is_announcement", f.is_announcement()},
               // As exact as it is meant, free of the last bits of a sum.
               {"score", std::round(f.score() * 1e4) / 1e4},
               {"event", TextOrNull(f.event())},
               {"unit_type", TextOrNull(f.unit_type())}};
  json["centre"] = {{"name_zh", TextOrNull(f.centre_name_zh())},
                    {"name_en", TextOrNull(f.centre_name_en())}};
  json["place"] = PlaceJson(f.place());
  json["event_date"] = EventDateJson(f);
  json["lead_organ"] = TextOrNull(f.lead_organ());
  json["guiding_organ"] = TextOrNull(f.guiding_organ());
  json["operator"] = TextOrNull(f.operator_organ());
  json["partners"] = List(f.partners());
  json["platforms"] = List(f.platforms());
  json["accounts"] = List(f.accounts());
  json["claims"] = ClaimsJson(f);
  json["ordinal"] = OrdinalJson(f);
  json["quotes"] = QuotesJson(f);
  json["reasons"] = List(f.reasons());
  return json;
}

Json AnnouncementJson(const v1::Announcement& a) {
  Json json = {
      {"id", a.id()}, {"state", a.state()}, {"first_found", TimeOrNull(a.first_found_ms())}};
  const Json finding = FindingJson(a.merged());
  for (const auto& [key, value] : finding.items()) json[key] = value;
  json["centre_id"] = TextOrNull(a.centre_id());
  json["merged_into"] = TextOrNull(a.merged_into());
  json["simulated"] = IsSimulated(a);
  json["independent_sources"] = a.independent_source_count();
  Json sources = Json::array();
  for (const v1::Source& source : a.sources()) sources.push_back(SourceJson(source));
  json["sources"] = std::move(sources);
  json["removed_sources"] = RemovedCount(a);
  json["sequence"] = a.sequence();
  const std::string id = EncodeQuery(a.id());
  json["links"] = {{"self", "/api/v1/announcements/" + id}, {"page", "/announcements/" + id}};
  if (!a.centre_id().empty())
    json["links"]["centre"] = "/api/v1/centres/" + EncodeQuery(a.centre_id());
  return json;
}

Json AnnouncementEventJson(const v1::AnnouncementEvent& event) {
  return {{"sequence", event.sequence()},
          {"type", event.type()},
          {"announcement", AnnouncementJson(event.announcement())}};
}

Json CentreJson(const v1::Centre& c) {
  Json json = {{"id", c.id()},
               {"name_zh", TextOrNull(c.name_zh())},
               {"name_en", TextOrNull(c.name_en())},
               {"place", PlaceJson(c.place())},
               {"level", TextOrNull(c.level())},
               {"state", c.state().empty() ? Json("stands") : Json(c.state())},
               {"merged_into", TextOrNull(c.merged_into())}};
  Json statements = Json::array();
  for (const v1::Statement& s : c.statements()) {
    statements.push_back({{"field", s.field()},
                          {"value", s.value()},
                          {"valid_from", TextOrNull(s.valid_from())},
                          {"valid_to", TextOrNull(s.valid_to())},
                          {"snapshot_id", TextOrNull(s.snapshot_id())},
                          {"known", TimeOrNull(s.known_ms())},
                          {"replay", TextOrNull(ReplayPathOfId(s.snapshot_id()))}});
  }
  json["statements"] = std::move(statements);
  json["announcement_ids"] = List(c.announcement_ids());
  json["known_before"] = TextOrNull(c.known_before());
  json["links"] = {{"self", "/api/v1/centres/" + EncodeQuery(c.id())}};
  return json;
}

uint64_t CountOf(const v1::CountCentresReply& reply, const std::string& level) {
  const auto found = reply.by_level().find(level);
  return found == reply.by_level().end() ? 0 : found->second;
}

Json CentreCountJson(const v1::CountCentresReply& reply) {
  Json levels = Json::object();
  for (const char* level : kCentreLevels) levels[level] = CountOf(reply, level);
  return {{"count", reply.count()}, {"by_level", std::move(levels)}};
}

std::string ActionWord(v1::CurateRequest::Action action) {
  return base::ToLowerAscii(v1::CurateRequest::Action_Name(action));
}

Json CurationJson(const v1::Curation& c) {
  Json before = Json::array();
  for (const v1::Announcement& a : c.before()) {
    Json ids = Json::array();
    for (const v1::Source& source : a.sources()) ids.push_back(source.snapshot_id());
    before.push_back({{"id", a.id()},
                      {"state", a.state()},
                      {"merged_into", TextOrNull(a.merged_into())},
                      {"name_zh", TextOrNull(a.merged().centre_name_zh())},
                      {"snapshot_ids", std::move(ids)}});
  }
  return {{"number", c.number()},
          {"action", ActionWord(c.action())},
          {"id", c.id()},
          {"other_id", TextOrNull(c.other_id())},
          {"snapshot_ids", List(c.snapshot_ids())},
          {"who", c.who()},
          {"why", c.why()},
          {"at", TimeOrNull(c.at_ms())},
          {"undoes", c.undoes() == 0 ? Json(nullptr) : Json(c.undoes())},
          {"undone_by", c.undone_by() == 0 ? Json(nullptr) : Json(c.undone_by())},
          {"before", std::move(before)}};
}

Json CurateJson(const v1::CurateReply& reply) {
  return {{"announcement", AnnouncementJson(reply.announcement())},
          {"other", reply.has_other() ? AnnouncementJson(reply.other()) : Json(nullptr)},
          {"curation", CurationJson(reply.curation())}};
}

const std::vector<std::string>& AnnouncementColumns() {
  static const auto* const kColumns = new std::vector<std::string>{
      "id", "state", "first_found", "score", "event", "unit_type", "name_zh", "name_en",
      "place_code", "place_name", "level", "place_parents", "event_date", "date_precision",
      "date_basis", "lead_organ", "guiding_organ", "operator", "partners", "platforms", "accounts",
      "claims", "ordinal_rank", "ordinal_scope_code", "ordinal_raw", "sources",
      "independent_sources", "removed_sources", "simulated", "url", "medium", "published",
      "snapshot_id"};
  return *kColumns;
}

std::vector<std::string> AnnouncementRow(const v1::Announcement& a) {
  const v1::Finding& f = a.merged();
  const v1::Source none;
  const v1::Source& first = a.sources().empty() ? none : a.sources(0);
  const auto instant = [](int64_t ms) {
    return ms == 0 ? std::string() : base::FormatRfc3339(FromMillis(ms));
  };
  return {a.id(),
          a.state(),
          instant(a.first_found_ms()),
          ScoreText(f.score()),
          f.event(),
          f.unit_type(),
          f.centre_name_zh(),
          f.centre_name_en(),
          f.place().code(),
          f.place().name_zh(),
          f.place().level(),
          Joined(f.place().parents()),
          f.event_date(),
          f.event_date_precision(),
          f.event_date_basis(),
          f.lead_organ(),
          f.guiding_organ(),
          f.operator_organ(),
          Joined(f.partners()),
          Joined(f.platforms()),
          Joined(f.accounts()),
          ClaimsText(f),
          f.has_ordinal_rank() ? std::to_string(f.ordinal_rank()) : "",
          f.ordinal_scope_code(),
          f.ordinal_raw(),
          std::to_string(a.sources_size()),
          std::to_string(a.independent_source_count()),
          std::to_string(RemovedCount(a)),
          IsSimulated(a) ? "true" : "false",
          first.url(),
          first.medium(),
          first.has_published_ms() ? instant(first.published_ms()) : "",
          first.snapshot_id()};
}

const std::vector<std::string>& CentreColumns() {
  static const auto* const kColumns = new std::vector<std::string>{
      "id", "name_zh", "name_en", "place_code", "place_name", "level", "known_before",
      "announcement_ids", "statements"};
  return *kColumns;
}

std::vector<std::string> CentreRow(const v1::Centre& c) {
  return {c.id(),
          c.name_zh(),
          c.name_en(),
          c.place().code(),
          c.place().name_zh(),
          c.level(),
          c.known_before(),
          Joined(c.announcement_ids()),
          std::to_string(c.statements_size())};
}

bool IsSimulated(const v1::Announcement& a) {
  return std::any_of(a.sources().begin(), a.sources().end(),
                     [](const v1::Source& source) { return source.simulated(); });
}

int RemovedCount(const v1::Announcement& a) {
  return static_cast<int>(std::count_if(a.sources().begin(), a.sources().end(),
                                        [](const v1::Source& s) { return s.has_removal(); }));
}

std::string ReplayPathOf(const v1::Source& source) { return ReplayPathOfId(source.snapshot_id()); }

std::string ScoreText(double score) {
  char text[16];
  std::snprintf(text, sizeof text, "%.2f", std::clamp(score, 0.0, 1.0));
  return text;
}

}  // namespace signboard::gateway
