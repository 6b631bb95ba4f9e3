// /announcements.atom and .json: the announcements as an Atom feed (RFC 4287), in pages (RFC 5005
// section 3), and as a JSON Feed 1.1 (jsonfeed.org) of the same entries.
//
// Ids are tag: URIs (RFC 4151) of the announcement's own id under signboard.invalid, a name that
// belongs to nobody: an entry stays the same entry whatever name the gateway is reached by. The
// text is the same as long as the register is, so ETag and Last-Modified spare readers the body.
#include <algorithm>

#include "proto/base/text.h"
#include "storage/gateway/announcement_view.h"
#include "storage/gateway/labels.h"
#include "storage/gateway/regions.h"
#include "storage/gateway/register_words.h"
#include "storage/gateway/services.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

constexpr uint32_t kEntriesPerPage = 50;
constexpr int kSourcesLinked = 10;
constexpr std::string_view kTag = "tag:signboard.invalid,2025:";
constexpr std::string_view kPath = "/announcements.atom";
constexpr std::string_view kJsonPath = "/announcements.json";

// For content and attribute values. What XML 1.0 section 2.2 forbids becomes U+FFFD.
std::string Xml(std::string_view text) {
  std::string out;
  base::ForEachCodePoint(text, [&out](char32_t c) {
    const bool forbidden = (c < 0x20 && c != '\t' && c != '\n') || c == 0xFFFE || c == 0xFFFF;
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: base::AppendUtf8(forbidden ? char32_t{0xFFFD} : c, &out);
    }
  });
  return out;
}

std::string Element(std::string_view name, std::string_view text) {
  return "<" + std::string(name) + ">" + Xml(text) + "</" + std::string(name) + ">\n";
}

std::string Link(std::string_view rel, std::string_view type, std::string_view href,
                 std::string_view title = {}) {
  std::string link = "<link rel=\"" + std::string(rel) + "\"";
  if (!type.empty()) link += " type=\"" + std::string(type) + "\"";
  if (!title.empty()) link += " title=\"" + Xml(title) + "\"";
  return link + " href=\"" + Xml(href) + "\"/>\n";
}

int64_t UpdatedMs(const v1::Announcement& a) {
  int64_t updated = a.first_found_ms();
  for (const v1::Source& source : a.sources()) updated = std::max(updated, source.found_ms());
  return updated;
}

std::string Title(const v1::Announcement& a, Language language) {
  std::string title = AnnouncementName(a, language);
  const v1::Finding& f = a.merged();
  const std::string event = f.event().empty() ? "" : EventLabel(f.event(), language);
  if (language == Language::kZh) return title + (event.empty() ? "" : "：" + event);
  return title + (event.empty() ? "" : ": " + event);
}

void AddLine(std::string_view label, const std::string& value, Language language,
             std::string* text) {
  if (value.empty()) return;
  *text += std::string(label) + (language == Language::kZh ? "：" : ": ") + value + "\n";
}

std::string Summary(const v1::Announcement& a, Language language) {
  const v1::Finding& f = a.merged();
  std::string chain;
  for (const std::string& name : PlaceChain(f.place()))
    chain += (chain.empty() ? "" : " › ") + Shown(name, 40);
  std::string claims;
  for (const v1::Claim& claim : f.claims())
    claims += (claims.empty() ? "" : "; ") + ClaimText(claim, language);
  const auto label = [language](std::string_view field) { return FieldLabel(field, language); };
  std::string text;
  if (IsSimulated(a)) text += language == Language::kZh ? "（模拟）\n" : "(simulated)\n";
  AddLine(label("place"), chain, language, &text);
  AddLine(label("level"), f.place().level().empty() ? "" : LevelLabel(f.place().level(), language),
          language, &text);
  AddLine(label("event_date"), EventDateText(f, language), language, &text);
  AddLine(label("lead_organ"), Shown(f.lead_organ(), 80), language, &text);
  AddLine(label("operator"), Shown(f.operator_organ(), 80), language, &text);
  AddLine(label("claims"), claims, language, &text);
  AddLine(label("ordinal"), OrdinalText(f, language), language, &text);
  AddLine(language == Language::kZh ? "可信度" : "Score", ScoreText(f.score()), language, &text);
  return text;
}

std::string IdOf(const v1::Announcement& a) {
  return std::string(kTag) + "announcement:" + EncodeQuery(a.id());
}

std::string FeedTitle(Language language) {
  return language == Language::kZh ? "新成立的国际传播中心"
                                   : "New international communication centres";
}

// Of the first source whose address is one.
std::string FirstPage(const v1::Announcement& a) {
  for (const v1::Source& source : a.sources()) {
    const auto url = ParseWebUrl(source.url());
    if (url.ok()) return url->href();
  }
  return "";
}

std::string Entry(const v1::Announcement& a, const std::string& origin, Language language) {
  const v1::Finding& f = a.merged();
  std::string entry = "<entry>\n";
  entry += Element("id", IdOf(a));
  entry += Element("title", Title(a, language));
  entry += Element("published", base::FormatRfc3339(FromMillis(a.first_found_ms())));
  entry += Element("updated", base::FormatRfc3339(FromMillis(UpdatedMs(a))));
  entry += Link("alternate", "text/html", origin + AnnouncementPath(a));
  entry += Link("alternate", "application/json",
                origin + "/api/v1/announcements/" + EncodeQuery(a.id()));
  for (int i = 0; i < std::min(a.sources_size(), kSourcesLinked); ++i) {
    const v1::Source& source = a.sources(i);
    const std::string replay = ReplayPathOf(source);
    // RFC 7089: the version that was kept; "via": the page itself.
    if (!replay.empty())
      entry += Link("memento", "text/html", origin + replay, Shown(source.title(), 120));
    const auto url = ParseWebUrl(source.url());
    if (url.ok()) entry += Link("via", "text/html", url->href(), Shown(source.medium(), 80));
  }
  for (const std::string& term : {f.event(), f.place().level(), a.state()}) {
    if (!term.empty()) entry += "<category term=\"" + Xml(term) + "\"/>\n";
  }
  if (IsSimulated(a)) entry += "<category term=\"simulated\"/>\n";
  entry += "<summary type=\"text\">" + Xml(Summary(a, language)) + "</summary>\n";
  return entry + "</entry>\n";
}

// What was asked, without where in it; the same words for the same question.
std::string Question(const HttpServerRequest& request) {
  std::string question;
  for (const std::string_view name :
       {"lang", "level", "limit", "min_score", "place", "province", "since", "until"}) {
    const auto value = request.Param(name);
    if (!value || value->empty()) continue;
    question += (question.empty() ? "?" : "&") + std::string(name) + "=" + EncodeQuery(*value);
  }
  return question;
}

std::string Feed(const HttpServerRequest& request, const std::vector<v1::Announcement>& found,
                 const std::string& next) {
  const Language language = PickLanguage(request);
  const bool zh = language == Language::kZh;
  const std::string origin = "http://" + request.authority;
  const std::string question = Question(request);
  int64_t updated = 0;
  for (const v1::Announcement& a : found) updated = std::max(updated, UpdatedMs(a));
  std::string self = origin + std::string(kPath) + question;
  const char glue = question.empty() ? '?' : '&';
  std::string xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                    "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"";
  xml += zh ? "zh\">\n" : "en\">\n";
  xml += Element("id", std::string(kTag) + "announcements" + question);
  xml += Element("title", FeedTitle(language));
  xml += Element("updated", base::FormatRfc3339(FromMillis(updated)));
  xml += "<author>" + Element("name", "Signboard") + "</author>\n";
  xml += Element("generator", "Signboard");
  const std::string cursor(request.Param("cursor").value_or(""));
  xml += Link("self", "application/atom+xml",
              cursor.empty() ? self : self + glue + "cursor=" + EncodeQuery(cursor));
  xml += Link("first", "application/atom+xml", self);
  if (!next.empty())
    xml += Link("next", "application/atom+xml", self + glue + "cursor=" + EncodeQuery(next));
  xml += Link("alternate", "text/html", origin + "/announcements");
  for (const v1::Announcement& a : found) xml += Entry(a, origin, language);
  return xml + "</feed>\n";
}

Json Item(const v1::Announcement& a, const std::string& origin, Language language) {
  Json item = {{"id", IdOf(a)}, {"url", origin + AnnouncementPath(a)}};
  if (const std::string page = FirstPage(a); !page.empty()) item["external_url"] = page;
  item["title"] = Title(a, language);
  item["content_text"] = Summary(a, language);
  item["date_published"] = base::FormatRfc3339(FromMillis(a.first_found_ms()));
  item["date_modified"] = base::FormatRfc3339(FromMillis(UpdatedMs(a)));
  Json tags = Json::array();
  for (const std::string& term : {a.merged().event(), a.merged().place().level(), a.state()})
    if (!term.empty()) tags.push_back(term);
  if (IsSimulated(a)) tags.push_back("simulated");
  item["tags"] = std::move(tags);
  item["_signboard"] = {{"about", origin + "/api/v1/announcements/" + EncodeQuery(a.id())},
                        {"announcement_id", a.id()}};
  return item;
}

Json JsonFeed(const HttpServerRequest& request, const std::vector<v1::Announcement>& found,
              const std::string& next) {
  const Language language = PickLanguage(request);
  const std::string origin = "http://" + request.authority;
  const std::string question = Question(request);
  const std::string first = origin + std::string(kJsonPath) + question;
  const std::string paged = first + (question.empty() ? "?" : "&") + "cursor=";
  const std::string cursor(request.Param("cursor").value_or(""));
  Json feed = {{"version", "https://jsonfeed.org/version/1.1"},
               {"title", FeedTitle(language)},
               {"home_page_url", origin + "/announcements"},
               {"feed_url", cursor.empty() ? first : paged + EncodeQuery(cursor)},
               {"language", language == Language::kZh ? "zh" : "en"}};
  feed["authors"] = Json::array({Json{{"name", "Signboard"}}});
  if (!next.empty()) feed["next_url"] = paged + EncodeQuery(next);
  Json items = Json::array();
  for (const v1::Announcement& a : found) items.push_back(Item(a, origin, language));
  feed["items"] = std::move(items);
  return feed;
}

}  // namespace

AnswerLater AnnouncementsFeed(Services* services, HttpServerRequest request) {
  auto list = ParseAnnouncementsQuery(request, services->clock->Now(), kEntriesPerPage,
                                      kEntriesPerPage);
  if (!list.ok()) co_return BadWord(list.status());
  const uint32_t limit = list->limit();
  list->set_limit(limit + 1);  // One more tells whether there is a next page.
  auto found = co_await services->registry.Announcements(std::move(*list));
  if (!found.ok()) co_return ProblemOf(found.status(), "register");
  std::string next;
  if (found->size() > limit) {
    found->resize(limit);
    next = found->back().id();
  }
  HttpServerResponse response;
  const bool as_json = request.path == kJsonPath;
  response.headers = {{"Content-Type", as_json ? "application/feed+json; charset=utf-8"
                                               : "application/atom+xml; charset=utf-8"},
                      {"Cache-Control", "no-cache"},
                      {"Vary", "Accept-Language"}};
  response.body = as_json ? Dump(JsonFeed(request, *found, next)) : Feed(request, *found, next);
  const std::string etag = ETagOf(response.body);
  const std::string asked = request.authority + request.target + '\n' +
                            (PickLanguage(request) == Language::kZh ? "zh" : "en");
  response.headers.emplace_back("ETag", etag);
  if (const auto since = services->served.Of(asked, etag, services->clock->Now()))
    response.headers.emplace_back("Last-Modified", base::FormatHttpDate(*since));
  co_return response;
}

}  // namespace signboard::gateway
