#include "storage/gateway/labels.h"

#include <span>

#include "storage/gateway/regions.h"

namespace signboard::gateway {
namespace {

struct Label {
  std::string_view word;
  std::string_view zh;
  std::string_view en;
};

constexpr Label kEvents[] = {{"unveiled", "揭牌", "unveiled"},
                             {"established", "成立", "established"},
                             {"launched", "启动", "launched"},
                             {"signed", "签约", "signed"},
                             {"planned", "筹建", "planned"},
                             {"renamed", "更名", "renamed"},
                             {"accounts_launched", "账号上线", "accounts launched"}};
constexpr Label kUnits[] = {{"centre", "中心", "centre"},
                            {"branch", "分中心", "branch"},
                            {"base", "基地", "base"},
                            {"station", "工作站", "station"},
                            {"liaison", "联络机构", "liaison office"},
                            {"studio", "工作室", "studio"},
                            {"alliance", "联盟", "alliance"},
                            {"platform", "平台", "platform"},
                            {"parlour", "会客厅", "parlour"},
                            {"institute", "研究机构", "institute"}};
constexpr Label kLevels[] = {{"province", "省级", "province"},
                             {"prefecture", "地市级", "prefecture"},
                             {"county", "县级", "county"},
                             {"other", "其他", "other"}};
constexpr Label kStates[] = {{"found", "已发现", "found"},
                             {"confirmed", "已确认", "confirmed"},
                             {"retracted", "已撤回", "retracted"},
                             {"merged", "已合并", "merged"}};
constexpr Label kRemovals[] = {{"gone", "页面已不存在", "the page is gone"},
                               {"edited", "页面已改，不再有此内容", "edited out of the page"}};
constexpr Label kActions[] = {{"merge", "合并", "merged"},
                              {"split", "拆分", "split"},
                              {"retract", "撤回", "retracted"},
                              {"confirm", "确认", "confirmed"},
                              {"undo", "撤销", "undone"}};
constexpr Label kAlerts[] = {{"announcement.new", "新成立", "new"},
                             {"announcement.updated", "有更新", "updated"},
                             {"announcement.merged", "已并入", "merged"},
                             {"announcement.retracted", "已撤回", "retracted"},
                             {"page.changed", "网页有变化", "page changed"},
                             {"page.gone", "网页已不在", "page gone"},
                             {"site.silent", "站点沉寂", "site silent"},
                             {"site.blocked", "站点拦截", "site blocked"},
                             {"site.recovered", "站点恢复", "site recovered"},
                             {"ops.target_dead", "推送目标失联", "alert target dead"},
                             {"ops.target_disabled", "推送目标停用", "alert target disabled"},
                             {"ops.test", "测试", "test"}};
constexpr Label kFields[] = {{"centre", "名称", "Name"},
                             {"place", "地区", "Place"},
                             {"level", "级别", "Level"},
                             {"unit_type", "类别", "Kind"},
                             {"event", "事件", "Event"},
                             {"event_date", "日期", "Date"},
                             {"lead_organ", "主导单位", "Lead"},
                             {"guiding_organ", "指导单位", "Guided by"},
                             {"operator", "运营单位", "Operator"},
                             {"partners", "合作方", "Partners"},
                             {"platforms", "平台", "Platforms"},
                             {"accounts", "账号", "Accounts"},
                             {"claims", "自述数字", "Claims"},
                             {"ordinal", "位次", "Ordinal"}};
constexpr Label kMetrics[] = {{"followers", "粉丝", "followers"},
                              {"reach", "覆盖人次", "reach"},
                              {"views", "浏览量", "views"},
                              {"countries", "国家和地区", "countries"}};
constexpr Label kQualities[] = {{"month", "精确到月", "month"},
                                {"year", "精确到年", "year"},
                                {"url", "据网址", "from the URL"},
                                {"stamp", "据发布时间", "from the page's stamp"},
                                {"inferred", "推定", "inferred"},
                                {"no_year", "未写年份", "year not given"}};

std::string Find(std::span<const Label> labels, std::string_view word, Language language) {
  for (const Label& label : labels)
    if (label.word == word) return std::string(language == Language::kZh ? label.zh : label.en);
  return Shown(word, 40);
}

// 1st, 2nd, 3rd, 4th, 11th.
std::string EnglishOrdinal(int32_t rank) {
  const int32_t tens = rank % 100;
  const char* suffix = "th";
  if (tens < 11 || tens > 13) {
    if (rank % 10 == 1) suffix = "st";
    if (rank % 10 == 2) suffix = "nd";
    if (rank % 10 == 3) suffix = "rd";
  }
  return std::to_string(rank) + suffix;
}

}  // namespace

std::string EventLabel(std::string_view event, Language language) {
  return Find(kEvents, event, language);
}
std::string UnitLabel(std::string_view unit_type, Language language) {
  return Find(kUnits, unit_type, language);
}
std::string LevelLabel(std::string_view level, Language language) {
  return Find(kLevels, level, language);
}
std::string StateLabel(std::string_view state, Language language) {
  return Find(kStates, state, language);
}
std::string RemovalLabel(std::string_view kind, Language language) {
  return Find(kRemovals, kind, language);
}
std::string ActionLabel(std::string_view action, Language language) {
  return Find(kActions, action, language);
}
std::string AlertLabel(std::string_view type, Language language) {
  return Find(kAlerts, type, language);
}
std::string FieldLabel(std::string_view field, Language language) {
  return Find(kFields, field, language);
}

std::string EventDateText(const v1::Finding& f, Language language) {
  if (f.event_date().empty()) return "";
  const std::string date = Shown(f.event_date(), 40);
  std::string notes;
  const auto add = [&](const std::string& word) {
    if (!notes.empty()) notes += language == Language::kZh ? "，" : ", ";
    notes += Find(kQualities, word, language);
  };
  if (!f.event_date_precision().empty() && f.event_date_precision() != "day")
    add(f.event_date_precision());
  if (!f.event_date_basis().empty() && f.event_date_basis() != "text") add(f.event_date_basis());
  // --11-18 (ISO 8601 and XML Schema's gMonthDay): no year is known.
  const bool no_year = date.starts_with("--");
  if (no_year) add("no_year");
  const std::string shown = no_year ? date.substr(2) : date;
  if (notes.empty()) return shown;
  return language == Language::kZh ? shown + "（" + notes + "）"
                                   : shown + " (" + notes + ")";
}

std::string ClaimText(const v1::Claim& claim, Language language) {
  const bool negative = claim.value() < 0;
  const uint64_t size = negative ? 0 - static_cast<uint64_t>(claim.value())
                                 : static_cast<uint64_t>(claim.value());
  const std::string count = (negative ? "-" : "") + ShownCount(size);
  const std::string raw = Shown(claim.raw(), 80);
  const std::string metric = Find(kMetrics, claim.metric(), language);
  if (raw.empty()) return metric + " " + count;
  return language == Language::kZh ? metric + " " + count + "（" + raw + "）"
                                   : metric + " " + count + " (" + raw + ")";
}

std::string OrdinalText(const v1::Finding& f, Language language) {
  if (!f.has_ordinal_rank()) return "";
  const std::string scope = f.ordinal_scope_code();
  const std::string where = scope.empty() ? "" : Shown(RegionName(scope), 40);
  const std::string raw = Shown(f.ordinal_raw(), 80);
  if (language == Language::kZh) {
    return where + "第" + std::to_string(f.ordinal_rank()) + "家" +
           (raw.empty() ? "" : "（" + raw + "）");
  }
  return EnglishOrdinal(f.ordinal_rank()) + (where.empty() ? "" : " in " + where) +
         (raw.empty() ? "" : " (" + raw + ")");
}

}  // namespace signboard::gateway
