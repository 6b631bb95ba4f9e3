// Classify turns what HTTP said into one of the eight outcomes: what a web server answers is one
// thing, what it means for an archive is another. Firewalls answer 200 with a riddle in
// JavaScript; a redirect is another URL, not content; a body cut short is no new version.
//
//   answer                                              outcome       reason
//   --------------------------------------------------  ------------  --------------------------
//   2xx                                                 CONTENT       -, or TOO_LARGE when cut at
//                                                                     our own limit
//   2xx or an error, with a firewall's challenge; 412;  BLOCKED       BLOCKED; detail "kind: ..."
//   521
//   304 to a request with validators                    UNCHANGED     -
//   301 302 303 307 308 with a Location                 REDIRECT      -
//   404 410                                             GONE          -
//   401 403 407 429 451                                 REFUSED       HTTP_4XX
//   the guard forbids the address                       REFUSED       ADDRESS_GUARD
//   any other 4xx, 5xx                                  ERROR         HTTP_4XX, HTTP_5XX
//   no name, no connection, no TLS                      UNREACHABLE   DNS, TCP, TLS
//   too slow, not HTTP, header too long, body cut       ERROR         TIMEOUT, PROTOCOL,
//                                                                     TOO_LARGE, TRUNCATED
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "proto/base/time.h"
#include "proto/net/http_message.h"
#include "signboard/v1/types.pb.h"

namespace signboard::fetch {

struct Verdict {
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  v1::Reason reason = v1::REASON_UNSPECIFIED;
  std::string detail;                 // For people; BLOCKED: "ruishu: ...", the firewall first.
  std::string redirect_to;            // REDIRECT: absolute, without a fragment.
  std::optional<Millis> retry_after;  // The site asked for it.
};

// `text` is the beginning of the body with its content coding removed; `url` what was asked for;
// `conditional` says that validators were sent; `now` is for a Retry-After that is a date.
Verdict Classify(const net::HttpResult& result, std::string_view text, std::string_view url,
                 bool conditional, UnixTime now);

// BLOCKED where the text of an answer is a firewall's challenge; Classify without a text, and this,
// say what Classify says with it.
std::optional<Verdict> ClassifyText(const net::HttpResult& result, std::string_view text,
                                    UnixTime now);

}  // namespace signboard::fetch
