// /alerts: who is told of what is found, how that goes, and how to subscribe.
#include "storage/gateway/alert_words.h"
#include "storage/gateway/pages.h"
#include "storage/gateway/services.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

std::string StateLabel(const std::string& state, bool zh) {
  if (!zh) return state;
  return state == "active"     ? "正常"
         : state == "paused"   ? "已暂停"
         : state == "disabled" ? "对方已停用"
         : state == "dead"     ? "已失联"
                               : state;
}

PageData Row(const v1::Subscription& s, bool zh) {
  PageData row;
  std::string types;
  for (const std::string& type : s.types()) types += (types.empty() ? "" : ", ") + type;
  row.set("id", s.id());
  row.set("target", Shown(TargetHost(s.target()), 80));
  row.set("types", types);
  row.set("state", StateLabel(s.state(), zh));
  row.set("pending", ShownCount(s.pending()));
  row.set("delivered", s.last_delivered_ms() == 0 ? "–" : ShownTime(s.last_delivered_ms()));
  const std::string failing = ShownTime(s.failing_since_ms()) + " " + Shown(s.last_error(), 120);
  row.set("failing", s.failing_since_ms() == 0 ? PageData(false) : PageData(failing));
  row.set("note", Shown(s.note(), 120));
  row.set("log", "/api/v1/deliveries?subscription=" + EncodeQuery(s.id()));
  return row;
}

}  // namespace

AnswerLater AlertsPage(Services* services, HttpServerRequest request) {
  const bool zh = PickLanguage(request) == Language::kZh;
  const auto all = co_await services->subscriptions.All();
  if (!all.ok()) co_return ProblemOf(all.status(), "register");
  PageData rows(PageData::type::list);
  for (const v1::Subscription& one : *all) rows << Row(one, zh);
  PageData page;
  page.set("has_subscriptions", !all->empty());
  page.set("subscriptions", rows);
  co_return RenderPage(request, "alerts.html", zh ? "通知" : "Alerts", std::move(page));
}

}  // namespace signboard::gateway
