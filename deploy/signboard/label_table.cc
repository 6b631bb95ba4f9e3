#include "deploy/signboard/label_table.h"

#include <array>
#include <optional>
#include <utility>

#include "crawler/extract/gazetteer.h"
#include "proto/base/text.h"
#include "storage/gateway/register_words.h"
#include "storage/register/known_centres.h"
#include "storage/register/sources.h"
#include "storage/register/statements.h"

namespace signboard::cli {
namespace {

using gateway::Json;

struct TextColumn {
  const char* name;
  const std::string& (v1::Finding::*value)() const;
};
// Those that are one text in a label too.
const std::array<TextColumn, 5> kTexts = {{{"event", &v1::Finding::event},
                                           {"unit_type", &v1::Finding::unit_type},
                                           {"lead_organ", &v1::Finding::lead_organ},
                                           {"guiding_organ", &v1::Finding::guiding_organ},
                                           {"operator", &v1::Finding::operator_organ}}};

// The sentence that tells it, or the name as it stands in the page.
std::string WordsOf(const v1::Finding& finding) {
  std::string name;
  for (const v1::Quote& quote : finding.quotes()) {
    if (quote.field() == "event") return quote.text();
    if (quote.field().starts_with("centre") && name.empty()) name = quote.text();
  }
  return name;
}

std::string Where(const std::string& name, const CsvRow& row, const std::string& column) {
  return name + ", row " + std::to_string(row.number) + ", " + column;
}

StatusOr<bool> YesOrNo(const std::string& cell) {
  const std::string word = base::ToLowerAscii(cell);
  for (const char* yes : {"yes", "y", "true", "1", "是"})
    if (word == yes) return true;
  for (const char* no : {"no", "n", "false", "0", "否"})
    if (word == no) return false;
  return base::InvalidArgument("\"" + std::string(base::TruncateUtf8(cell, 40)) +
                               "\" is neither yes nor no");
}

Json OrNull(const std::string& cell) { return cell.empty() ? Json() : Json(cell); }

StatusOr<Json> LabelOf(const CsvRow& row, bool announces, const std::string& name) {
  Json label = {{"is_announcement", announces},
                {"centre",
                 {{"name_zh", OrNull(row.Of("centre_name_zh"))},
                  {"name_en", OrNull(row.Of("centre_name_en"))}}}};
  if (!announces) return label;
  for (const TextColumn& column : kTexts) label[column.name] = OrNull(row.Of(column.name));
  const std::string& code = row.Of("place_code");
  if (!code.empty() && extract::RegionOf(code) == nullptr)
    return base::InvalidArgument(Where(name, row, "place_code") + ": " + code +
                                 " is no GB/T 2260 code");
  label["place"] = code.empty() ? Json() : Json{{"code", code}};
  const std::string& date = row.Of("event_date");
  label["event_date"] = date.empty() ? Json() : Json{{"date", date}};
  if (row.Of("founding").empty())
    return base::InvalidArgument(Where(name, row, "founding") +
                                 ": an announcement needs a name of what it tells, the same on all "
                                 "pages that tell it");
  label["founding"] = row.Of("founding");
  return label;
}

Status CheckColumns(const std::vector<CsvRow>& rows, const std::string& name) {
  if (rows.empty()) return base::InvalidArgument(name + ": no rows below the header");
  for (const char* column : {"snapshot_id", "finding", "announcement"}) {
    bool has_one = false;
    for (const CsvRow& row : rows) has_one = has_one || row.cells.count(column) > 0;
    if (!has_one) return base::InvalidArgument(name + ": no column " + std::string(column));
  }
  return OkStatus();
}

}  // namespace

std::vector<std::string> LabelColumns() {
  std::vector<std::string> columns = {"snapshot_id", "finding", "url",   "published", "title",
                                      "words",       "score",   "found", "announcement"};
  for (const TextColumn& column : kTexts) columns.emplace_back(column.name);
  for (const char* column :
       {"centre_name_zh", "centre_name_en", "place_code", "event_date", "founding", "note"})
    columns.emplace_back(column);
  return columns;
}

std::vector<std::vector<std::string>> LabelRows(const v1::LoggedFindings& page) {
  const v1::Snapshot& snapshot = page.snapshot();
  const std::string published = registry::DayOf(registry::PublishedAt(snapshot));
  std::vector<std::vector<std::string>> rows;
  for (const v1::Finding& finding : page.findings()) {
    std::vector<std::string> row = {snapshot.id(),
                                    std::to_string(rows.size() + 1),
                                    snapshot.url(),
                                    published,
                                    snapshot.page().title(),
                                    WordsOf(finding),
                                    gateway::ScoreText(finding.score()),
                                    finding.is_announcement() ? "yes" : "no",
                                    ""};
    for (const TextColumn& column : kTexts) row.push_back((finding.*column.value)());
    row.insert(row.end(), {finding.centre_name_zh(), finding.centre_name_en(),
                           finding.place().code(), finding.event_date(),
                           registry::KeyOf(finding), ""});
    rows.push_back(std::move(row));
  }
  return rows;
}

StatusOr<std::map<std::string, LabelledPage>> ReadLabels(const std::vector<CsvRow>& rows,
                                                         const std::string& name) {
  RETURN_IF_ERROR(CheckColumns(rows, name));
  std::map<std::string, LabelledPage> pages;
  std::map<std::pair<std::string, std::string>, size_t> seen;
  for (const CsvRow& row : rows) {
    if (row.Of("announcement").empty()) continue;
    const std::string& id = row.Of("snapshot_id");
    if (id.empty()) return base::InvalidArgument(Where(name, row, "snapshot_id") + " is empty");
    const auto said = YesOrNo(row.Of("announcement"));
    if (!said.ok()) return base::Annotate(said.status(), Where(name, row, "announcement"));
    ASSIGN_OR_RETURN(Json label, LabelOf(row, *said, name));
    LabelledPage& page = pages[id];
    page.findings.push_back(std::move(label));
    const std::string& number = row.Of("finding");
    if (number.empty()) continue;
    const auto [at, is_first] = seen.try_emplace({id, number}, row.number);
    if (!is_first)
      return base::InvalidArgument(Where(name, row, "finding") + ": " + number + " of " + id +
                                   " is in row " + std::to_string(at->second) + " too");
    ++page.found;
  }
  return pages;
}

Json GoldLine(const v1::LoggedFindings& page, const LabelledPage& labels) {
  const v1::Snapshot& snapshot = page.snapshot();
  Json line = {{"id", snapshot.id()},
               {"url", snapshot.url()},
               {"page_date", registry::DayOf(registry::PublishedAt(snapshot))},
               {"class", "labelled"},
               {"text", page.text()},
               {"findings", labels.findings}};
  if (!snapshot.detection().place_code().empty())
    line["site_code"] = snapshot.detection().place_code();
  return line;
}

}  // namespace signboard::cli
