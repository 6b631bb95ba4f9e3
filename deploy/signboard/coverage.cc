// signboard coverage: which places are watched, and which are seen.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <cstdio>

#include "deploy/signboard/cli.h"
#include "proto/base/rpc_status.h"
#include "storage/gateway/coverage.h"

namespace signboard::cli {
namespace {

struct Options {
  gateway::CoverageWords words;
  bool csv = false;
};

std::string Percent(double share) {
  char text[16];
  std::snprintf(text, sizeof text, "%.1f%%", 100 * share);
  return text;
}

void Print(const gateway::Coverage& coverage) {
  std::vector<std::vector<std::string>> sums;
  for (const auto& sum : coverage.sums) {
    sums.push_back({sum.name_zh, sum.level, std::to_string(sum.places),
                    std::to_string(sum.watched), std::to_string(sum.covered),
                    std::to_string(sum.silent), std::to_string(sum.blind), Percent(sum.Share())});
  }
  PrintTable({"PROVINCE", "LEVEL", "PLACES", "WATCHED", "COVERED", "SILENT", "BLIND", "SHARE"},
             sums);
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : coverage.rows) {
    if (row.sites.empty()) continue;
    const auto cells = gateway::CoverageCells(row);
    rows.push_back({cells[0], cells[1], cells[4], cells[6], cells[7].empty() ? "-" : cells[7]});
  }
  if (rows.empty()) return;
  std::printf("\n");
  PrintTable({"CODE", "PLACE", "STATE", "SITES", "SEEN FROM"}, rows);
}

int Coverage(const Context& context, const Options& options) {
  const gateway::Backend backend(context.Channel("archive"), context.Channel("frontier"));
  boost::asio::io_context io{1};
  auto gathered = boost::asio::co_spawn(
      io, gateway::GatherSites(backend, base::SystemClock().Now()), boost::asio::use_future);
  io.run();
  const auto sites = gathered.get();
  if (!sites.ok()) return Fail(context, base::ToGrpc(sites.status()));
  const auto coverage = gateway::MakeCoverage(*sites, options.words);
  if (!coverage.ok())
    return Fail(context, base::InvalidArgument("--" + std::string(
                                                   base::Message(coverage.status()))));
  if (context.json) {
    PrintJson(gateway::CoverageJson(*coverage));
  } else if (options.csv) {
    std::vector<std::vector<std::string>> rows = {gateway::CoverageColumns()};
    for (const auto& row : coverage->rows) rows.push_back(gateway::CoverageCells(row));
    PrintCsv(rows);
  } else {
    Print(*coverage);
  }
  return kOk;
}

}  // namespace

void AddCoverage(CLI::App& app, Context& context) {
  auto o = std::make_shared<Options>();
  auto* verb = app.add_subcommand("coverage", "Which places have a watched site, and which are "
                                              "silent, blocked or seen from nowhere");
  verb->add_option("--province", o->words.province, "江西, 江西省, Jiangxi or 360000");
  verb->add_option("--level", o->words.level, "province, prefecture or county");
  verb->add_flag("--csv", o->csv, "Every place, watched or not, as CSV (RFC 4180)");
  verb->footer("Examples:\n"
               "  signboard coverage --province 江西 --level county\n"
               "  signboard coverage --csv > coverage.csv");
  verb->callback(
      [&context, o] { context.action = [&context, o] { return Coverage(context, *o); }; });
}

}  // namespace signboard::cli
