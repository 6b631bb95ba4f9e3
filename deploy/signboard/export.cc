// signboard export QUERY --format warc|wacz|cdxj|csv -o FILE: what is kept, for others to read.
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "deploy/signboard/archive_verbs.h"
#include "deploy/signboard/export_stream.h"
#include "deploy/signboard/version.h"
#include "proto/base/digest.h"
#include "proto/base/rpc_status.h"
#include "proto/base/text.h"
#include "storage/gateway/csv.h"
#include "storage/warc/line_sorter.h"
#include "storage/warc/wacz.h"

namespace signboard::cli {
namespace {

struct Options {
  std::string query;
  std::string format;
  std::string output;
  std::string match;
  std::string from;
  std::string to;
  std::string index;
  std::string title;
  uint32_t limit = 0;
};

struct Tally {
  uint64_t captures = 0;
  uint64_t beyond = 0;
  uint64_t revisits = 0;
  uint64_t damaged = 0;
};

// Where an export goes: one of the four formats.
class Format {
 public:
  virtual ~Format() = default;
  virtual Status Add(const Exported& exported) = 0;
  virtual Status Finish() = 0;
};

std::string Software() { return std::string("Signboard/") + kVersion; }

StatusOr<std::unique_ptr<warc::FileSink>> OpenOutput(const std::string& path) {
  if (path != "-") return warc::FileSink::Create(path);
  return std::unique_ptr<warc::FileSink>();
}

// A file, or standard output where there is none.
class Output final : public warc::Sink {
 public:
  explicit Output(std::unique_ptr<warc::FileSink> file) : file_(std::move(file)) {}
  Status Write(std::string_view bytes) override {
    if (file_ != nullptr) return file_->Write(bytes);
    const size_t count = std::fwrite(bytes.data(), 1, bytes.size(), stdout);
    return count == bytes.size() ? OkStatus() : base::Unavailable("cannot write standard output");
  }
  Status Finish() { return file_ != nullptr ? file_->Finish() : OkStatus(); }

 private:
  const std::unique_ptr<warc::FileSink> file_;
};

class WarcFormat final : public Format {
 public:
  static StatusOr<std::unique_ptr<Format>> Create(const Options& options) {
    auto format = std::unique_ptr<WarcFormat>(new WarcFormat(options));
    ASSIGN_OR_RETURN(auto file, OpenOutput(options.output));
    format->output_ = std::make_unique<Output>(std::move(file));
    const bool plain = options.output.ends_with(".warc");
    format->writer_ = std::make_unique<warc::Writer>(
        *format->output_, plain ? warc::Writer::Coding::kPlain : warc::Writer::Coding::kGzip);
    format->records_ = std::make_unique<ExportRecords>(
        *format->writer_, std::filesystem::path(options.output).filename().string(),
        [sorter = &format->lines_, wanted = !options.index.empty()](warc::CdxjEntry entry) {
          entry.record_digest.clear();
          return wanted ? sorter->Add(warc::CdxjLine(entry)) : OkStatus();
        });
    RETURN_IF_ERROR(format->records_->WriteInfo(Software(), "signboard export " + options.query,
                                                base::SystemClock().Now()));
    return std::unique_ptr<Format>(std::move(format));
  }
  Status Add(const Exported& exported) override { return records_->Write(exported); }
  Status Finish() override {
    RETURN_IF_ERROR(output_->Finish());
    if (options_.index.empty()) return OkStatus();
    ASSIGN_OR_RETURN(const auto index, warc::FileSink::Create(options_.index));
    RETURN_IF_ERROR(lines_.Give([&index](const std::string& line) {
      return index->Write(line + "\n");
    }));
    return index->Finish();
  }

 private:
  explicit WarcFormat(const Options& options) : options_(options) {}

  const Options& options_;
  std::unique_ptr<Output> output_;
  std::unique_ptr<warc::Writer> writer_;
  std::unique_ptr<ExportRecords> records_;
  warc::LineSorter lines_;
};

class WaczFormat final : public Format {
 public:
  static StatusOr<std::unique_ptr<Format>> Create(const Options& options) {
    const UnixTime now = base::SystemClock().Now();
    warc::WaczOptions about;
    about.title = options.title.empty() ? options.query : options.title;
    about.description = "signboard export " + options.query;
    about.software = Software();
    about.created = now;
    auto format = std::make_unique<WaczFormat>();
    ASSIGN_OR_RETURN(format->wacz_, warc::WaczWriter::Create(options.output, about));
    format->writer_ =
        std::make_unique<warc::Writer>(format->wacz_->warc(), warc::Writer::Coding::kGzip);
    format->records_ = std::make_unique<ExportRecords>(
        *format->writer_, warc::kWaczWarcName,
        [wacz = format->wacz_.get()](const warc::CdxjEntry& entry) {
          return wacz->AddToIndex(entry);
        });
    RETURN_IF_ERROR(format->records_->WriteInfo(Software(), about.description, now));
    return std::unique_ptr<Format>(std::move(format));
  }
  Status Add(const Exported& exported) override {
    RETURN_IF_ERROR(records_->Write(exported));
    const v1::Snapshot& s = exported.snapshot;
    const bool is_page = s.outcome() == v1::OUTCOME_CONTENT && s.http_status() == 200 &&
                         base::ToLowerAscii(warc::CdxjMime(s.content_type())) == "text/html";
    if (!is_page) return OkStatus();
    return wacz_->AddPage({base::ToHex(s.capture_id()), s.url(), base::FromMillis(s.captured_ms()),
                           s.page().title(), s.wire_bytes()});
  }
  Status Finish() override { return wacz_->Finish(); }

 private:
  std::unique_ptr<warc::WaczWriter> wacz_;
  std::unique_ptr<warc::Writer> writer_;
  std::unique_ptr<ExportRecords> records_;
};

// A line a capture, without places in files. What has no body is no line: nothing can be replayed.
class CdxjFormat final : public Format {
 public:
  explicit CdxjFormat(std::unique_ptr<Output> output) : output_(std::move(output)) {}
  Status Add(const Exported& exported) override {
    const v1::Snapshot& snapshot = exported.snapshot;
    if (!HasBytes(snapshot)) return OkStatus();
    return lines_.Add(warc::CdxjLine(IndexEntryOf(snapshot)));
  }
  Status Finish() override {
    RETURN_IF_ERROR(
        lines_.Give([this](const std::string& line) { return output_->Write(line + "\n"); }));
    return output_->Finish();
  }

 private:
  std::unique_ptr<Output> output_;
  warc::LineSorter lines_;
};

class CsvFormat final : public Format {
 public:
  explicit CsvFormat(std::unique_ptr<Output> output) : output_(std::move(output)) {}
  Status Add(const Exported& exported) override {
    const v1::Snapshot& s = exported.snapshot;
    if (std::exchange(is_first_, false)) {
      RETURN_IF_ERROR(output_->Write(gateway::CsvLine(
          {"captured", "url", "outcome", "reason", "status", "content_type", "bytes", "sha256",
           "sha1", "wire_bytes", "title", "published", "redirect_to", "revisit_of", "vantage",
           "id"})));
    }
    const auto hex = [](const std::string& digest) { return base::ToHex(digest); };
    return output_->Write(gateway::CsvLine(
        {Instant(s.captured_ms()), s.url(), OutcomeWord(s.outcome()),
         s.reason() == v1::REASON_UNSPECIFIED ? "" : ReasonWord(s.reason()),
         std::to_string(s.http_status()), s.content_type(), std::to_string(s.body_bytes()),
         hex(s.body_sha256()), hex(s.body_sha1()), std::to_string(s.wire_bytes()),
         s.page().title(), s.page().has_published_ms() ? Instant(s.page().published_ms()) : "",
         s.redirect_to(), s.revisit_of(), s.vantage(), s.id()}));
  }
  Status Finish() override { return output_->Finish(); }

 private:
  std::unique_ptr<Output> output_;
  bool is_first_ = true;
};

StatusOr<std::unique_ptr<Format>> MakeFormat(const Options& options) {
  if (options.format == "warc") return WarcFormat::Create(options);
  if (options.format == "wacz") {
    if (options.output == "-") return base::InvalidArgument("a WACZ goes to a file: -o FILE.wacz");
    return WaczFormat::Create(options);
  }
  ASSIGN_OR_RETURN(auto file, OpenOutput(options.output));
  auto output = std::make_unique<Output>(std::move(file));
  if (options.format == "cdxj")
    return std::unique_ptr<Format>(std::make_unique<CdxjFormat>(std::move(output)));
  return std::unique_ptr<Format>(std::make_unique<CsvFormat>(std::move(output)));
}

// What the file's name says, where nobody says it.
std::string FormatOf(const Options& options) {
  if (!options.format.empty()) return options.format;
  for (const char* format : {"wacz", "cdxj", "csv"})
    if (options.output.ends_with(std::string(".") + format)) return format;
  return options.output.find(".warc") != std::string::npos ? "warc" : "";
}

StatusOr<v1::ExportRequest> RequestOf(const Options& options) {
  v1::ExportRequest request;
  v1::ListUrlsRequest& urls = *request.mutable_urls();
  const bool is_url = options.query.find("://") != std::string::npos;
  const std::string match = !options.match.empty() ? options.match : is_url ? "exact" : "host";
  urls.set_query(options.query);
  urls.set_limit(options.limit);
  urls.set_match(match == "prefix"   ? v1::ListUrlsRequest::PREFIX
                 : match == "domain" ? v1::ListUrlsRequest::DOMAIN
                 : match == "host"   ? v1::ListUrlsRequest::HOST
                                     : v1::ListUrlsRequest::EXACT);
  if (!options.from.empty()) {
    const auto range = base::ParseTimeRange(options.from);
    if (!range.ok()) return base::Annotate(range.status(), "--from");
    request.set_from_ms(ToMillis(range->first));
  }
  if (!options.to.empty()) {
    const auto range = base::ParseTimeRange(options.to);
    if (!range.ok()) return base::Annotate(range.status(), "--to");
    request.set_to_ms(ToMillis(range->end) - 1);
  }
  return request;
}

void Talk(const Tally& tally, bool last) {
  if (isatty(STDERR_FILENO) == 0 || (!last && tally.captures % 100 != 0)) return;
  std::fprintf(stderr, "\r%llu captures%s", static_cast<unsigned long long>(tally.captures),
               last ? "\n" : "");
}

Status Run(const Context& context, const Options& options, Tally* tally) {
  ASSIGN_OR_RETURN(const v1::ExportRequest request, RequestOf(options));
  const bool with_bytes = options.format == "warc" || options.format == "wacz";
  const auto stream =
      with_bytes ? ExportWithBytes(context, request) : ExportWithoutBytes(context, request);
  std::unique_ptr<Format> format;
  Exported exported;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, stream->Next(&exported));
    if (!more) break;
    // Nothing is begun for a query that nothing answers.
    if (format == nullptr && !context.dry_run) {
      ASSIGN_OR_RETURN(format, MakeFormat(options));
    }
    if (!exported.damage.empty()) {
      ++tally->damaged;
      std::fprintf(stderr, "signboard: not exported: %s\n",
                   base::EscapeTerminal(exported.damage).c_str());
      continue;
    }
    if (format != nullptr) RETURN_IF_ERROR(format->Add(exported));
    ++tally->captures;
    if (exported.beyond) ++tally->beyond;
    const bool revisit = exported.snapshot.outcome() == v1::OUTCOME_UNCHANGED;
    if (revisit || exported.identical) ++tally->revisits;
    Talk(*tally, false);
  }
  if (tally->captures + tally->damaged == 0)
    return base::NotFound("no capture of " + options.query);
  Talk(*tally, true);
  return format != nullptr ? format->Finish() : OkStatus();
}

int Export(const Context& context, Options options) {
  options.format = FormatOf(options);
  if (options.format.empty()) {
    return Fail(context, base::InvalidArgument("--format: which? The file's name does not say"));
  }
  if (!options.index.empty() && options.format != "warc")
    return Fail(context, base::InvalidArgument("--index goes with --format warc"));
  if (options.output == "-" && (context.json || context.ndjson))
    return Fail(context, base::InvalidArgument("--json goes with -o FILE"));
  Tally tally;
  const Status status = Run(context, options, &tally);
  if (!status.ok()) return Fail(context, base::ToGrpc(status));
  const Json document = {{"file", options.output},
                         {"format", options.format},
                         {"captures", tally.captures},
                         {"revisits", tally.revisits},
                         {"beyond_query", tally.beyond},
                         {"damaged", tally.damaged},
                         {"dry_run", context.dry_run}};
  if (context.json) PrintJson(document);
  if (context.ndjson) PrintNdjson(document);
  if (!context.json && !context.ndjson) {
    std::fprintf(stderr, "%s%llu captures, %llu of them revisits, in %s\n",
                 context.dry_run ? "would export " : "",
                 static_cast<unsigned long long>(tally.captures),
                 static_cast<unsigned long long>(tally.revisits), options.output.c_str());
  }
  return tally.damaged > 0 ? kPartly : kOk;
}

}  // namespace

void AddExport(CLI::App& app, Context& context) {
  auto o = std::make_shared<Options>();
  auto* verb = app.add_subcommand("export", "What is kept, as WARC, WACZ, CDXJ or CSV");
  verb->add_option("query", o->query, "URL, prefix, host or domain")->required();
  verb->add_option("-o,--output", o->output, "FILE; - is standard output")->required();
  verb->add_option("--format", o->format, "warc, wacz, cdxj or csv; else what FILE's name says")
      ->check(CLI::IsMember({"warc", "wacz", "cdxj", "csv"}));
  verb->add_option("--match", o->match, "exact, prefix, host or domain; exact of a URL, else host")
      ->check(CLI::IsMember({"exact", "prefix", "host", "domain"}));
  verb->add_option("--from", o->from, "Captured then or later: 2025, 2025-11-18, 20251118030405");
  verb->add_option("--to", o->to, "Captured then or before");
  verb->add_option("--limit", o->limit, "At most this many captures");
  verb->add_option("--index", o->index, "Of a WARC file: its CDXJ index, in a file of its own");
  verb->add_option("--title", o->title, "Of a WACZ");
  verb->footer("Examples:\n  signboard export www.jxjaxzf.gov.cn -o site.warc.gz\n"
               "  signboard export jingan.gov.cn --match domain --from 2025 -o 2025.wacz\n"
               "  signboard export http://a.cn/news/ --match prefix -o news.csv");
  verb->callback([&context, o] { context.action = [&context, o] { return Export(context, *o); }; });
}

}  // namespace signboard::cli
