#include "crawler/worker/page_reader.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "crawler/decode/content_coding.h"
#include "crawler/decode/content_type.h"
#include "crawler/decode/wire_recipe.h"
#include "crawler/extract/detector.h"
#include "crawler/extract/extract.h"
#include "crawler/extract/fingerprint.h"
#include "crawler/extract/soft_404.h"
#include "crawler/fetch/challenge.h"
#include "crawler/fetch/classify.h"
#include "crawler/robots/robots_tag.h"
#include "crawler/worker/findings.h"
#include "crawler/worker/list_reader.h"
#include "crawler/worker/outlinks.h"
#include "proto/base/digest.h"
#include "proto/base/span.h"
#include "proto/base/text.h"

namespace signboard::worker {
namespace {

// What is longer is cut in the record; a header's whole value stands in the header list.
constexpr size_t kTextCodePointsMax = 256;
constexpr size_t kLongTextCodePointsMax = 4'096;

// Protobuf strings must be UTF-8; what a server sent need not be.
std::string Text(std::string_view bytes) { return base::ToValidUtf8(bytes); }
std::string LongText(std::string_view bytes) {
  return std::string(base::TruncateUtf8(Text(bytes), kLongTextCodePointsMax));
}
std::string ShortText(std::string_view bytes) {
  return std::string(base::TruncateUtf8(Text(bytes), kTextCodePointsMax));
}

void SetTransport(const fetch::FetchOutcome& fetched, v1::Snapshot* snapshot) {
  const net::HttpResult& http = fetched.http;
  snapshot->set_captured_ms(ToMillis(fetched.first_byte_at));
  snapshot->set_method("GET");
  snapshot->set_outcome(fetched.outcome);
  snapshot->set_reason(fetched.reason);
  snapshot->set_detail(LongText(fetched.detail));
  snapshot->set_http_status(http.status);
  const std::string& version = http.http_version;
  snapshot->set_http_version(
      ShortText(version.starts_with("HTTP/") ? version.substr(5) : version));
  snapshot->set_reason_phrase(ShortText(http.reason_phrase));
  for (const auto& [name, value] : http.request_headers) {
    auto* field = snapshot->add_request_headers();
    field->set_name(Text(name));
    field->set_value(value);
  }
  for (const auto& [name, value] : http.headers) {
    auto* field = snapshot->add_response_headers();
    field->set_name(Text(name));
    field->set_value(value);
  }
  snapshot->set_vantage(fetched.vantage);
  snapshot->set_remote_address(http.remote_address);
  if (http.tls) {
    auto* tls = snapshot->mutable_tls();
    tls->set_version(http.tls->version);
    tls->set_cipher(http.tls->cipher);
    tls->set_verified(http.tls->verified);
    tls->set_verify_error(Text(http.tls->verify_error));
    for (const auto& digest : http.tls->chain_sha256) tls->add_chain_sha256(digest);
  }
  *snapshot->mutable_elapsed() = base::ToProto(http.elapsed);
  snapshot->set_redirect_to(Text(fetched.redirect_to));
  snapshot->set_content_type(ShortText(fetched.content_type));
  snapshot->set_truncated(http.truncation);
}

void SetRecipe(const decode::Recipe& recipe, const std::string& wire_sha256,
               v1::WireRecipe* into) {
  switch (recipe.method) {
    case decode::Recipe::Method::kIdentity: into->set_method(v1::WireRecipe::IDENTITY); break;
    case decode::Recipe::Method::kZlib: into->set_method(v1::WireRecipe::ZLIB); break;
    case decode::Recipe::Method::kBrotli: into->set_method(v1::WireRecipe::BROTLI); break;
    case decode::Recipe::Method::kZstd: into->set_method(v1::WireRecipe::ZSTD); break;
    case decode::Recipe::Method::kStored:
      into->set_method(v1::WireRecipe::STORED);
      into->set_wire_body_sha256(wire_sha256);
      break;
  }
  into->set_level(recipe.level);
  into->set_window_bits(recipe.window_bits);
  into->set_mem_level(recipe.mem_level);
  into->set_strategy(recipe.strategy);
  into->set_head(recipe.head);
  into->set_tail(recipe.tail);
}

void SetDecodeState(const decode::Decoded& decoded, v1::Snapshot* snapshot) {
  using State = decode::Decoded::State;
  if (decoded.state == State::kOk) return;
  snapshot->set_detail(LongText(decoded.detail));
  snapshot->set_reason(decoded.state == State::kTooLarge    ? v1::REASON_TOO_LARGE
                       : decoded.state == State::kTruncated ? v1::REASON_TRUNCATED
                                                            : v1::REASON_ENCODING);
  if (snapshot->truncated().empty() && decoded.state != State::kUnsupported)
    snapshot->set_truncated(decoded.state == State::kTooLarge ? "length" : "unspecified");
}

// As on the wire: HTML, and what says no type, may be less long.
size_t DecodedBytesMax(const std::string& content_type, const ReadLimits& limits) {
  const std::string type = decode::ParseContentType(content_type).type;
  const bool is_html = type.empty() || type == "text/html" || type == "application/xhtml+xml";
  return is_html ? std::min(limits.html_bytes_max, limits.body_bytes_max) : limits.body_bytes_max;
}

void SetDigests(const std::string& wire, v1::Snapshot* snapshot) {
  snapshot->set_wire_sha256(base::Sha256(wire));
  snapshot->set_wire_sha1(base::Sha1(wire));
  snapshot->set_wire_bytes(wire.size());
}

// The decoded body, its digests, and how the wire bytes come back.
void SetBody(fetch::FetchOutcome* fetched, const ReadLimits& limits, Capture* capture) {
  v1::Snapshot* snapshot = capture->header.mutable_snapshot();
  std::string wire = std::move(fetched->http.body);
  SetDigests(wire, snapshot);
  const bool is_plain = decode::IsIdentity(fetched->content_encoding) &&
                        wire.size() <= limits.body_bytes_max;
  if (is_plain) {
    // The wire's bytes are the page's: no second copy, no second digest.
    snapshot->mutable_recipe()->set_method(v1::WireRecipe::IDENTITY);
    snapshot->set_body_sha256(snapshot->wire_sha256());
    snapshot->set_body_sha1(snapshot->wire_sha1());
    snapshot->set_body_bytes(wire.size());
    capture->decoded = std::move(wire);
    return;
  }
  decode::DecodeLimits bounds;
  bounds.decoded_bytes_max = DecodedBytesMax(fetched->content_type, limits);
  bounds.ratio_max = limits.decode_ratio_max;
  decode::Decoded decoded = decode::DecodeContent(wire, fetched->content_encoding, bounds);
  SetDecodeState(decoded, snapshot);
  const decode::Recipe recipe =
      decode::FindRecipe(wire, decoded.bytes, fetched->content_encoding);
  SetRecipe(recipe, snapshot->wire_sha256(), snapshot->mutable_recipe());
  capture->header.set_recipe_tried_with(decode::RecipeLibrary(recipe.method));
  snapshot->set_body_sha256(base::Sha256(decoded.bytes));
  snapshot->set_body_sha1(base::Sha1(decoded.bytes));
  snapshot->set_body_bytes(decoded.bytes.size());
  capture->decoded = std::move(decoded.bytes);
  if (recipe.method == decode::Recipe::Method::kStored) capture->wire = std::move(wire);
}

void SetFacts(const extract::PageRead& read, v1::Snapshot* snapshot) {
  auto* charset = snapshot->mutable_charset();
  charset->set_declared(ShortText(read.text.declared));
  charset->set_detected(read.text.detected);
  charset->set_used(read.text.used);
  charset->set_basis(read.text.basis);
  const extract::Extracted& found = read.extracted;
  auto* page = snapshot->mutable_page();
  page->set_title(found.facts.title);
  page->set_source(found.facts.source);
  page->set_author(found.facts.author);
  page->set_account_id(found.facts.account_id);
  if (found.facts.published) {
    page->set_published_ms(ToMillis(*found.facts.published));
    page->set_published_basis(found.facts.published_basis);
  }
  page->set_site_name(found.facts.site_name);
  page->set_site_id_code(found.facts.site_id_code);
  page->set_column_name(found.facts.column_name);
  page->set_canonical_url(found.facts.canonical_url);
  page->set_language(found.facts.language);
  page->set_fingerprint(extract::FingerprintBytes(found.fingerprint));
  page->set_link_count(static_cast<uint32_t>(found.links.links.size()));
  page->set_text_chars(static_cast<uint32_t>(found.text_chars));
  if (const auto newest = extract::TimeOf(found.listed.newest))
    page->set_newest_listed_ms(ToMillis(*newest));
  if (const auto oldest = extract::TimeOf(found.listed.oldest))
    page->set_oldest_listed_ms(ToMillis(*oldest));
}

// The text goes with findings only: their ranges count in it.
void SetFindings(const PageOrigin& origin, const extract::PageRead& read,
                 v1::StoreRequest::Header* header) {
  const bool is_read = read.kind == decode::BodyKind::kHtml || read.kind == decode::BodyKind::kText;
  if (!is_read) return;
  extract::DetectorInput input = extract::MakeDetectorInput(
      read.extracted.facts, read.extracted.main_text, origin.url, origin.place_code);
  for (const extract::Finding& finding : extract::Detect(input))
    *header->add_findings() = ToProto(finding);
  if (header->findings_size() > 0) header->set_text(std::move(input.text));
  v1::Detection* const detection = header->mutable_snapshot()->mutable_detection();
  detection->set_rules(extract::RulesDigest());
  detection->set_place_code(origin.place_code);
}

bool HeaderSaysNofollow(const net::HttpResult& http, const std::string& token) {
  std::vector<std::string_view> fields;
  for (const auto& [name, value] : http.headers)
    if (base::EqualsIgnoreCaseAscii(name, "X-Robots-Tag")) fields.push_back(value);
  return robots::ParseRobotsTag(fields, token).nofollow;
}

// The text of a page without a known container, without what its host's pages repeat.
void Refine(const PageOrigin& origin, const base::Url& url, extract::PageRead* read,
            PageRead* page) {
  extract::Extracted& found = read->extracted;
  if (origin.templates == nullptr ||
      !extract::RefineText(url, origin.url, origin.templates, &found))
    return;
  page->refined_fingerprint = extract::FingerprintBytes(
      extract::ArticleFingerprint(found.facts.title, found.main_text));
}

// "Not here", said with a status that means "here it is".
void SetSoft404(const std::string& words, v1::Snapshot* snapshot) {
  snapshot->set_outcome(v1::OUTCOME_GONE);
  snapshot->set_reason(v1::REASON_SOFT_404);
  snapshot->set_detail("soft 404: the page says " + words);
}

// Everything that is told by the text of a page. Of `page` the snapshot's outcome is known.
void ReadContent(const PageOrigin& origin, std::string_view body, std::string_view content_type,
                 const ReadLimits& limits, PageRead* page) {
  const auto parsed = base::Url::Parse(origin.url);
  if (!parsed.ok()) return;
  const extract::UseRules rules(limits.rules.get());
  v1::Snapshot* snapshot = page->capture.header.mutable_snapshot();
  parse::ParseLimits bounds;
  bounds.bytes_max = std::min(bounds.bytes_max, limits.html_bytes_max);
  extract::PageRead read = extract::ExtractFromBody(body, content_type, *parsed, bounds);
  bool is_content = snapshot->outcome() == v1::OUTCOME_CONTENT;
  const bool is_list = is_content && ReadListFile(body, *parsed, &read);
  SetFacts(read, snapshot);
  if (is_content && !is_list && read.kind == decode::BodyKind::kHtml) {
    const std::string words =
        extract::Soft404Words(read.extracted.facts, read.extracted.main_text);
    if (!words.empty()) SetSoft404(words, snapshot);
    is_content = words.empty();
  }
  page->is_hub = is_content && read.extracted.is_hub;
  page->needs_rendering =
      is_content && snapshot->http_status() == 200 && !read.extracted.app_shell_why.empty();
  if (is_content && !page->is_hub && read.kind == decode::BodyKind::kHtml)
    Refine(origin, *parsed, &read, page);
  if (is_content && !page->is_hub) SetFindings(origin, read, &page->capture.header);
  page->may_follow = page->may_follow && !read.extracted.facts.nofollow;
  page->outlinks = CollectOutlinks(read.extracted.links, snapshot->redirect_to());
}

// A firewall's page is an observation: its digest is kept, the page is not.
PageRead ReadBlocked(const PageOrigin& origin, const fetch::FetchOutcome& fetched,
                     std::string wire_sha256, size_t wire_bytes) {
  PageRead page;
  v1::Snapshot* snapshot = page.capture.header.mutable_snapshot();
  snapshot->set_url(origin.url);
  SetTransport(fetched, snapshot);
  snapshot->set_wire_sha256(std::move(wire_sha256));
  snapshot->set_wire_bytes(wire_bytes);
  page.retry_after = fetched.retry_after;
  return page;
}

// Of a success only the decoded body tells whether it is a firewall's page.
bool IsChallenge(std::string_view body, fetch::FetchOutcome* fetched) {
  if (!fetched->judge_text) return false;
  auto verdict = fetch::ClassifyText(fetched->http, body.substr(0, fetch::kChallengeBytesMax),
                                     fetched->first_byte_at);
  if (!verdict) return false;
  fetched->outcome = verdict->outcome;
  fetched->reason = verdict->reason;
  fetched->detail = std::move(verdict->detail);
  fetched->retry_after = verdict->retry_after;
  return true;
}

}  // namespace

void ReadRendered(const PageOrigin& origin, std::string document, const ReadLimits& limits,
                  PageRead* page) {
  v1::StoreRequest::Header& header = page->capture.header;
  v1::Snapshot* snapshot = header.mutable_snapshot();
  header.clear_findings();
  header.clear_text();
  snapshot->clear_page();
  snapshot->clear_detection();
  page->refined_fingerprint.clear();
  // The body's own; the document is UTF-8 whatever its meta element says.
  const v1::CharsetFacts charset = snapshot->charset();
  ReadContent(origin, document, extract::kRenderedType, limits, page);
  *snapshot->mutable_charset() = charset;
  page->needs_rendering = false;
  snapshot->mutable_rendered()->set_sha256(base::Sha256(document));
  snapshot->mutable_rendered()->set_bytes(document.size());
  page->capture.rendered = std::move(document);
}

PageRead ReadPage(const PageOrigin& origin, fetch::FetchOutcome fetched,
                  const ReadLimits& limits) {
  if (fetched.outcome == v1::OUTCOME_BLOCKED) {
    const std::string& wire = fetched.http.body;
    return ReadBlocked(origin, fetched, base::Sha256(wire), wire.size());
  }
  PageRead page;
  page.retry_after = fetched.retry_after;
  v1::Snapshot* snapshot = page.capture.header.mutable_snapshot();
  snapshot->set_url(origin.url);
  SetTransport(fetched, snapshot);
  const bool answered = fetched.http.status != 0;
  if (!answered || fetched.outcome == v1::OUTCOME_UNCHANGED) return page;

  page.may_follow = !HeaderSaysNofollow(fetched.http, limits.robots_token);
  SetBody(&fetched, limits, &page.capture);
  if (IsChallenge(page.capture.decoded, &fetched))
    return ReadBlocked(origin, fetched, snapshot->wire_sha256(), snapshot->wire_bytes());
  ReadContent(origin, page.capture.decoded, fetched.content_type, limits, &page);
  // An error page's links lead to the rest of the site, but nobody asked for them.
  const bool leads_on =
      snapshot->outcome() == v1::OUTCOME_CONTENT || snapshot->outcome() == v1::OUTCOME_REDIRECT;
  if (!leads_on) page.outlinks.clear();
  return page;
}

bool IsChanged(const v1::PageState& last, const PageRead& page) {
  const v1::Snapshot& snapshot = page.capture.header.snapshot();
  if (snapshot.outcome() != v1::OUTCOME_CONTENT || last.fingerprint().empty()) return false;
  if (last.fingerprint() == snapshot.page().fingerprint()) return false;
  return page.refined_fingerprint.empty() ||
         page.refined_fingerprint != last.refined_fingerprint();
}

}  // namespace signboard::worker
