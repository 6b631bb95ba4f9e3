#include "crawler/fetch/classify.h"

#include <utility>

#include "crawler/fetch/challenge.h"
#include "crawler/fetch/header_values.h"
#include "proto/base/text.h"

namespace signboard::fetch {
namespace {

using net::HttpKind;
using net::HttpResult;

Verdict Make(v1::Outcome outcome, v1::Reason reason, std::string detail) {
  Verdict verdict;
  verdict.outcome = outcome;
  verdict.reason = reason;
  verdict.detail = std::move(detail);
  return verdict;
}

// No whole answer came.
Verdict ClassifyFailure(const HttpResult& result) {
  switch (result.kind) {
    case HttpKind::kDns:
      return Make(v1::OUTCOME_UNREACHABLE, v1::REASON_DNS, result.detail);
    case HttpKind::kConnect:
      return Make(v1::OUTCOME_UNREACHABLE, v1::REASON_TCP, result.detail);
    case HttpKind::kTls:
      return Make(v1::OUTCOME_UNREACHABLE, v1::REASON_TLS, result.detail);
    case HttpKind::kTimeout:
      return Make(v1::OUTCOME_ERROR, v1::REASON_TIMEOUT, result.detail);
    case HttpKind::kHeadersTooLarge:
      return Make(v1::OUTCOME_ERROR, v1::REASON_TOO_LARGE, result.detail);
    case HttpKind::kCutShort:
      return Make(v1::OUTCOME_ERROR, v1::REASON_TRUNCATED, result.detail);
    case HttpKind::kGuardRefused:
      return Make(v1::OUTCOME_REFUSED, v1::REASON_ADDRESS_GUARD, result.detail);
    case HttpKind::kBadUrl:
      return Make(v1::OUTCOME_ERROR, v1::REASON_BAD_URL, result.detail);
    case HttpKind::kCancelled:
      return Make(v1::OUTCOME_ERROR, v1::REASON_UNSPECIFIED, "the fetch was cancelled");
    case HttpKind::kOk:
    case HttpKind::kProtocol:
      break;
  }
  return Make(v1::OUTCOME_ERROR, v1::REASON_PROTOCOL, result.detail);
}

Verdict ClassifyRedirect(const HttpResult& result, std::string_view url) {
  const std::optional<std::string_view> location = net::FindHeader(result.headers, "Location");
  const std::string status = std::to_string(result.status);
  if (!location || location->empty()) {
    return Make(v1::OUTCOME_ERROR, v1::REASON_PROTOCOL, status + " without a Location");
  }
  Location target = ResolveLocation(*location, url);
  switch (target.word) {
    case Location::Word::kBadRequest:
      return Make(v1::OUTCOME_ERROR, v1::REASON_BAD_URL, "unreadable request URL");
    case Location::Word::kNoUrl:
      return Make(v1::OUTCOME_ERROR, v1::REASON_PROTOCOL,
                  status + " to what is no URL: " + target.text);
    case Location::Word::kOtherScheme:
      return Make(v1::OUTCOME_REFUSED, v1::REASON_OUT_OF_SCOPE,
                  status + " to scheme " + target.text);
    case Location::Word::kTooLong:
      return Make(v1::OUTCOME_ERROR, v1::REASON_BAD_URL, status + " to a URL of " + target.text);
    case Location::Word::kUrl:
      break;
  }
  Verdict verdict =
      Make(v1::OUTCOME_REDIRECT, v1::REASON_UNSPECIFIED, status + " to " + target.text);
  verdict.redirect_to = std::move(target.text);
  return verdict;
}

Verdict ClassifySuccess(const HttpResult& result) {
  if (result.status == 206) {
    return Make(v1::OUTCOME_ERROR, v1::REASON_PROTOCOL, "206, and no range was asked for");
  }
  if (result.truncation == "length") {
    return Make(v1::OUTCOME_CONTENT, v1::REASON_TOO_LARGE, result.detail);
  }
  return Make(v1::OUTCOME_CONTENT, v1::REASON_UNSPECIFIED, "");
}

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

Verdict ClassifyStatus(const HttpResult& result, std::string_view url, bool conditional) {
  const int status = result.status;
  const std::string said = base::EscapeTerminal(
      std::to_string(status) + (result.reason_phrase.empty() ? "" : " " + result.reason_phrase));
  if (status >= 200 && status < 300) return ClassifySuccess(result);
  if (status == 304) {
    return conditional
               ? Make(v1::OUTCOME_UNCHANGED, v1::REASON_UNSPECIFIED, "")
               : Make(v1::OUTCOME_ERROR, v1::REASON_PROTOCOL, "304, and no validator was sent");
  }
  if (IsRedirect(status)) return ClassifyRedirect(result, url);
  if (status == 404 || status == 410) {
    return Make(v1::OUTCOME_GONE, v1::REASON_UNSPECIFIED, said);
  }
  if (status == 401 || status == 403 || status == 407 || status == 429 || status == 451) {
    return Make(v1::OUTCOME_REFUSED, v1::REASON_HTTP_4XX, said);
  }
  if (status >= 400 && status < 500) return Make(v1::OUTCOME_ERROR, v1::REASON_HTTP_4XX, said);
  if (status >= 500 && status < 600) return Make(v1::OUTCOME_ERROR, v1::REASON_HTTP_5XX, said);
  return Make(v1::OUTCOME_ERROR, v1::REASON_PROTOCOL, "status " + said);
}

std::optional<Millis> AskedWait(const HttpResult& result, UnixTime now) {
  const auto asked = net::FindHeader(result.headers, "Retry-After");
  return asked ? ParseRetryAfter(*asked, now) : std::nullopt;
}

}  // namespace

Verdict Classify(const HttpResult& result, std::string_view text, std::string_view url,
                 bool conditional, UnixTime now) {
  // A redirect or a refusal says all it has to say in its header.
  const bool header_says = result.kind == HttpKind::kCutShort && result.status >= 300;
  if (result.kind != HttpKind::kOk && !header_says) return ClassifyFailure(result);
  if (auto blocked = ClassifyText(result, text, now)) return *std::move(blocked);
  Verdict verdict = ClassifyStatus(result, url, conditional);
  if (result.status == 429 || result.status == 503)
    verdict.retry_after = AskedWait(result, now);
  return verdict;
}

std::optional<Verdict> ClassifyText(const HttpResult& result, std::string_view text,
                                    UnixTime now) {
  const std::string_view challenge = FindChallenge(result.status, result.headers, text);
  if (challenge.empty()) return std::nullopt;
  Verdict verdict = Make(v1::OUTCOME_BLOCKED, v1::REASON_BLOCKED,
                         std::string(challenge) + ": a challenge page came with status " +
                             std::to_string(result.status));
  verdict.retry_after = AskedWait(result, now);
  return verdict;
}

}  // namespace signboard::fetch
