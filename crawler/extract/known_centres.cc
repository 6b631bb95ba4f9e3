#include "crawler/extract/known_centres.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include "crawler/extract/centre_key.h"
#include "crawler/extract/fold.h"
#include "crawler/extract/gazetteer.h"
#include "crawler/extract/place.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

using std::chrono::sys_days;

constexpr std::chrono::hours kChinaOffset{8};
constexpr size_t kFieldsMax = 64;

// One record of RFC 4180 from `*at` on, which moves behind it. False: a quotation mark is open.
bool ReadRecord(std::string_view csv, size_t* at, std::vector<std::string>* fields) {
  fields->assign(1, "");
  bool quoted = false;
  for (; *at < csv.size(); ++*at) {
    const char c = csv[*at];
    if (quoted) {
      if (c != '"') {
        fields->back().push_back(c);
      } else if (*at + 1 < csv.size() && csv[*at + 1] == '"') {
        fields->back().push_back('"');
        ++*at;
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',' && fields->size() < kFieldsMax) {
      fields->emplace_back();
    } else if (c == '\n') {
      ++*at;
      return true;
    } else if (c != '\r') {
      fields->back().push_back(c);
    }
  }
  return !quoted;
}

std::optional<size_t> ColumnOf(const std::vector<std::string>& header, std::string_view name) {
  for (size_t i = 0; i < header.size(); ++i)
    if (base::EqualsIgnoreCaseAscii(base::TrimAscii(header[i]), name)) return i;
  return std::nullopt;
}

std::optional<int> Number(std::string_view digits) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// Dates that a page gives beyond doubt.
std::optional<sys_days> DayOf(const Finding& finding) {
  if (!finding.event_date || finding.event_date->precision != "day") return std::nullopt;
  return LatestFounding(finding.event_date->date, sys_days{});
}

Place PlaceOf(std::string_view name, std::string_view code) {
  if (const Region* region = RegionOf(code)) return MakePlace(*region);
  const std::string folded = FoldText(name);
  for (const std::string_view head : {"国际", "海外", "全球", "对外", "国传"}) {
    const size_t at = folded.find(head);
    if (at != std::string::npos && at > 0) return MakePlace(ResolvePlace(folded.substr(0, at), {}));
  }
  return {};
}

}  // namespace

std::optional<sys_days> LatestFounding(std::string_view established, sys_days by) {
  std::string_view date = base::TrimAscii(established);
  if (date.starts_with("<=")) date.remove_prefix(2);
  const bool any_year = date.starts_with("????" "-");
  const std::optional<int> year = any_year ? 0 : Number(date.substr(0, 4));
  if (!year || (date.size() != 4 && date.size() != 7 && date.size() != 10)) return std::nullopt;
  const auto month = date.size() >= 7 ? Number(date.substr(5, 2)) : 12;
  const auto day = date.size() == 10 ? Number(date.substr(8, 2)) : std::optional<int>(0);
  if (!month || !day || *month < 1 || *month > 12 || *day < 0 || *day > 31) return std::nullopt;
  const std::chrono::month m{static_cast<unsigned>(*month)};
  const auto of_year = [&](std::chrono::year y) {
    const std::chrono::year_month_day_last last{y, std::chrono::month_day_last{m}};
    if (*day == 0) return sys_days(last);
    return std::min(sys_days(last), sys_days(y / m / 1) + std::chrono::days(*day - 1));
  };
  if (!any_year) return of_year(std::chrono::year(*year));
  const std::chrono::year this_year = std::chrono::year_month_day(by).year();
  const sys_days latest = of_year(this_year);
  return latest <= by ? latest : of_year(this_year - std::chrono::years(1));
}

StatusOr<KnownCentres> KnownCentres::Parse(std::string_view csv) {
  if (csv.size() > kKnownBytesMax) return base::InvalidArgument("known centres: more than 16 MiB");
  if (csv.starts_with("\xEF\xBB\xBF")) csv.remove_prefix(3);
  std::vector<std::string> fields;
  size_t at = 0;
  if (!ReadRecord(csv, &at, &fields))
    return base::InvalidArgument("known centres, line 1: a quotation mark is open");
  auto name = ColumnOf(fields, "name");
  if (!name) name = ColumnOf(fields, "name_zh");
  const auto established = ColumnOf(fields, "established");
  const auto code = ColumnOf(fields, "code");
  if (!name || !established)
    return base::InvalidArgument("known centres, line 1: no columns `name` and `established`");
  KnownCentres known;
  for (size_t line = 2; at < csv.size(); ++line) {
    const std::string where = "known centres, record " + std::to_string(line);
    if (!ReadRecord(csv, &at, &fields))
      return base::InvalidArgument(where + ": a quotation mark is open");
    if (fields.size() == 1 && base::TrimAscii(fields[0]).empty()) continue;
    if (fields.size() <= std::max(*name, *established))
      return base::InvalidArgument(where + ": too few fields");
    known.Add(fields[*name], code && *code < fields.size() ? fields[*code] : "",
              fields[*established]);
  }
  return known;
}

void KnownCentres::Add(const std::string& name, const std::string& code,
                       const std::string& established) {
  std::string folded = FoldText(name);
  const auto keep = [&](const std::string& one) {
    established_.emplace(CentreKey(one, PlaceOf(one, code)), established);
    established_.emplace(CentreKey(one, {}), established);
  };
  ++size_;
  // A remark behind the name: （河北）, （原重庆国际传播中心）.
  if (const size_t open = folded.rfind('('); open != std::string::npos && folded.ends_with(")")) {
    const std::string remark = folded.substr(open + 1, folded.size() - open - 2);
    folded.resize(open);
    if (remark.starts_with("原")) keep(remark.substr(std::string_view("原").size()));
  }
  keep(folded);
}

void KnownCentres::Apply(std::optional<UnixTime> page_date, std::vector<Finding>* findings) const {
  for (Finding& finding : *findings) {
    if (!finding.is_announcement) continue;
    auto known = established_.find(CentreKey(finding.centre_name_zh, finding.place));
    if (known == established_.end() && !finding.centre_name_zh.empty())
      known = established_.find(CentreKey(finding.centre_name_zh, {}));
    if (known == established_.end()) continue;
    const std::optional<sys_days> day =
        page_date ? std::chrono::floor<std::chrono::days>(*page_date + kChinaOffset)
                  : DayOf(finding);
    if (!day) continue;
    const auto founded = LatestFounding(known->second, *day);
    if (!founded || *day - *founded <= std::chrono::days(kKnownDays)) continue;
    finding.is_announcement = false;
    finding.score = std::min(finding.score, 0.2);
    finding.reasons.push_back("a known centre, founded " + known->second + ": retold");
  }
}

}  // namespace signboard::extract
