// Fetcher asks for one URL once, politely worded and bounded, and says what came of it.
//
// It follows no redirect: the target is another URL, with its own place in the frontier, its own
// robots.txt and its own address check. It repeats nothing and waits for nobody; politeness is the
// frontier's. The body stays as it came over the wire.
//
// Threads: one, the only running thread of the client's io_context.
// Time:    limits run on the steady clock; `first_byte_at` is the Clock's.
// Errors:  none: what a website did is a FetchOutcome.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "crawler/fetch/classify.h"
#include "crawler/fetch/proxy_rules.h"
#include "proto/base/time.h"
#include "proto/net/http_client.h"
#include "proto/net/http_message.h"
#include "signboard/v1/types.pb.h"

namespace signboard::fetch {

struct FetchRequest {
  std::string url;            // Absolute; a fragment is not sent.
  std::string etag;           // Validators of the last capture; empty: none.
  std::string last_modified;
  std::string place_code;     // Of the place it is fetched for; proxy rules may ask. Empty: none.
  Millis deadline{0};         // Shortens the total time; 0: the limits' own.
  bool judged_later = false;  // The caller decodes the body of a success, and judges its text.
  size_t body_bytes_max = 0;  // Shortens the body; 0: the limits' own.
  size_t free_body_bytes = 0;     // As in net::HttpRequest.
  std::function<size_t(size_t, size_t)> grow;
};

struct FetchOutcome {
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  v1::Reason reason = v1::REASON_UNSPECIFIED;
  std::string detail;
  net::HttpResult http;  // Status, headers, wire body, TLS and address, as far as they came.
  std::string content_type;      // As sent; empty: none.
  std::string content_encoding;  // As sent, several fields joined by ", "; empty: none.
  std::string redirect_to;       // REDIRECT: absolute.
  bool judge_text = false;       // Of the text nothing is known yet: ClassifyText says.
  std::optional<Millis> retry_after;
  std::string vantage;     // That a proxy rule names; empty: the worker's own.
  UnixTime first_byte_at;  // When no byte came: when the fetch ended.
};

struct FetcherOptions {
  std::string user_agent = "Signboard";
  net::HttpLimits limits;
  ProxyRules proxies;
  // Removes a content coding from the start of a body: (wire bytes, Content-Encoding, at most so
  // many decoded bytes). Gives what decodes, at most that much; the wire bytes may be incomplete.
  // Coded bodies are looked into with it; without one they are not.
  std::function<std::string(std::string_view, std::string_view, size_t)> decode;
};

class Fetcher {
 public:
  // Client and clock must outlive the fetcher.
  Fetcher(net::HttpClient* client, const Clock* clock, FetcherOptions options);

  // The fetcher must outlive the call.
  boost::asio::awaitable<FetchOutcome> Fetch(FetchRequest request);

  // The start of the body with its content coding removed.
  std::string DecodedStart(const FetchOutcome& fetched, size_t bytes_max) const;

 private:
  net::HttpRequest ToHttp(const FetchRequest& request) const;

  net::HttpClient* const client_;
  const Clock* const clock_;
  const FetcherOptions options_;
};

}  // namespace signboard::fetch
