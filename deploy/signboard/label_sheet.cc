// signboard label export, label import: findings as a spreadsheet, and what people wrote into it as
// a labelled set.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "crawler/extract/features.h"
#include "deploy/signboard/csv_file.h"
#include "deploy/signboard/gold_set.h"
#include "deploy/signboard/label_table.h"
#include "deploy/signboard/label_verbs.h"
#include "deploy/signboard/logged_findings.h"
#include "deploy/signboard/text_file.h"
#include "storage/gateway/csv.h"
#include "storage/gateway/register_filter.h"

namespace signboard::cli {
namespace {

// Of an archive with more, --since names a part.
constexpr size_t kExportedPagesMax = 200'000;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";  // Without it Excel shows no Chinese.

struct ExportOptions {
  std::string file;
  std::string since;
  size_t limit = 1'000;
  bool unsure = false;
};

struct ExportedPage {
  int64_t captured_ms = 0;
  double doubt = 0;  // How far the nearest score is from the threshold.
  std::vector<std::vector<std::string>> rows;
};

double DoubtOf(const v1::LoggedFindings& page) {
  double least = 1;
  for (const v1::Finding& finding : page.findings())
    least = std::min(least,
                     std::abs(finding.score() - extract::WeightsInForce().threshold));
  return least;
}

std::vector<ExportedPage> InOrder(std::map<std::string, ExportedPage> pages,
                                  const ExportOptions& options) {
  std::vector<ExportedPage> all;
  for (auto& [id, page] : pages) all.push_back(std::move(page));
  std::stable_sort(all.begin(), all.end(), [&](const ExportedPage& a, const ExportedPage& b) {
    if (options.unsure && a.doubt != b.doubt) return a.doubt < b.doubt;
    return a.captured_ms > b.captured_ms;
  });
  if (all.size() > options.limit) all.resize(options.limit);
  return all;
}

int Export(const Context& context, const ExportOptions& options) {
  StatusOr<int64_t> since_ms = 0;
  if (!options.since.empty())
    since_ms = gateway::StartOf("--since", options.since, base::SystemClock().Now());
  if (!since_ms.ok()) return Fail(context, since_ms.status());
  std::map<std::string, ExportedPage> pages;
  bool too_many = false;
  const grpc::Status status = ReadFindingLogs(context, [&](v1::LoggedFindings page) {
    const std::string& id = page.snapshot().id();
    if (page.snapshot().captured_ms() < *since_ms) return;
    if (page.findings().empty()) {
      pages.erase(id);  // Found once, and not by today's rules.
      return;
    }
    too_many = too_many || (pages.size() >= kExportedPagesMax && pages.count(id) == 0);
    if (!too_many)
      pages[id] = {page.snapshot().captured_ms(), DoubtOf(page), LabelRows(page)};
  });
  if (!status.ok()) return Fail(context, status);
  if (too_many)
    return Fail(context, base::ResourceExhausted("over 200,000 pages"), "name fewer by --since");
  std::string text(kByteOrderMark);
  text += gateway::CsvLine(LabelColumns());
  size_t rows = 0;
  const std::vector<ExportedPage> all = InOrder(std::move(pages), options);
  for (const ExportedPage& page : all) {
    for (const auto& row : page.rows) text += gateway::CsvLine(row);
    rows += page.rows.size();
  }
  if (!context.dry_run) {
    if (const Status written = WriteFile(options.file, text); !written.ok())
      return Fail(context, written);
  }
  if (context.json || context.ndjson) {
    PrintJson({{"file", options.file}, {"pages", all.size()}, {"findings", rows}});
  } else {
    std::printf("%s: %zu findings in %zu pages; write yes or no into announcement\n",
                options.file.c_str(), rows, all.size());
  }
  return kOk;
}

struct ImportOptions {
  std::string file;
  std::string out = "labels.jsonl";
};

struct Imported {
  std::map<std::string, Json> lines;
  std::vector<std::string> in_part;  // Some of what was found in them has no label.
};

// The set that is there, with these lines in place of those of the same pages.
StatusOr<std::string> Joined(const std::string& file, std::map<std::string, Json> lines) {
  std::string text;
  if (std::filesystem::exists(file)) {
    ASSIGN_OR_RETURN(const std::string old, ReadFile(file));
    std::istringstream checked(old);
    RETURN_IF_ERROR(ReadGoldSet(checked, file).status());
    std::istringstream in(old);
    for (std::string line; std::getline(in, line);) {
      if (line.empty()) continue;
      const auto at = lines.find(Json::parse(line).at("id").get<std::string>());
      text += (at == lines.end() ? line : at->second.dump()) + "\n";
      if (at != lines.end()) lines.erase(at);
    }
  }
  for (const auto& [id, line] : lines) text += line.dump() + "\n";
  return text;
}

StatusOr<std::map<std::string, LabelledPage>> ReadSheet(const std::string& file) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
  ASSIGN_OR_RETURN(const std::vector<CsvRow> rows, ReadCsv(text, file));
  return ReadLabels(rows, file);
}

int Tell(const Context& context, const ImportOptions& options, const Imported& imported,
         const std::vector<std::string>& unknown) {
  const bool all = imported.in_part.empty() && unknown.empty();
  if (context.json || context.ndjson) {
    PrintJson({{"file", options.out},
               {"pages", imported.lines.size()},
               {"in_part", imported.in_part},
               {"unknown", unknown}});
    return all ? kOk : kPartly;
  }
  std::printf("%s: labels of %zu pages\n", options.out.c_str(), imported.lines.size());
  for (const std::string& id : imported.in_part)
    std::fprintf(stderr, "%s: left out, not all of its findings have a label\n", id.c_str());
  for (const std::string& id : unknown)
    std::fprintf(stderr, "%s: left out, nothing is logged of it\n", id.c_str());
  return all ? kOk : kPartly;
}

int Import(const Context& context, const ImportOptions& options) {
  auto labelled = ReadSheet(options.file);
  if (!labelled.ok()) return Fail(context, labelled.status());
  if (labelled->empty())
    return Fail(context, base::InvalidArgument(options.file + ": no row has an announcement"),
                "write yes or no into that column");
  std::map<std::string, v1::LoggedFindings> pages;
  const grpc::Status status = ReadFindingLogs(context, [&](v1::LoggedFindings page) {
    std::string id = page.snapshot().id();
    if (labelled->count(id) > 0 && !page.text().empty()) pages[std::move(id)] = std::move(page);
  });
  if (!status.ok()) return Fail(context, status);
  Imported imported;
  std::vector<std::string> unknown;
  for (const auto& [id, labels] : *labelled) {
    const auto page = pages.find(id);
    if (page == pages.end()) {
      unknown.push_back(id);
    } else if (labels.found < static_cast<size_t>(page->second.findings_size())) {
      imported.in_part.push_back(id);
    } else {
      imported.lines[id] = GoldLine(page->second, labels);
    }
  }
  auto text = Joined(options.out, imported.lines);
  if (!text.ok()) return Fail(context, text.status());
  if (!context.dry_run && !imported.lines.empty()) {
    if (const Status written = WriteFile(options.out, *text); !written.ok())
      return Fail(context, written);
  }
  return Tell(context, options, imported, unknown);
}

}  // namespace

void AddLabelExport(CLI::App* label, Context& context) {
  auto o = std::make_shared<ExportOptions>();
  auto* verb = label->add_subcommand(
      "export", "Write what was found as a spreadsheet, for people to say what is right");
  verb->add_option("FILE.csv", o->file, "Where to")->required();
  verb->add_option("--since", o->since, "Only captures since: 7d, 2025-11-18");
  verb->add_option("--limit", o->limit, "At most so many pages")->capture_default_str();
  verb->add_flag("--unsure", o->unsure,
                 "Those first whose score is nearest to what decides; else the newest first");
  verb->footer("A row is a finding. Write yes or no into the column announcement, correct the\n"
               "others (an empty cell: the page does not say it), and add a row with the same\n"
               "snapshot_id and no number for what was not found.\n"
               "Examples:\n  signboard label export doubtful.csv --unsure --limit 200\n"
               "  signboard label import doubtful.csv -o labels.jsonl\n"
               "  signboard label fit --gold labels.jsonl -o my-rules/weights.txt");
  verb->callback([&context, o] { context.action = [&context, o] { return Export(context, *o); }; });
}

void AddLabelImport(CLI::App* label, Context& context) {
  auto o = std::make_shared<ImportOptions>();
  auto* verb = label->add_subcommand(
      "import", "Make a labelled set of a spreadsheet that label export has written");
  verb->add_option("FILE.csv", o->file, "The spreadsheet, as CSV in UTF-8")->required();
  verb->add_option("-o,--out", o->out,
                   "The set; labels of pages that it has already are replaced")
      ->capture_default_str();
  verb->footer("Pages of which all findings are labelled are taken, with their text as it is kept\n"
               "there.\n"
               "Examples:\n  signboard label import doubtful.csv -o labels.jsonl\n"
               "  signboard rule score --gold labels.jsonl");
  verb->callback([&context, o] { context.action = [&context, o] { return Import(context, *o); }; });
}

}  // namespace signboard::cli
