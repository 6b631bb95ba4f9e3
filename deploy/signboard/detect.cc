// signboard detect [--known FILE] [--url U] [--date D] [--code C] FILE|-|--batch DIR
//
// Judges pages without any server: the same detector as a worker's, on text or HTML.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>

#include "crawler/extract/gazetteer.h"
#include "deploy/signboard/cli.h"
#include "deploy/signboard/page_judge.h"
#include "deploy/signboard/rule_folder.h"
#include "deploy/signboard/text_file.h"
#include "proto/base/text.h"

namespace signboard::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPageBytesMax = size_t{32} << 20;

struct DetectOptions {
  std::string file;
  std::string batch;
  std::string known;
  std::string url;
  std::string date;
  std::string code;
  std::string rules;
};

// What holds for every page of one call.
struct Terms {
  PageTerms page;
  std::optional<extract::KnownCentres> known;
  std::shared_ptr<const extract::RuleSet> rules;

  Json Judge(const std::string& body) const {
    const extract::UseRules use(rules.get());
    return JudgedJson(JudgePage(body, page, known ? &*known : nullptr));
  }
};

StatusOr<Terms> ReadTerms(const DetectOptions& options) {
  Terms terms;
  terms.page.code = options.code;
  if (!options.code.empty() && extract::RegionOf(options.code) == nullptr)
    return base::InvalidArgument("--code " + options.code + ": no GB/T 2260 code");
  if (!options.date.empty()) {
    ASSIGN_OR_RETURN(terms.page.date, ParsePageDate(options.date));
  }
  if (!options.url.empty()) {
    ASSIGN_OR_RETURN(terms.page.url, base::Url::Parse(options.url));
  }
  ASSIGN_OR_RETURN(terms.rules, ReadRuleFolder(options.rules));
  if (!options.known.empty()) {
    ASSIGN_OR_RETURN(const std::string csv, ReadFile(options.known, kPageBytesMax));
    ASSIGN_OR_RETURN(terms.known, extract::KnownCentres::Parse(csv));
  }
  return terms;
}

std::string Text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : std::string("-");
}

void PrintForPeople(const std::string& name, const Json& answer) {
  if (!name.empty()) std::printf("%s\n", base::EscapeTerminal(name).c_str());
  if (answer["findings"].empty()) std::printf("nothing found\n");
  for (const Json& finding : answer["findings"]) {
    const Json& date = finding["event_date"];
    const Json& place = finding["place"];
    std::printf("%s %.2f  %s  %s  %s %s  %s\n",
                finding["is_announcement"].get<bool>() ? "announcement" : "mention     ",
                finding["score"].get<double>(),
                base::EscapeTerminal(Text(finding["centre"]["name_zh"])).c_str(),
                Text(finding["event"]).c_str(),
                place.is_object() ? Text(place["code"]).c_str() : "-",
                place.is_object() ? Text(place["name_zh"]).c_str() : "-",
                date.is_object() ? Text(date["date"]).c_str() : "-");
    for (const Json& reason : finding["reasons"])
      std::printf("    %s\n", base::EscapeTerminal(reason.get<std::string>()).c_str());
  }
}

StatusOr<std::vector<std::string>> FilesIn(const std::string& directory) {
  std::error_code error;
  std::vector<std::string> files;
  fs::recursive_directory_iterator entry(directory, error);
  if (error) return base::NotFound(directory + ": " + error.message());
  for (const fs::recursive_directory_iterator end; entry != end; entry.increment(error)) {
    if (error) return base::Unavailable(directory + ": " + error.message());
    if (entry->is_regular_file(error)) files.push_back(entry->path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

int DetectBatch(const Context& context, const Terms& terms, const std::string& directory) {
  const auto files = FilesIn(directory);
  if (!files.ok()) return Fail(context, files.status());
  Json all = Json::array();
  bool partly = false;
  for (const std::string& file : *files) {
    Json element;
    element["file"] = file;
    const auto body = ReadFile(file, kPageBytesMax);
    if (body.ok()) {
      element.update(terms.Judge(*body));
    } else {
      element["error"] = base::ToString(body.status());
      partly = true;
    }
    if (context.json) {
      all.push_back(std::move(element));
    } else {
      PrintNdjson(element);
    }
  }
  if (context.json) PrintJson(all);
  return partly ? kPartly : kOk;
}

int Detect(const Context& context, const DetectOptions& options) {
  const auto terms = ReadTerms(options);
  if (!terms.ok()) return Fail(context, terms.status());
  if (!options.batch.empty()) return DetectBatch(context, *terms, options.batch);
  const auto body = ReadFile(options.file, kPageBytesMax);
  if (!body.ok()) return Fail(context, body.status());
  const Json answer = terms->Judge(*body);
  if (context.json) {
    PrintJson(answer);
  } else if (context.ndjson) {
    PrintNdjson(answer);
  } else {
    PrintForPeople("", answer);
  }
  return kOk;
}

}  // namespace

void AddDetect(CLI::App& app, Context& context) {
  auto* verb = app.add_subcommand(
      "detect", "What one page of text or HTML announces; needs no server");
  auto options = std::make_shared<DetectOptions>();
  auto* file = verb->add_option("file", options->file, "The page, or - for stdin");
  auto* batch = verb->add_option("--batch", options->batch,
                                 "Every file below a directory: one JSON document a line");
  file->excludes(batch);
  verb->add_option("--known", options->known,
                   "CSV of known centres (name, established): what it has is not announced");
  verb->add_option("--url", options->url, "Where the page came from");
  verb->add_option("--date", options->date, "When it was published: 2025-11-18");
  verb->add_option("--code", options->code, "GB/T 2260 code of its site's place: 360925");
  AddRulesOption(verb, &options->rules);
  verb->footer("Examples:\n  signboard detect --url http://a.gov.cn/t20251118_1.html page.html\n"
               "  signboard detect --json --date 2025-11-18 - < article.txt\n"
               "  signboard detect --known known.csv --batch pages/");
  verb->callback([&context, options] {
    context.action = [&context, options] {
      if (options->file.empty() && options->batch.empty())
        return Fail(context, base::InvalidArgument("no page: name a FILE, - or --batch DIR"));
      return Detect(context, *options);
    };
  });
}

}  // namespace signboard::cli
