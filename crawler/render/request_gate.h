// RequestGate makes the requests of a page in the browser's place: everything a script asks for
// goes through our own HttpClient, past the same address guard, the same limits and the same
// robots.txt as any other fetch, or is refused.
//
// Asked for is GET and HEAD of http and https, and of these only what can become text and links:
// scripts and data. Images, fonts, media, frames, workers, beacons are refused; a style sheet is
// answered with an empty one, because some pages wait for theirs. A redirect goes back to the
// browser, which asks for its target here as for any other URL. No cookies either way.
//
// Threads: one, the only running thread of the client's io_context.
// Errors:  none: what was not fetched is a refusal, with its reason.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "proto/base/time.h"
#include "proto/net/http_client.h"
#include "proto/net/http_message.h"

namespace signboard::render {

struct RequestGateOptions {
  std::string user_agent = "Signboard";
  net::HttpLimits limits;
  // Removes a content coding: (wire bytes, Content-Encoding, at most so many decoded bytes).
  std::function<std::string(std::string_view, std::string_view, size_t)> decode;
  // Contact address, robots.txt: may this URL be asked for? Empty: every one may.
  std::function<boost::asio::awaitable<bool>(std::string url)> may_fetch;
};

struct SubRequest {
  std::string method;
  std::string url;
  std::string type;  // As DevTools calls it: Script, XHR, Fetch, Image, ...
  net::HeaderList headers;  // As the browser would send them.
};

struct SubAnswer {
  bool refused = true;
  bool fetched = false;  // A site was asked.
  std::string why;       // Of a refusal, for people.
  int status = 0;
  net::HeaderList headers;
  std::string body;      // Content coding removed.
};

class RequestGate {
 public:
  // The client must outlive the gate.
  RequestGate(net::HttpClient* client, RequestGateOptions options);

  // `most` shortens the time, `bytes_max` the body. The gate must outlive the call.
  boost::asio::awaitable<SubAnswer> Ask(SubRequest request, Millis most, size_t bytes_max);

 private:
  net::HttpRequest ToHttp(const SubRequest& request, Millis most, size_t bytes_max) const;

  net::HttpClient* const client_;
  const RequestGateOptions options_;
};

}  // namespace signboard::render
