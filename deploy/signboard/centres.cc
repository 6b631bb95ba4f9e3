// signboard centres: the centres the register knows, as of any date.
#include <algorithm>

#include "deploy/signboard/cli.h"
#include "signboard/v1/register.grpc.pb.h"
#include "storage/gateway/regions.h"
#include "storage/gateway/register_filter.h"
#include "storage/gateway/register_words.h"

namespace signboard::cli {
namespace {

// One call's answer; longer lists are asked for page by page.
constexpr uint32_t kPageMax = 1'000;

struct Options {
  std::string as_of;
  std::string known_by;
  std::string level;
  std::string province;
  std::string place;
  uint32_t limit = 10'000;
  bool csv = false;
  bool count = false;
};

StatusOr<v1::ListCentresRequest> MakeRequest(const Options& options) {
  v1::ListCentresRequest request;
  if (!options.as_of.empty()) {
    ASSIGN_OR_RETURN(const int64_t end, gateway::EndOf("as-of", options.as_of));
    request.set_as_of_ms(end);
  }
  if (!options.known_by.empty()) {
    ASSIGN_OR_RETURN(const int64_t end, gateway::EndOf("known-by", options.known_by));
    request.set_known_by_ms(end);
  }
  ASSIGN_OR_RETURN(std::string code, gateway::PlaceCode(options.province, options.place));
  request.set_place_code(std::move(code));
  RETURN_IF_ERROR(gateway::CheckLevel(options.level));
  request.set_level(options.level);
  return request;
}

// The first statement of that field: the register puts the best first.
std::string Said(const v1::Centre& centre, std::string_view field) {
  for (const v1::Statement& statement : centre.statements())
    if (statement.field() == field && !statement.value().empty()) return statement.value();
  return "-";
}

std::vector<std::string> Row(const v1::Centre& centre) {
  std::string chain;
  for (const std::string& name : gateway::PlaceChain(centre.place())) chain += name;
  const std::string& name = centre.name_zh().empty() ? centre.name_en() : centre.name_zh();
  return {centre.level().empty() ? "-" : centre.level(),
          chain.empty() ? "-" : chain,
          name.empty() ? "-" : name,
          Said(centre, "founded"),
          Said(centre, "lead_organ"),
          std::to_string(centre.announcement_ids_size()),
          centre.known_before().empty() ? "-" : centre.known_before(),
          centre.id()};
}

int Count(const Context& context, const v1::ListCentresRequest& request) {
  grpc::ClientContext call;
  if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
  v1::CountCentresReply reply;
  const auto status = v1::Register::NewStub(context.Channel("register"))
                          ->CountCentres(&call, request, &reply);
  if (!status.ok()) return Fail(context, status);
  if (context.json || context.ndjson) {
    PrintJson(gateway::CentreCountJson(reply));
    return kOk;
  }
  std::vector<std::vector<std::string>> rows;
  for (const char* level : gateway::kCentreLevels)
    rows.push_back({level, std::to_string(gateway::CountOf(reply, level))});
  rows.push_back({"in all", std::to_string(reply.count())});
  PrintTable({"LEVEL", "CENTRES"}, rows);
  return kOk;
}

int Centres(const Context& context, const Options& options) {
  auto request = MakeRequest(options);
  if (!request.ok())
    return Fail(context, base::InvalidArgument("--" + std::string(base::Message(request.status()))),
                "signboard centres --help has examples");
  if (options.count) return Count(context, *request);
  const auto stub = v1::Register::NewStub(context.Channel("register"));
  Json all = Json::array();
  std::vector<std::vector<std::string>> rows;
  if (options.csv) PrintCsv({gateway::CentreColumns()});
  uint32_t left = options.limit;
  for (bool more = true; more && left > 0;) {
    request->set_limit(std::min(left, kPageMax));
    grpc::ClientContext call;
    if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
    const auto reader = stub->ListCentres(&call, *request);
    v1::Centre centre;
    uint32_t count = 0;
    for (; reader->Read(&centre); ++count) {
      request->set_cursor(centre.id());
      if (options.csv) {
        PrintCsv({gateway::CentreRow(centre)});
      } else if (context.ndjson) {
        PrintNdjson(gateway::CentreJson(centre));
      } else if (context.json) {
        all.push_back(gateway::CentreJson(centre));
      } else {
        rows.push_back(Row(centre));
      }
    }
    if (const auto status = reader->Finish(); !status.ok()) return Fail(context, status);
    more = count == request->limit();
    left -= std::min(left, count);
  }
  if (context.json) PrintJson({{"centres", all}});
  if (!options.csv && !context.json && !context.ndjson)
    PrintTable({"LEVEL", "PLACE", "CENTRE", "FOUNDED", "LEAD", "ANNOUNCED", "KNOWN FROM", "ID"},
               rows);
  return kOk;
}

}  // namespace

void AddCentres(CLI::App& app, Context& context) {
  auto o = std::make_shared<Options>();
  auto* verb = app.add_subcommand("centres", "The centres known, as of any date, by place");
  verb->alias("centers");
  verb->add_option("--as-of", o->as_of, "Founded by the end of: 2024-06-30, 2024-06, 2024");
  verb->add_option("--known-by", o->known_by,
                   "As Signboard knew it at the end of: 2024-06-30, 2024-06, 2024");
  verb->add_flag("--count", o->count, "How many there are, by level and in all");
  verb->add_option("--level", o->level, "province, prefecture, county or other");
  verb->add_option("--province", o->province, "江西, 江西省, Jiangxi or 360000");
  verb->add_option("--place", o->place, "A place and all below it: 宜春, 360900");
  verb->add_option("--limit", o->limit, "At most this many")
      ->check(CLI::Range(1u, 1'000'000u))
      ->capture_default_str();
  verb->add_flag("--csv", o->csv, "CSV with a header (RFC 4180)");
  verb->footer("Examples:\n"
               "  signboard centres --as-of 2024-06-30 --level county\n"
               "  signboard centres --count --as-of 2024-12-31 --known-by 2025-03-31\n"
               "  signboard centres --province 浙江 --csv > zhejiang.csv");
  verb->callback(
      [&context, o] { context.action = [&context, o] { return Centres(context, *o); }; });
}

}  // namespace signboard::cli
