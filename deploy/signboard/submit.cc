// signboard submit FILE --by WHO: what a person brings, kept as if its URL had answered with it.
// Who brought it stands with the capture for ever.
#include <cstdio>
#include <filesystem>

#include "deploy/signboard/archive_verbs.h"
#include "deploy/signboard/brought_page.h"
#include "deploy/signboard/capture_store.h"
#include "deploy/signboard/place_codes.h"
#include "proto/base/digest.h"
#include "proto/base/percent.h"
#include "proto/base/rpc_status.h"
#include "proto/base/text.h"
#include "proto/base/url.h"
#include "storage/gateway/brought_by.h"
#include "storage/gateway/register_words.h"
#include "storage/warc/source.h"

namespace signboard::cli {
namespace {

constexpr size_t kFileBytesMax = kBroughtBytesMax;
constexpr int kFindingsShown = 20;

struct Options {
  std::string what;
  std::string by;
  std::string url;
  std::string at;
  std::string type;
  std::string place_code;
};

struct Magic {
  std::string_view start;
  const char* type;
};
constexpr Magic kMagics[] = {
    {"%PDF-", "application/pdf"}, {"\x89PNG\r\n\x1a\n", "image/png"},
    {"GIF8", "image/gif"},        {"\xff\xd8\xff", "image/jpeg"},
    {"BM", "image/bmp"},          {"II*", "image/tiff"},
    {"{", "application/json"},
};

// What the bytes begin with decides; a page may begin with anything, and its name tells.
std::string TypeOf(const std::string& path, std::string_view bytes) {
  for (const Magic& magic : kMagics)
    if (bytes.starts_with(magic.start)) return magic.type;
  if (bytes.starts_with("RIFF") && bytes.find("WEBP") == 8) return "image/webp";
  const std::string extension =
      base::ToLowerAscii(std::filesystem::path(path).extension().string());
  if (extension == ".txt" || extension == ".md") return "text/plain";
  const std::string start = base::ToLowerAscii(bytes.substr(0, 1'024));
  const bool is_html = extension.starts_with(".htm") || extension == ".xhtml" ||
                       start.find("<html") != std::string::npos ||
                       start.find("<!doctype html") != std::string::npos;
  return is_html ? "text/html" : "application/octet-stream";
}

StatusOr<std::string> ReadFile(const std::string& path) {
  ASSIGN_OR_RETURN(const auto source, path == "-" ? warc::FileSource::OfStandardInput()
                                                  : warc::FileSource::Open(path));
  if (source->size() == 0) return base::InvalidArgument(path + " is empty");
  if (source->size() > kFileBytesMax) {
    return base::InvalidArgument(path + " has " + std::to_string(source->size()) +
                                 " bytes, more than " + std::to_string(kFileBytesMax));
  }
  std::string bytes(source->size(), '\0');
  ASSIGN_OR_RETURN(const size_t count, source->ReadAt(0, bytes.data(), bytes.size()));
  bytes.resize(count);
  return bytes;
}

// A file without a URL has one that no site can have (RFC 2606), by its digest and its name.
std::string OwnUrl(const std::string& path, std::string_view bytes) {
  const std::string name = path == "-" ? "file" : std::filesystem::path(path).filename().string();
  std::string url =
      "http://submitted.invalid/" + base::ToHex(base::Sha256(bytes)).substr(0, 16) + "/";
  for (const char c : name) {
    // What would end the path, or decode to something else.
    const bool ends = c == '%' || c == '?' || c == '#' || c == '/' || c == '\\';
    if (ends) base::AppendPercent(c, &url);
    else base::AppendPercentEncoded(base::PercentSet::kPath, std::string_view(&c, 1), &url);
  }
  return url;
}

StatusOr<UnixTime> InstantOf(const std::string& at) {
  if (at.empty()) return base::SystemClock().Now();
  const auto range = base::ParseTimeRange(at);
  if (!range.ok()) return base::Annotate(range.status(), "--at");
  return range->first;
}

StatusOr<BroughtFile> FileOf(const Options& options) {
  BroughtFile file;
  ASSIGN_OR_RETURN(file.bytes, ReadFile(options.what));
  ASSIGN_OR_RETURN(file.date, InstantOf(options.at));
  file.content_type = options.type.empty() ? TypeOf(options.what, file.bytes) : options.type;
  file.url = options.url.empty() ? OwnUrl(options.what, file.bytes) : options.url;
  const auto url = base::Url::Parse(file.url);
  if (!url.ok()) return base::Annotate(url.status(), "--url");
  if (!url->is_http()) return base::InvalidArgument("--url is no http or https URL");
  return file;
}

void Print(const Context& context, const v1::Snapshot& snapshot, const worker::Capture& capture) {
  v1::FetchSummary summary;
  const int count = std::min(capture.header.findings_size(), kFindingsShown);
  for (int i = 0; i < count; ++i) *summary.add_findings() = capture.header.findings(i);
  if (context.json || context.ndjson) {
    Json document = gateway::SnapshotJson(snapshot);
    document["dry_run"] = context.dry_run;
    for (const auto& finding : summary.findings())
      document["findings"].push_back(gateway::FindingJson(finding));
    return context.json ? PrintJson(document) : PrintNdjson(document);
  }
  std::printf("%s   %s\n", context.dry_run ? "would keep" : "kept      ",
              base::EscapeTerminal(snapshot.url()).c_str());
  std::printf("  snapshot  %s\n  type      %s, %s\n  by        %s\n",
              base::EscapeTerminal(snapshot.id()).c_str(),
              base::EscapeTerminal(snapshot.content_type()).c_str(),
              Bytes(snapshot.body_bytes()).c_str(),
              base::EscapeTerminal(std::string(gateway::BroughtBy(snapshot))).c_str());
  const std::string& title = snapshot.page().title();
  if (!title.empty()) std::printf("  title     %s\n", base::EscapeTerminal(title).c_str());
  const std::string& said = snapshot.page().canonical_url();
  if (!said.empty() && said != snapshot.url()) {
    std::printf("  says      it is %s: --url keeps it there\n", base::EscapeTerminal(said).c_str());
  }
  PrintFindings(summary);
}

int SubmitFile(const Context& context, const Options& options) {
  auto file = FileOf(options);
  if (!file.ok()) return Fail(context, file.status());
  Bringing bringing;
  bringing.who = options.by;
  PlaceCodes codes;
  if (options.place_code.empty() && !context.dry_run) {
    const Status loaded = codes.Load(context);
    if (loaded.code() == StatusCode::kUnavailable) return Fail(context, base::ToGrpc(loaded));
  }
  bringing.place_code = [&](const std::string& url) {
    return options.place_code.empty() ? codes.Of(url) : options.place_code;
  };
  worker::Capture capture = ReadBroughtFile(std::move(*file), bringing);
  v1::Snapshot snapshot = capture.header.snapshot();
  if (!context.dry_run) {
    CaptureStore store(context.Channel("archive"));
    const auto stored = store.Store(&capture);
    if (!stored.ok()) return Fail(context, base::ToGrpc(stored.status()));
    snapshot.set_id(stored->snapshot_id());
  }
  Print(context, snapshot, capture);
  return kOk;
}

int Submit(const Context& context, const Options& options) {
  if (options.by.empty())
    return Fail(context, base::InvalidArgument("--by is empty: who brings it?"));
  std::error_code none;
  const bool is_file = options.what == "-" || std::filesystem::exists(options.what, none);
  if (is_file) return SubmitFile(context, options);
  return Fail(context, base::NotFound("no file " + options.what),
              base::Url::Parse(options.what).ok()
                  ? "`signboard recrawl " + options.what + " --wait 60s` fetches a URL"
                  : "");
}

}  // namespace

void AddSubmit(CLI::App& app, Context& context) {
  auto o = std::make_shared<Options>();
  auto* verb =
      app.add_subcommand("submit", "Keeps a saved page, a PDF, an image that a person brings");
  verb->add_option("what", o->what, "A file: a saved page, a PDF, an image; - is standard input")
      ->required();
  verb->add_option("--by", o->by, "Who brings it; stored and shown with the capture")->required();
  verb->add_option("--url", o->url, "Where it was seen; else under http://submitted.invalid/");
  verb->add_option("--at", o->at, "When it was seen (2025-11-18); now");
  verb->add_option("--type", o->type, "Its media type; else what it looks like");
  verb->add_option("--code", o->place_code, "Place of the site (GB/T 2260); else that of its seed");
  verb->footer("Examples:\n"
               "  signboard submit saved.html --by 'Li Wei' --url https://mp.weixin.qq.com/s/abc\n"
               "  signboard submit notice.pdf --by 'Li Wei' --url https://www.example.cn/n.pdf");
  verb->callback([&context, o] { context.action = [&context, o] { return Submit(context, *o); }; });
}

}  // namespace signboard::cli
