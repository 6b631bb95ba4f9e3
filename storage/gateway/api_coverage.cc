// /api/v1/coverage and the page /sites: which places are watched, and which are seen.
#include <cstdio>

#include "storage/gateway/coverage.h"
#include "storage/gateway/csv.h"
#include "storage/gateway/labels.h"
#include "storage/gateway/pages.h"
#include "storage/gateway/services.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

constexpr size_t kRowsShown = 500;

CoverageWords WordsOf(const HttpServerRequest& request) {
  return {std::string(request.Param("province").value_or("")),
          std::string(request.Param("level").value_or(""))};
}

std::string Percent(double share) {
  char text[16];
  std::snprintf(text, sizeof text, "%.1f %%", 100 * share);
  return text;
}

std::string StateLabel(const std::string& state, bool zh) {
  if (!zh) return state;
  return state == "covered"       ? "可见"
         : state == "silent"      ? "久未更新"
         : state == "blind"       ? "盲区"
         : state == "ok"          ? "正常"
         : state == "blocked"     ? "被拦截"
         : state == "unreachable" ? "无法访问"
         : state == "never"       ? "尚未抓取"
         : state == "paused"      ? "已暂停"
                                  : state;
}

PageData SumRow(const CoverageSum& sum, Language language) {
  PageData row;
  row.set("name", sum.name_zh);
  row.set("level", LevelLabel(sum.level, language));
  row.set("places", ShownCount(sum.places));
  row.set("watched", ShownCount(sum.watched));
  row.set("covered", ShownCount(sum.covered));
  row.set("silent", ShownCount(sum.silent));
  row.set("blind", ShownCount(sum.blind));
  row.set("share", Percent(sum.Share()));
  return row;
}

PageData SiteRow(const CoverageRow& place, const Site& site, Language language) {
  PageData row;
  std::string seen;
  for (const Seen& one : site.seen) {
    seen += (seen.empty() ? "" : "; ") + Shown(one.vantage, 40) + ": " +
            OutcomeWord(one.outcome) + " " + ShownTime(one.ms);
  }
  row.set("code", place.code);
  row.set("place", place.name_zh);
  row.set("url", Shown(site.seed.url(), 120));
  row.set("link", "/lookup?url=" + EncodeQuery(site.seed.url()));
  row.set("state", StateLabel(site.state, language == Language::kZh));
  row.set("seen", seen.empty() ? "–" : seen);
  row.set("changed", site.changed_ms == 0 ? "–" : ShownTime(site.changed_ms));
  return row;
}

}  // namespace

AnswerLater ApiCoverage(Services* services, HttpServerRequest request) {
  const auto sites = co_await GatherSites(services->backend, services->clock->Now());
  if (!sites.ok()) co_return ProblemOf(sites.status(), "archive");
  const auto coverage = MakeCoverage(*sites, WordsOf(request));
  if (!coverage.ok()) co_return BadWord(coverage.status());
  if (!request.path.ends_with(".csv")) co_return JsonAnswer(CoverageJson(*coverage));
  HttpServerResponse response;
  response.headers = {{"Content-Type", "text/csv; charset=utf-8; header=present"},
                      {"Cache-Control", "no-cache"}};
  response.body = CsvLine(CoverageColumns());
  for (const CoverageRow& row : coverage->rows) response.body += CsvLine(CoverageCells(row));
  co_return response;
}

AnswerLater SitesPage(Services* services, HttpServerRequest request) {
  const Language language = PickLanguage(request);
  const auto sites = co_await GatherSites(services->backend, services->clock->Now());
  if (!sites.ok()) co_return ProblemOf(sites.status(), "archive");
  const auto coverage = MakeCoverage(*sites, WordsOf(request));
  if (!coverage.ok()) co_return BadWord(coverage.status());
  PageData sums(PageData::type::list);
  for (const CoverageSum& sum : coverage->sums)
    if (sum.watched > 0 || sum.province == "100000") sums << SumRow(sum, language);
  PageData rows(PageData::type::list);
  size_t shown = 0;
  for (const CoverageRow& place : coverage->rows)
    for (const Site* site : place.sites)
      if (shown++ < kRowsShown) rows << SiteRow(place, *site, language);
  PageData page;
  page.set("sums", sums);
  page.set("sites", rows);
  page.set("has_sites", shown > 0);
  page.set("more", shown > kRowsShown);
  const bool zh = language == Language::kZh;
  co_return RenderPage(request, "sites.html", zh ? "站点与覆盖" : "Sites and coverage",
                       std::move(page));
}

}  // namespace signboard::gateway
