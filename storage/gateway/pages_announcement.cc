// /announcements/<id>: the dossier of one announcement: every field with the words it rests on, its
// sources and their kept versions, and why it was flagged.
#include <algorithm>
#include <set>

#include "proto/base/text.h"
#include "storage/gateway/announcement_view.h"
#include "storage/gateway/labels.h"
#include "storage/gateway/regions.h"
#include "storage/gateway/register_words.h"
#include "storage/gateway/services.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

constexpr int kSourcesShown = 30;
constexpr int kQuotesOfField = 3;
constexpr size_t kFragmentMax = 60;

struct Field {
  std::string_view name;
  std::string value;
};

template <class Texts>
std::string Joined(const Texts& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : "; ") + Shown(text, 80);
  return all;
}

std::string CentreText(const v1::Finding& f) {
  std::string text = Shown(f.centre_name_zh(), 80);
  if (!f.centre_name_en().empty())
    text += (text.empty() ? "" : " / ") + Shown(f.centre_name_en(), 80);
  return text;
}

std::vector<Field> FieldsOf(const v1::Finding& f, const std::string& chain, Language language) {
  std::string claims;
  for (const v1::Claim& claim : f.claims())
    claims += (claims.empty() ? "" : "; ") + ClaimText(claim, language);
  std::string place = chain;
  if (!f.place().code().empty()) place += " (" + Shown(f.place().code(), 12) + ")";
  const auto label = [&](const std::string& word, auto to_label) {
    return word.empty() ? std::string() : to_label(word, language);
  };
  return {{"centre", CentreText(f)},
          {"unit_type", label(f.unit_type(), UnitLabel)},
          {"place", place},
          {"level", label(f.place().level(), LevelLabel)},
          {"event", label(f.event(), EventLabel)},
          {"event_date", EventDateText(f, language)},
          {"lead_organ", Shown(f.lead_organ(), 80)},
          {"guiding_organ", Shown(f.guiding_organ(), 80)},
          {"operator", Shown(f.operator_organ(), 80)},
          {"partners", Joined(f.partners())},
          {"platforms", Joined(f.platforms())},
          {"accounts", Joined(f.accounts())},
          {"claims", claims},
          {"ordinal", OrdinalText(f, language)}};
}

// A quote's field is named as the finding's, or as one member of a list: claim, partner. What is
// said of the name (centre_name_zh), of one organ or one claim (claim.reach) belongs to it.
bool IsOf(std::string_view quote_field, std::string_view field) {
  const std::string_view stem = quote_field.substr(0, quote_field.find('.'));
  if (stem == field || (field.ends_with("s") && stem == field.substr(0, field.size() - 1)))
    return true;
  if (field == "event_date") return stem == "date";
  if (field == "operator") return stem == "operator_organ";
  return field == "centre" && (stem.starts_with("centre") || stem == "name");
}

// Scrolls a browser to the words themselves (WICG text fragments).
std::string Fragment(const std::string& text) {
  if (base::CountCodePoints(text) > kFragmentMax || text.find('\n') != std::string::npos)
    return "";
  std::string encoded;
  const std::string query = EncodeQuery(text);
  for (const char c : query) encoded += c == '-' ? std::string("%2D") : std::string(1, c);
  return "#:~:text=" + encoded;
}

// The words of the sources on `field`, each once, the first sources first.
PageData QuotesOf(const v1::Announcement& a, std::string_view field) {
  PageData quotes(PageData::type::list);
  std::set<std::string> seen;
  for (int i = 0; i < std::min(a.sources_size(), kSourcesShown); ++i) {
    for (const v1::Quote& quote : a.sources(i).finding().quotes()) {
      if (static_cast<int>(seen.size()) >= kQuotesOfField) return quotes;
      if (!IsOf(quote.field(), field) || quote.text().empty()) continue;
      if (!seen.insert(quote.text()).second) continue;
      const std::string replay = ReplayPathOf(a.sources(i));
      PageData item;
      item.set("quote", Shown(quote.text(), 200));
      item.set("number", std::to_string(i + 1));
      item.set("replay", Maybe(replay.empty() ? "" : replay + Fragment(quote.text())));
      quotes << item;
    }
  }
  return quotes;
}

void PutFields(const v1::Announcement& a, const std::string& chain, Language language,
               PageData* page) {
  PageData fields(PageData::type::list);
  for (const Field& field : FieldsOf(a.merged(), chain, language)) {
    PageData row;
    row.set("label", FieldLabel(field.name, language));
    row.set("value", Maybe(field.value));
    row.set("quotes", QuotesOf(a, field.name));
    fields << row;
  }
  page->set("fields", fields);
}

void PutSources(const v1::Announcement& a, Language language, PageData* page) {
  PageData sources(PageData::type::list);
  for (int i = 0; i < std::min(a.sources_size(), kSourcesShown); ++i)
    sources << SourceItem(a.sources(i), i + 1, language);
  page->set("sources", sources);
  page->set("more_sources", a.sources_size() > kSourcesShown
                                ? PageData(std::to_string(a.sources_size() - kSourcesShown))
                                : PageData(false));
  PageData reasons(PageData::type::list);
  for (const std::string& reason : a.merged().reasons()) reasons << PageData(Shown(reason));
  page->set("has_reasons", !a.merged().reasons().empty());
  page->set("reasons", reasons);
}

void PutLog(const std::vector<v1::Curation>& log, Language language, PageData* page) {
  PageData entries(PageData::type::list);
  for (const v1::Curation& curation : log) {
    PageData entry;
    entry.set("number", std::to_string(curation.number()));
    entry.set("what", ActionLabel(ActionWord(curation.action()), language));
    entry.set("about", Maybe(Shown(curation.other_id())));
    entry.set("who", Shown(curation.who(), 128));
    entry.set("why", Shown(curation.why(), 1'000));
    entry.set("at", ShownTime(curation.at_ms()));
    entry.set("undoes", Maybe(curation.undoes() == 0 ? "" : std::to_string(curation.undoes())));
    entry.set("undone_by",
              Maybe(curation.undone_by() == 0 ? "" : std::to_string(curation.undone_by())));
    entries << entry;
  }
  page->set("has_log", !log.empty());
  page->set("log", entries);
}

}  // namespace

AnswerLater AnnouncementPage(Services* services, HttpServerRequest request) {
  const Language language = PickLanguage(request);
  const auto id = IdOfPath(request, "/announcements/");
  StatusOr<v1::Announcement> found = base::NotFound("no such announcement");
  if (id) found = co_await services->registry.Announcement(*id);
  if (found.status().code() == StatusCode::kNotFound) {
    co_return Problem{404, "not_found", "there is no such announcement",
                      "the newest are at /announcements", {}};
  }
  if (!found.ok()) co_return ProblemOf(found.status(), "register");
  v1::ListCurationsRequest asked = LogOf(*id);
  const auto log = co_await services->registry.Curations(std::move(asked));
  if (!log.ok()) co_return ProblemOf(log.status(), "register");
  const v1::Announcement& a = *found;
  PageData page = AnnouncementItem(a, language);
  std::string chain;
  for (const std::string& name : PlaceChain(a.merged().place()))
    chain += (chain.empty() ? "" : " › ") + Shown(name, 40);
  PutFields(a, chain, language, &page);
  PutSources(a, language, &page);
  PutLog(*log, language, &page);
  page.set("independent", std::to_string(a.independent_source_count()));
  page.set("merged_into", Maybe(Shown(a.merged_into())));
  const bool is_centre = a.merged_into().starts_with("c");
  page.set("merged_link", std::string(is_centre ? "/api/v1/centres/" : "/announcements/") +
                              EncodeQuery(a.merged_into()));
  page.set("json", "/api/v1/announcements/" + EncodeQuery(a.id()));
  page.set("centre", Maybe(a.centre_id().empty()
                               ? ""
                               : "/api/v1/centres/" + EncodeQuery(a.centre_id())));
  page.set("command", "signboard show " + Shown(ShellQuoted(a.id())));
  co_return RenderPage(request, "announcement.html", AnnouncementName(a, language),
                       std::move(page));
}

}  // namespace signboard::gateway
