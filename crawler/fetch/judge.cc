#include "crawler/fetch/judge.h"

#include <utility>

#include "crawler/fetch/challenge.h"
#include "proto/base/text.h"

namespace signboard::fetch {
namespace {

bool IsIdentity(std::string_view coding) {
  return coding.empty() || base::EqualsIgnoreCaseAscii(coding, "identity");
}

}  // namespace

std::string StartOf(const FetchOutcome& fetched, const DecodeStart& decode, size_t bytes_max) {
  const std::string_view body = fetched.http.body;
  if (IsIdentity(fetched.content_encoding)) return std::string(body.substr(0, bytes_max));
  if (!decode) return {};
  return decode(body, fetched.content_encoding, bytes_max);
}

void Judge(const std::string& url, bool conditional, bool judged_later, const DecodeStart& decode,
           UnixTime now, FetchOutcome* fetched) {
  fetched->content_type = net::FindHeader(fetched->http.headers, "Content-Type").value_or("");
  fetched->content_encoding = net::JoinHeader(fetched->http.headers, "Content-Encoding");

  // Ruishu's challenge has 202; an error is no page that anyone would decode again.
  const int status = fetched->http.status;
  fetched->judge_text = judged_later && fetched->http.kind == net::HttpKind::kOk &&
                        status >= 200 && status < 300 && status != 202;
  const std::string text =
      fetched->judge_text ? std::string() : StartOf(*fetched, decode, kChallengeBytesMax);
  Verdict verdict = Classify(fetched->http, text, url, conditional, now);
  fetched->judge_text = fetched->judge_text && verdict.outcome == v1::OUTCOME_CONTENT;
  fetched->outcome = verdict.outcome;
  fetched->reason = verdict.reason;
  fetched->detail = std::move(verdict.detail);
  fetched->redirect_to = std::move(verdict.redirect_to);
  fetched->retry_after = verdict.retry_after;
}

}  // namespace signboard::fetch
