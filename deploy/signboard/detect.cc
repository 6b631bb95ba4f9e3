// signboard detect [--known FILE] [--url U] [--date D] [--code C] FILE|-|--batch DIR
//
// Judges pages without any server: the same detector as a worker's, on text or HTML.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <system_error>

#include "crawler/extract/detector.h"
#include "crawler/extract/extract.h"
#include "crawler/extract/gazetteer.h"
#include "crawler/extract/known_centres.h"
#include "crawler/worker/findings.h"
#include "deploy/signboard/cli.h"
#include "proto/base/text.h"
#include "proto/base/url.h"
#include "storage/gateway/register_words.h"

namespace signboard::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPageBytesMax = size_t{32} << 20;
constexpr std::string_view kNoUrl = "http://page.invalid/";  // RFC 2606: only links resolve by it.
constexpr std::chrono::hours kChinaOffset{8};

struct DetectOptions {
  std::string file;
  std::string batch;
  std::string known;
  std::string url;
  std::string date;
  std::string code;
};

// What holds for every page of one call.
struct Terms {
  std::optional<UnixTime> date;
  std::optional<extract::KnownCentres> known;
  std::optional<base::Url> url;
  std::string code;
};

StatusOr<std::string> ReadAll(std::istream& in, const std::string& name) {
  std::string bytes;
  std::string block(64 * 1'024, '\0');
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
    bytes.append(block, 0, static_cast<size_t>(in.gcount()));
    if (bytes.size() > kPageBytesMax) return base::InvalidArgument(name + ": more than 32 MiB");
  }
  if (in.bad()) return base::Unavailable(name + ": cannot be read");
  return bytes;
}

StatusOr<std::string> ReadFile(const std::string& file) {
  if (file == "-") return ReadAll(std::cin, "stdin");
  std::error_code error;
  if (!fs::exists(file, error)) return base::NotFound("no file " + file);
  std::ifstream in(file, std::ios::binary);
  if (!in || fs::is_directory(file, error)) return base::InvalidArgument(file + ": not to be read");
  return ReadAll(in, file);
}

StatusOr<Terms> ReadTerms(const DetectOptions& options) {
  Terms terms;
  terms.code = options.code;
  if (!options.code.empty() && extract::RegionOf(options.code) == nullptr)
    return base::InvalidArgument("--code " + options.code + ": no GB/T 2260 code");
  if (!options.date.empty()) {
    ASSIGN_OR_RETURN(terms.date, base::ParseRfc3339(options.date));
    // A day is China's.
    if (options.date.size() == 10) *terms.date -= kChinaOffset;
  }
  if (!options.url.empty()) {
    ASSIGN_OR_RETURN(terms.url, base::Url::Parse(options.url));
  }
  if (!options.known.empty()) {
    ASSIGN_OR_RETURN(const std::string csv, ReadFile(options.known));
    ASSIGN_OR_RETURN(terms.known, extract::KnownCentres::Parse(csv));
  }
  return terms;
}

// "<" first, or a doctype or tag near the top, is HTML; what has neither is text.
std::string ContentTypeOf(std::string_view body) {
  const std::string_view front = base::TrimAscii(body.substr(0, 1'024));
  const std::string low = base::ToLowerAscii(front);
  if (low.starts_with("\xEF\xBB\xBF<") || low.starts_with("<")) return "text/html";
  for (const char* tag : {"<html", "<!doctype", "<body", "<meta", "<p>", "<div"})
    if (low.find(tag) != std::string::npos) return "text/html";
  return "text/plain";
}

// A first line that is short and does not end as a sentence is the headline.
size_t TitleBytes(std::string_view text) {
  constexpr size_t kTitleBytesMax = 240;
  size_t from = 0;
  while (from < text.size() && static_cast<unsigned char>(text[from]) <= ' ') ++from;
  const size_t end = text.find('\n', from);
  if (end == std::string_view::npos || end - from > kTitleBytesMax) return 0;
  const std::string_view line = base::TrimAscii(text.substr(from, end - from));
  for (const std::string_view stop : {"。", "；", "，", "."})
    if (line.ends_with(stop)) return 0;
  return base::TrimAscii(text.substr(end)).empty() ? 0 : end;
}

std::string DayOf(UnixTime time) {
  return base::FormatRfc3339(time + kChinaOffset).substr(0, 10);
}

Json Judge(const std::string& body, const Terms& terms) {
  const base::Url page_url = terms.url ? *terms.url : base::Url::Parse(kNoUrl).value();
  extract::PageRead page =
      extract::ExtractFromBody(body, ContentTypeOf(body), page_url);
  const std::string url = terms.url ? terms.url->href() : std::string();
  extract::DetectorInput input = extract::MakeDetectorInput(
      page.extracted.facts, page.extracted.main_text, url, terms.code);
  if (page.kind != decode::BodyKind::kHtml) input.title_bytes = TitleBytes(input.text);
  if (terms.date) input.published = terms.date;
  std::vector<extract::Finding> findings;
  // A list of headlines announces nothing by itself.
  if (!page.extracted.is_hub) findings = extract::Detect(input);
  if (terms.known) terms.known->Apply(input.published, &findings);
  Json answer;
  answer["url"] = url.empty() ? Json(nullptr) : Json(url);
  answer["page_date"] = input.published ? Json(DayOf(*input.published)) : Json(nullptr);
  answer["findings"] = Json::array();
  for (const extract::Finding& finding : findings)
    answer["findings"].push_back(gateway::FindingJson(worker::ToProto(finding)));
  return answer;
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
    const auto body = ReadFile(file);
    if (body.ok()) {
      element.update(Judge(*body, terms));
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
  const auto body = ReadFile(options.file);
  if (!body.ok()) return Fail(context, body.status());
  const Json answer = Judge(*body, *terms);
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
