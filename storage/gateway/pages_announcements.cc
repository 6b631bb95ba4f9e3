// /announcements: the register's announcements, newest first, as a page to filter.
#include "storage/gateway/announcement_view.h"
#include "storage/gateway/labels.h"
#include "storage/gateway/services.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

constexpr uint32_t kPerPage = 20;

std::string Word(const HttpServerRequest& request, std::string_view name) {
  return Shown(request.Param(name).value_or(""), 60);
}

// The same question to another path, or for the next page.
std::string LinkTo(const HttpServerRequest& request, std::string_view path,
                   std::string_view cursor) {
  std::string link(path);
  char before = '?';
  const auto add = [&](std::string_view name, std::string_view value) {
    link += before + std::string(name) + "=" + EncodeQuery(value);
    before = '&';
  };
  for (const auto& [name, value] : request.query) {
    const bool page_only = name == "lang" || name == "cursor" || name == "limit";
    if (!value.empty() && (!page_only || (name == "lang" && path == "/announcements")))
      add(name, value);
  }
  if (!cursor.empty()) add("cursor", cursor);
  return link;
}

void PutForm(const HttpServerRequest& request, Language language, PageData* page) {
  page->set("form_place", Word(request, "place"));
  page->set("form_since", Word(request, "since"));
  page->set("form_score", Word(request, "min_score"));
  PageData levels(PageData::type::list);
  for (const char* level : {"province", "prefecture", "county", "other"}) {
    PageData option;
    option.set("value", level);
    option.set("label", LevelLabel(level, language));
    option.set("selected", request.Param("level").value_or("") == level);
    levels << option;
  }
  page->set("levels", levels);
  page->set("atom", LinkTo(request, "/announcements.atom", ""));
  page->set("csv", LinkTo(request, "/api/v1/announcements.csv", ""));
  page->set("json", LinkTo(request, "/api/v1/announcements", ""));
}

}  // namespace

AnswerLater AnnouncementsPage(Services* services, HttpServerRequest request) {
  const Language language = PickLanguage(request);
  const std::string title = language == Language::kZh ? "成立消息" : "Announcements";
  PageData page;
  PutForm(request, language, &page);
  page.set("message", PageData(false));
  page.set("next", PageData(false));
  page.set("has_announcements", false);
  PageData items(PageData::type::list);
  auto list = ParseAnnouncementsQuery(request, services->clock->Now(), kPerPage, kPerPage);
  if (!list.ok()) {
    page.set("message", Shown(base::Message(list.status())));
    page.set("announcements", items);
    co_return RenderPage(request, "announcements.html", title, std::move(page), 400);
  }
  const uint32_t limit = list->limit();
  list->set_limit(limit + 1);  // One more tells whether there is a next page.
  auto found = co_await services->registry.Announcements(std::move(*list));
  if (!found.ok()) co_return ProblemOf(found.status(), "register");
  if (found->size() > limit) {
    found->resize(limit);
    page.set("next", LinkTo(request, "/announcements", found->back().id()));
  }
  for (const v1::Announcement& announcement : *found)
    items << AnnouncementItem(announcement, language);
  page.set("has_announcements", !found->empty());
  page.set("announcements", items);
  co_return RenderPage(request, "announcements.html", title, std::move(page));
}

}  // namespace signboard::gateway
