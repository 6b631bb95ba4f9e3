// signboard rule test RULE --last 500 | --gold FILE: what a changed file of rules would change.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "crawler/worker/findings.h"
#include "deploy/signboard/cli.h"
#include "deploy/signboard/finding_changes.h"
#include "deploy/signboard/gold_score.h"
#include "deploy/signboard/page_judge.h"
#include "deploy/signboard/rule_folder.h"
#include "deploy/signboard/rule_verbs.h"
#include "proto/base/rpc_status.h"
#include "proto/base/text.h"
#include "signboard/v1/register.grpc.pb.h"
#include "storage/archive/detect_again.h"

namespace signboard::cli {
namespace {

namespace fs = std::filesystem;

using RuleSet = std::shared_ptr<const extract::RuleSet>;

constexpr uint32_t kLastMax = 10'000;

struct TestOptions {
  std::string rule;
  std::string rules;
  std::string gold;
  uint32_t last = 500;
};

// verbs, verbs.txt, or a path. By name it is looked for in --rules, here and in the source tree.
StatusOr<std::string> FindRuleFile(const TestOptions& options) {
  const std::string name =
      options.rule.ends_with(".txt") ? options.rule : options.rule + ".txt";
  std::error_code error;
  for (const fs::path& folder : {fs::path(options.rules), fs::path("."),
                                 fs::path("crawler/extract/data")}) {
    if (folder.empty()) continue;
    if (fs::is_regular_file(folder / name, error)) return (folder / name).string();
  }
  return base::NotFound("no file " + name + " of rules: name a path, or a list in --rules DIR");
}

// The rules of --rules, if any, with the one file in the place of its namesake.
StatusOr<RuleSet> ReadChanged(const TestOptions& options) {
  ASSIGN_OR_RETURN(const std::string path, FindRuleFile(options));
  std::vector<extract::RuleFile> files;
  if (!options.rules.empty()) {
    ASSIGN_OR_RETURN(files, ReadRuleFiles(options.rules));
  }
  ASSIGN_OR_RETURN(extract::RuleFile file, ReadRuleFile(path));
  std::erase_if(files, [&](const extract::RuleFile& other) { return other.name == file.name; });
  files.push_back(std::move(file));
  return extract::RuleSet::Parse(std::move(files));
}

struct TestPage {
  std::string name;  // A snapshot id, or the id of a labelled page.
  std::string body;
  PageTerms terms;
};

class Tester {
 public:
  Tester(const Context& context, RuleSet changed)
      : context_(context), changed_(std::move(changed)) {}

  // What is found by the compiled rules, and by the changed ones.
  std::pair<JudgedPage, JudgedPage> Test(const TestPage& page) {
    const JudgedPage before = JudgePage(page.body, page.terms, nullptr);
    const extract::UseRules use(changed_.get());
    JudgedPage after = JudgePage(page.body, page.terms, nullptr);
    Note(page.name, Messages(before), Messages(after));
    return {before, std::move(after)};
  }

  Json End() const {
    return {{"pages", pages_},
            {"pages_changed", changed_pages_},
            {"announcing_before", announcing_[0]},
            {"announcing_after", announcing_[1]},
            {"changes", changes_}};
  }

 private:
  static std::vector<v1::Finding> Messages(const JudgedPage& page) {
    std::vector<v1::Finding> findings;
    for (const extract::Finding& finding : page.findings)
      findings.push_back(worker::ToProto(finding));
    return findings;
  }

  void Note(const std::string& name, const std::vector<v1::Finding>& before,
            const std::vector<v1::Finding>& after) {
    const auto announces = [](const std::vector<v1::Finding>& findings) {
      return std::any_of(findings.begin(), findings.end(),
                         [](const v1::Finding& f) { return f.is_announcement(); });
    };
    ++pages_;
    announcing_[0] += announces(before) ? 1 : 0;
    announcing_[1] += announces(after) ? 1 : 0;
    const auto differences = archive::Compare(before, after);
    if (differences.empty()) return;
    ++changed_pages_;
    Json page = {{"page", name}, {"differences", Json::array()}};
    for (const Difference& difference : differences)
      page["differences"].push_back(DifferenceJson(difference));
    if (context_.ndjson) PrintNdjson(page);
    if (context_.json) changes_.push_back(std::move(page));
    if (context_.ndjson || context_.json) return;
    std::printf("%s\n", base::EscapeTerminal(name).c_str());
    for (const Difference& difference : differences)
      std::printf("    %s\n", DifferenceText(difference).c_str());
  }

  const Context& context_;
  const RuleSet changed_;
  size_t pages_ = 0;
  size_t changed_pages_ = 0;
  size_t announcing_[2] = {};
  Json changes_ = Json::array();
};

// The first sources of the newest announcements.
StatusOr<std::vector<std::string>> NewestSnapshots(const Context& context, uint32_t last) {
  const auto stub = v1::Register::NewStub(context.Channel("register"));
  v1::ListAnnouncementsRequest request;
  request.set_limit(last);
  grpc::ClientContext call;
  RETURN_IF_ERROR(context.Prepare(&call));
  const auto reader = stub->ListAnnouncements(&call, request);
  std::vector<std::string> ids;
  for (v1::Announcement announcement; reader->Read(&announcement);) {
    for (const v1::Source& source : announcement.sources())
      if (ids.size() < last) ids.push_back(source.snapshot_id());
  }
  RETURN_IF_ERROR(base::FromGrpc(reader->Finish()));
  return ids;
}

StatusOr<TestPage> FetchPage(const Context& context, v1::Archive::Stub* stub,
                             const std::string& id) {
  v1::GetRequest request;
  request.set_snapshot_id(id);
  request.set_body(v1::GetRequest::DECODED);
  grpc::ClientContext call;
  RETURN_IF_ERROR(context.Prepare(&call));
  const auto reader = stub->Get(&call, request);
  TestPage page;
  page.name = id;
  for (v1::GetReply reply; reader->Read(&reply);) {
    page.body += reply.chunk();
    if (!reply.has_snapshot()) continue;
    auto url = base::Url::Parse(reply.snapshot().url());
    if (url.ok()) page.terms.url = *std::move(url);
    page.terms.code = archive::PlaceCodeOf(reply.snapshot());
  }
  RETURN_IF_ERROR(base::FromGrpc(reader->Finish()));
  return page;
}

Status TestLast(const Context& context, uint32_t last, Tester* tester) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, NewestSnapshots(context, last));
  const auto stub = v1::Archive::NewStub(context.Channel("archive"));
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(const TestPage page, FetchPage(context, stub.get(), id));
    tester->Test(page);
  }
  return OkStatus();
}

// How right both are.
StatusOr<Json> TestGold(const std::string& file, Tester* tester) {
  ASSIGN_OR_RETURN(const std::vector<GoldPage> pages, ReadGoldFile(file));
  GoldScore before;
  GoldScore after;
  for (const GoldPage& page : pages) {
    const auto [old, changed] = tester->Test({page.id, page.body, page.terms});
    before.Add(page, old.findings, old.published);
    after.Add(page, changed.findings, changed.published);
  }
  return Json({{"before", before.Summary()}, {"after", after.Summary()}});
}

void PrintScores(const Json& score) {
  std::vector<std::vector<std::string>> rows;
  const auto row = [&](const char* name, const Json::json_pointer& at) {
    char before[16];
    char after[16];
    std::snprintf(before, sizeof before, "%.3f", score["before"].at(at).get<double>());
    std::snprintf(after, sizeof after, "%.3f", score["after"].at(at).get<double>());
    rows.push_back({name, before, after});
  };
  row("precision", Json::json_pointer("/page/precision/value"));
  row("recall", Json::json_pointer("/page/recall/value"));
  row("fields", Json::json_pointer("/fields/accuracy/value"));
  PrintTable({"", "BUILT IN", "CHANGED"}, rows);
}

int Test(const Context& context, const TestOptions& options) {
  auto changed = ReadChanged(options);
  if (!changed.ok()) return Fail(context, changed.status());
  Tester tester(context, *std::move(changed));
  Json score;
  if (options.gold.empty()) {
    const Status tested = TestLast(context, options.last, &tester);
    if (!tested.ok()) return Fail(context, base::ToGrpc(tested));
  } else {
    auto scores = TestGold(options.gold, &tester);
    if (!scores.ok()) return Fail(context, scores.status());
    score = *std::move(scores);
  }
  Json end = tester.End();
  if (!score.is_null()) end["score"] = score;
  if (context.json) {
    PrintJson(end);
  } else if (!context.ndjson) {
    std::printf("%zu of %zu pages change; %zu announce something, %zu did\n",
                end["pages_changed"].get<size_t>(), end["pages"].get<size_t>(),
                end["announcing_after"].get<size_t>(), end["announcing_before"].get<size_t>());
    if (!score.is_null()) PrintScores(score);
  }
  return kOk;
}

}  // namespace

void AddRuleTest(CLI::App* rule, Context& context) {
  auto* verb = rule->add_subcommand("test", "What a changed file of rules would change");
  auto options = std::make_shared<TestOptions>();
  verb->add_option("rule", options->rule, "A file of rules: verbs, verbs.txt, or a path")
      ->required();
  verb->add_option("--last", options->last, "On so many pages of the newest announcements")
      ->check(CLI::Range(1u, kLastMax))
      ->capture_default_str();
  verb->add_option("--gold", options->gold, "On labelled pages instead; needs no server");
  AddRulesOption(verb, &options->rules);
  verb->footer("Nothing is built, and nothing is changed.\n"
               "Examples:\n  signboard rule test crawler/extract/data/verbs.txt --last 500\n"
               "  signboard rule test verbs --rules my-rules/ --gold mine.jsonl");
  verb->callback([&context, options] {
    context.action = [&context, options] { return Test(context, *options); };
  });
}

}  // namespace signboard::cli
