#include "storage/gateway/words.h"

#include <charconv>

#include "proto/base/digest.h"
#include "proto/base/text.h"
#include "storage/gateway/register_words.h"

namespace signboard::gateway {
namespace {

std::string Word(const std::string& name, std::string_view prefix) {
  if (name.size() <= prefix.size()) return "unknown";
  return base::ToLowerAscii(std::string_view(name).substr(prefix.size()));
}

std::string Time(int64_t ms) { return base::FormatRfc3339(FromMillis(ms)); }

void PutText(Json* json, const char* key, const std::string& text) {
  if (!text.empty()) (*json)[key] = text;
}

void PutHex(Json* json, const char* key, const std::string& digest) {
  if (!digest.empty()) (*json)[key] = base::ToHex(digest);
}

int64_t WholeMillis(const google::protobuf::Duration& span) {
  return span.seconds() * 1'000 + span.nanos() / 1'000'000;
}

Json RenderedJson(const v1::RenderedFacts& rendered) {
  Json json = {{"requests_made", rendered.requests_made()},
               {"requests_refused", rendered.requests_refused()},
               {"elapsed_ms", WholeMillis(rendered.elapsed())}};
  PutText(&json, "engine", rendered.engine());
  PutHex(&json, "sha256", rendered.sha256());
  if (!rendered.sha256().empty()) json["bytes"] = rendered.bytes();
  if (rendered.truncated()) json["truncated"] = true;
  PutText(&json, "detail", rendered.detail());
  return json;
}

bool StartsWithScheme(std::string_view text, std::string_view scheme) {
  return base::EqualsIgnoreCaseAscii(text.substr(0, scheme.size()), scheme);
}

}  // namespace

std::string OutcomeWord(v1::Outcome outcome) {
  return Word(v1::Outcome_Name(outcome), "OUTCOME_");
}
std::string ReasonWord(v1::Reason reason) { return Word(v1::Reason_Name(reason), "REASON_"); }
std::string JobStateWord(v1::JobState state) { return Word(v1::JobState_Name(state), "JOB_"); }

std::string EncodeQuery(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    const bool plain = (u >= '0' && u <= '9') || ((u | 0x20) >= 'a' && (u | 0x20) <= 'z') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out.append({'%', kHex[u >> 4], kHex[u & 15]});
    }
  }
  return out;
}

std::string ShellQuoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string RecrawlCommand(std::string_view url) {
  return "signboard recrawl " + ShellQuoted(url) + " --wait 60s";
}

std::string MarkedPath(int64_t captured_ms, std::string_view mark, std::string_view url) {
  return "/web/" + base::FormatDigits14(FromMillis(captured_ms)) + std::string(mark) + "/" +
         std::string(url);
}

std::string ReplayPath(int64_t captured_ms, std::string_view url) {
  return MarkedPath(captured_ms, "id_", url);
}

std::string ViewPath(int64_t captured_ms, std::string_view url) {
  return MarkedPath(captured_ms, "", url);
}

bool HasBody(const v1::Snapshot& snapshot) {
  return snapshot.outcome() == v1::OUTCOME_CONTENT || !snapshot.revisit_of().empty() ||
         snapshot.recipe().method() != v1::WireRecipe::METHOD_UNSPECIFIED;
}

std::string ReplayPathOfId(std::string_view snapshot_id) {
  const size_t slash = snapshot_id.find('/');
  if (slash == std::string_view::npos) return "";
  if (snapshot_id.find_first_not_of("0123456789") < 14) return "";
  const auto url = ParseWebUrl(snapshot_id.substr(slash + 1));
  return url.ok() ? "/web/" + std::string(snapshot_id.substr(0, 14)) + "id_/" + url->href() : "";
}

StatusOr<Url> ParseWebUrl(std::string_view text) {
  text = base::TrimAscii(text);
  if (text.empty()) return base::InvalidArgument("a URL is needed");
  if (text.size() > base::kUrlBytesMax)
    return base::InvalidArgument("longer than " + std::to_string(base::kUrlBytesMax) + " bytes");
  std::string whole(text);
  if (!StartsWithScheme(text, "http:") && !StartsWithScheme(text, "https:")) {
    const size_t scheme = text.find("://");
    if (scheme != std::string_view::npos && scheme < text.find_first_of("/?#"))
      return base::InvalidArgument("only http and https URLs are archived");
    whole.insert(0, "http://");
  }
  ASSIGN_OR_RETURN(const Url url, Url::Parse(whole));
  if (!url.is_http() || url.host().empty())
    return base::InvalidArgument("only http and https URLs are archived");
  return Url::Parse(url.HrefWithoutFragment());
}

StatusOr<Url> ParseReplayUrl(std::string_view rest_of_path) {
  std::string url(rest_of_path);
  for (const std::string_view scheme : {"http:/", "https:/"}) {
    if (base::EqualsIgnoreCaseAscii(std::string_view(url).substr(0, scheme.size()), scheme) &&
        url.compare(scheme.size(), 1, "/") != 0) {
      url.insert(scheme.size(), "/");
    }
  }
  return ParseWebUrl(url);
}

StatusOr<uint32_t> CountParam(const HttpServerRequest& request, std::string_view name,
                              uint32_t otherwise, uint32_t most) {
  const auto text = request.Param(name);
  if (!text) return otherwise;
  uint32_t count = 0;
  const char* end = text->data() + text->size();
  const auto parsed = std::from_chars(text->data(), end, count);
  if (parsed.ec != std::errc() || parsed.ptr != end || count == 0 || count > most)
    return base::InvalidArgument("a number from 1 to " + std::to_string(most) + " is needed");
  return count;
}

bool FlagParam(const HttpServerRequest& request, std::string_view name) {
  const auto text = request.Param(name);
  return text && (text->empty() || *text == "1" || *text == "true" || *text == "yes");
}

Json SnapshotJson(const v1::Snapshot& s) {
  Json json = {{"id", s.id()},
               {"url", s.url()},
               {"captured", Time(s.captured_ms())},
               {"outcome", OutcomeWord(s.outcome())}};
  if (s.stored_ms() != 0) json["stored"] = Time(s.stored_ms());
  if (s.reason() != v1::REASON_UNSPECIFIED) json["reason"] = ReasonWord(s.reason());
  PutText(&json, "detail", s.detail());
  if (s.http_status() != 0) json["status"] = s.http_status();
  PutText(&json, "content_type", s.content_type());
  PutHex(&json, "sha256", s.body_sha256());
  if (HasBody(s)) json["bytes"] = s.body_bytes();
  PutHex(&json, "wire_sha256", s.wire_sha256());
  if (HasBody(s)) json["wire_bytes"] = s.wire_bytes();
  PutText(&json, "charset", s.charset().used());
  PutText(&json, "charset_declared", s.charset().declared());
  PutText(&json, "charset_basis", s.charset().basis());
  PutText(&json, "title", s.page().title());
  if (s.page().has_published_ms()) json["published"] = Time(s.page().published_ms());
  PutText(&json, "source", s.page().source());
  PutText(&json, "author", s.page().author());
  PutText(&json, "language", s.page().language());
  PutText(&json, "redirect_to", s.redirect_to());
  PutText(&json, "revisit_of", s.revisit_of());
  PutText(&json, "truncated", s.truncated());
  PutText(&json, "vantage", s.vantage());
  if (s.simulated()) json["simulated"] = true;
  if (s.has_rendered()) json["rendered"] = RenderedJson(s.rendered());
  const std::string query = "?url=" + EncodeQuery(s.url());
  Json links = {{"versions", "/api/v1/versions" + query}, {"page", "/lookup" + query}};
  if (HasBody(s)) links["replay"] = ReplayPath(s.captured_ms(), s.url());
  json["links"] = std::move(links);
  return json;
}

Json VersionJson(const v1::Version& version) {
  Json json = SnapshotJson(version.snapshot());
  json["is_version"] = version.is_version();
  json["is_change"] = version.is_change();
  if (version.has_change_degree()) json["change_degree"] = version.change_degree();
  return json;
}

Json SeedJson(const v1::Seed& seed) {
  Json json = {{"url", seed.url()}, {"state", seed.state()}};
  PutText(&json, "kind", seed.kind());
  PutText(&json, "code", seed.code());
  PutText(&json, "note", seed.note());
  if (seed.added_ms() != 0) json["added"] = Time(seed.added_ms());
  const v1::Scope& scope = seed.scope();
  Json& said = json["scope"] = {{"host", scope.host()}, {"subdomains", scope.subdomains()}};
  PutText(&said, "path", scope.path_prefix());
  if (scope.depth_max() != 0) said["depth"] = scope.depth_max();
  for (const std::string& rule : scope.include()) said["include"].push_back(rule);
  for (const std::string& rule : scope.exclude()) said["exclude"].push_back(rule);
  if (seed.has_backfill()) {
    const v1::Backfill& past = seed.backfill();
    Json& backfill = json["backfill"] = {
        {"done", past.done()}, {"waiting", past.waiting()}, {"held", past.held()}};
    PutText(&backfill, "state", past.state());
    PutText(&backfill, "since", past.since());
    if (past.started_ms() != 0) backfill["started"] = Time(past.started_ms());
  }
  return json;
}

Json JobJson(const v1::RecrawlProgress& job) {
  Json json = {{"id", job.job_id()}, {"url", job.url()}, {"state", JobStateWord(job.state())}};
  if (job.reason() != v1::REASON_UNSPECIFIED) json["reason"] = ReasonWord(job.reason());
  PutText(&json, "detail", job.detail());
  if (job.state() == v1::JOB_QUEUED) {
    json["position"] = job.position();
    json["expected_wait_ms"] = WholeMillis(job.expected_wait());
  }
  if (job.outcome() != v1::OUTCOME_UNSPECIFIED) json["outcome"] = OutcomeWord(job.outcome());
  Json links = {{"self", "/api/v1/jobs/" + EncodeQuery(job.job_id())},
                {"lookup", "/api/v1/lookup?url=" + EncodeQuery(job.url())}};
  if (job.has_fetched()) {
    const v1::FetchSummary& fetched = job.fetched();
    PutText(&json, "snapshot_id", fetched.snapshot_id());
    if (fetched.http_status() != 0) json["status"] = fetched.http_status();
    PutText(&json, "charset", fetched.charset());
    json["bytes"] = fetched.body_bytes();
    PutHex(&json, "sha256", fetched.body_sha256());
    PutText(&json, "title", fetched.title());
    PutText(&json, "redirect_to", fetched.redirect_to());
    Json findings = Json::array();
    for (const v1::Finding& finding : fetched.findings()) findings.push_back(FindingJson(finding));
    json["findings"] = std::move(findings);
    json["links_new"] = job.links_new();
    json["links_known"] = job.links_known();
    const std::string replay = ReplayPathOfId(fetched.snapshot_id());
    const bool has_body =
        job.outcome() == v1::OUTCOME_CONTENT || job.outcome() == v1::OUTCOME_UNCHANGED;
    if (!replay.empty() && has_body) links["replay"] = replay;
  }
  if (job.created_ms() != 0) json["created"] = Time(job.created_ms());
  if (job.updated_ms() != 0) json["updated"] = Time(job.updated_ms());
  json["links"] = std::move(links);
  return json;
}

}  // namespace signboard::gateway
