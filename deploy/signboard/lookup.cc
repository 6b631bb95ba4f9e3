// signboard lookup | versions | urls: what the archive holds of a URL.
#include <cstdio>

#include "crawler/extract/extract.h"
#include "deploy/signboard/cli.h"
#include "proto/base/digest.h"
#include "proto/base/text.h"
#include "storage/gateway/brought_by.h"

namespace signboard::cli {
namespace {

struct LookupOptions {
  std::string url;
  std::string at;
  std::string nearest = "at";
  bool raw = false;
  bool rendered = false;
  bool text = false;
  bool headers = false;
  bool meta = false;
};

StatusOr<v1::GetRequest> MakeRequest(const LookupOptions& options) {
  v1::GetRequest request;
  request.set_url(options.url);
  // <17 digits>-<8 hex>/<URL>: what recrawl and versions print.
  if (options.url.size() > 27 && options.url[17] == '-' && options.url[26] == '/') {
    request.set_snapshot_id(options.url);
  }
  if (!options.at.empty()) {
    const auto range = base::ParseTimeRange(options.at);
    if (!range.ok()) return base::Annotate(range.status(), "--at");
    // A day means: as it stood when the day ended.
    request.set_at_ms(ToMillis(range->end) - 1);
    if (options.nearest == "before") request.set_at_ms(ToMillis(range->first));
  }
  request.set_nearest(options.nearest == "before"    ? v1::NEAREST_BEFORE
                      : options.nearest == "after"   ? v1::NEAREST_AFTER
                      : options.nearest == "closest" ? v1::NEAREST_CLOSEST
                                                     : v1::NEAREST_AT);
  const bool wants_body = !options.headers && !options.meta;
  request.set_with_body_only(wants_body && request.snapshot_id().empty());
  if (wants_body) {
    request.set_body(options.raw        ? v1::GetRequest::WIRE
                     : options.rendered ? v1::GetRequest::RENDERED
                                        : v1::GetRequest::DECODED);
  }
  return request;
}

void Talk(const v1::Snapshot& s) {
  std::fprintf(stderr, "%s  %s  status %d, %s, %s  sha256 %s\n%s\n",
               Instant(s.captured_ms()).c_str(), OutcomeWord(s.outcome()).c_str(), s.http_status(),
               s.charset().used().empty() ? "no charset" : s.charset().used().c_str(),
               Bytes(s.body_bytes()).c_str(), base::ToHex(s.body_sha256()).c_str(),
               base::EscapeTerminal(s.id()).c_str());
  const std::string_view by = gateway::BroughtBy(s);
  if (!by.empty()) std::fprintf(stderr, "brought by %s\n", base::EscapeTerminal(by).c_str());
}

void PrintHeaders(const v1::Snapshot& s) {
  const std::string phrase = s.reason_phrase().empty() ? "" : " " + s.reason_phrase();
  std::printf("HTTP/%s %d%s\n", s.http_version().c_str(), s.http_status(),
              base::EscapeTerminal(phrase).c_str());
  for (const auto& field : s.response_headers())
    std::printf("%s: %s\n", base::EscapeTerminal(field.name()).c_str(),
                base::EscapeTerminal(field.value()).c_str());
}

Status PrintText(const v1::Snapshot& snapshot, const std::string& body, bool rendered) {
  ASSIGN_OR_RETURN(const base::Url url, base::Url::Parse(snapshot.url()));
  const std::string_view type = rendered ? extract::kRenderedType : snapshot.content_type();
  const auto page = extract::ExtractFromBody(body, type, url).extracted;
  if (!page.facts.title.empty())
    std::printf("%s\n\n", base::EscapeTerminal(page.facts.title).c_str());
  std::printf("%s\n", page.main_text.c_str());
  return OkStatus();
}

int Lookup(const Context& context, LookupOptions options) {
  options.meta = context.json || context.ndjson;
  const auto request = MakeRequest(options);
  if (!request.ok()) return Fail(context, request.status());
  const auto stub = v1::Archive::NewStub(context.Channel("archive"));
  grpc::ClientContext call;
  if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
  const auto reader = stub->Get(&call, *request);
  v1::GetReply reply;
  v1::Snapshot snapshot;
  std::string kept;
  while (reader->Read(&reply)) {
    if (reply.has_snapshot()) {
      snapshot = reply.snapshot();
      if (!options.meta) Talk(snapshot);
    } else if (options.text) {
      kept += reply.chunk();
    } else {
      std::fwrite(reply.chunk().data(), 1, reply.chunk().size(), stdout);
    }
  }
  const auto status = reader->Finish();
  if (!status.ok()) {
    return Fail(context, status,
                status.error_code() == grpc::StatusCode::NOT_FOUND && !options.rendered
                    ? "signboard recrawl '" + options.url + "' --wait 60s captures it now"
                    : "");
  }
  if (options.meta) PrintJson(gateway::SnapshotJson(snapshot));
  if (options.headers) PrintHeaders(snapshot);
  if (options.text) {
    if (const Status printed = PrintText(snapshot, kept, options.rendered); !printed.ok())
      return Fail(context, printed);
  }
  return kOk;
}

struct VersionsOptions {
  std::string url;
  bool all = false;
  uint32_t limit = 1'000;
};

int Versions(const Context& context, const VersionsOptions& options) {
  v1::ListVersionsRequest request;
  request.set_url(options.url);
  request.set_all(options.all);
  request.set_limit(options.limit);
  const auto stub = v1::Archive::NewStub(context.Channel("archive"));
  grpc::ClientContext call;
  if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
  const auto reader = stub->ListVersions(&call, request);
  Json all = Json::array();
  std::vector<std::vector<std::string>> rows;
  v1::Version version;
  while (reader->Read(&version)) {
    const auto& s = version.snapshot();
    Json document = gateway::SnapshotJson(s);
    document["is_version"] = version.is_version();
    document["is_change"] = version.is_change();
    if (context.ndjson) PrintNdjson(document);
    all.push_back(std::move(document));
    rows.push_back({Instant(s.captured_ms()), OutcomeWord(s.outcome()),
                    std::to_string(s.http_status()),
                    s.body_sha256().empty() ? "-" : base::ToHex(s.body_sha256()).substr(0, 16),
                    Bytes(s.body_bytes()),
                    version.is_change()    ? "changed"
                    : version.is_version() ? "bytes"
                                           : "same",
                    s.id()});
  }
  if (const auto status = reader->Finish(); !status.ok()) return Fail(context, status);
  if (rows.empty())
    return Fail(context, base::NotFound("no capture of " + options.url),
                "signboard recrawl '" + options.url + "' --wait 60s captures it now");
  if (context.json) PrintJson({{"url", options.url}, {"versions", all}});
  if (!context.json && !context.ndjson)
    PrintTable({"CAPTURED", "OUTCOME", "STATUS", "SHA256", "SIZE", "CONTENT", "ID"}, rows);
  return kOk;
}

struct UrlsOptions {
  std::string query;
  std::string match = "host";
  uint32_t limit = 1'000;
};

int Urls(const Context& context, const UrlsOptions& options) {
  v1::ListUrlsRequest request;
  request.set_query(options.query);
  request.set_limit(options.limit);
  request.set_match(options.match == "prefix"   ? v1::ListUrlsRequest::PREFIX
                    : options.match == "domain" ? v1::ListUrlsRequest::DOMAIN
                    : options.match == "exact"  ? v1::ListUrlsRequest::EXACT
                                                : v1::ListUrlsRequest::HOST);
  const auto stub = v1::Archive::NewStub(context.Channel("archive"));
  grpc::ClientContext call;
  if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
  const auto reader = stub->ListUrls(&call, request);
  Json all = Json::array();
  std::vector<std::vector<std::string>> rows;
  v1::UrlEntry entry;
  while (reader->Read(&entry)) {
    Json document = {{"url", entry.url()},
                               {"surt", entry.surt()},
                               {"first", Instant(entry.first_ms())},
                               {"last", Instant(entry.last_ms())},
                               {"captures", entry.capture_count()},
                               {"title", entry.title()},
                               {"last_outcome", OutcomeWord(entry.last_outcome())}};
    if (context.ndjson) PrintNdjson(document);
    all.push_back(std::move(document));
    rows.push_back({Instant(entry.last_ms()), std::to_string(entry.capture_count()),
                    OutcomeWord(entry.last_outcome()), entry.url(), entry.title()});
  }
  if (const auto status = reader->Finish(); !status.ok()) return Fail(context, status);
  if (context.json) PrintJson({{"query", options.query}, {"urls", all}});
  if (!context.json && !context.ndjson)
    PrintTable({"LAST", "CAPTURES", "OUTCOME", "URL", "TITLE"}, rows);
  return rows.empty() ? kNotFound : kOk;
}

}  // namespace

void AddLookup(CLI::App& app, Context& context) {
  auto o = std::make_shared<LookupOptions>();
  auto* verb = app.add_subcommand("lookup", "The version of a URL at a date, byte for byte");
  verb->add_option("url", o->url, "The URL, or a snapshot id")->required();
  verb->add_option("--at", o->at, "2025-11-18, 2025-11-18T09:00:00+08:00, 20251118 (UTC); now");
  verb->add_option("--nearest", o->nearest, "at, before, after or closest")
      ->check(CLI::IsMember({"at", "before", "after", "closest"}))
      ->capture_default_str();
  auto* raw = verb->add_flag("--raw", o->raw, "The bytes as they were on the wire");
  auto* text = verb->add_flag("--text", o->text, "Title and main text")->excludes(raw);
  verb->add_flag("--rendered", o->rendered, "What a browser made of it ([crawler] render)")
      ->excludes(raw);
  verb->add_flag("--headers", o->headers, "Status line and headers")->excludes(raw)->excludes(text);
  verb->footer("Example: signboard lookup https://www.jxjaxzf.gov.cn/ --at 2025-11-18 > page.html");
  verb->callback(
      [&context, o] { context.action = [&context, o] { return Lookup(context, *o); }; });
}

void AddVersions(CLI::App& app, Context& context) {
  auto o = std::make_shared<VersionsOptions>();
  auto* verb = app.add_subcommand("versions", "Every version of a URL: when, digest, what changed");
  verb->add_option("url", o->url, "The URL")->required();
  verb->add_flag("--all", o->all, "Unchanged captures too");
  verb->add_option("--limit", o->limit, "At most this many")->check(CLI::Range(1u, 100'000u));
  verb->callback(
      [&context, o] { context.action = [&context, o] { return Versions(context, *o); }; });
}

void AddUrls(CLI::App& app, Context& context) {
  auto o = std::make_shared<UrlsOptions>();
  auto* verb = app.add_subcommand("urls", "The URLs kept of a host, a prefix or a domain");
  verb->add_option("query", o->query, "HOST, PREFIX or DOMAIN")->required();
  verb->add_option("--match", o->match, "host, prefix, domain or exact")
      ->check(CLI::IsMember({"host", "prefix", "domain", "exact"}))
      ->capture_default_str();
  verb->add_option("--limit", o->limit, "At most this many")->check(CLI::Range(1u, 100'000u));
  verb->callback([&context, o] { context.action = [&context, o] { return Urls(context, *o); }; });
}

}  // namespace signboard::cli
