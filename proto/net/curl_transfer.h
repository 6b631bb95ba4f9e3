// CurlTransfer is one request as curl runs it: the handle with its settings, the callbacks that
// fill an HttpResult and count it against its limits, and the words for how it ended.
//
// curl resolves no name: what the route resolved to is pinned in a DNS cache of the transfer's own,
// which ends with it, and a name that were not there would be an error.
//
// Life: made, Prepare, run by CurlEngine (which asks Watch), Finish, destroyed. Used once.
//
// Threads: one, the engine's.
// Errors:  none: whatever happens is a kind of HttpResult.
#pragma once

#include <curl/curl.h>

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/net/curl_engine.h"
#include "proto/net/header_reader.h"
#include "proto/net/http_client.h"
#include "proto/net/http_message.h"
#include "proto/net/route.h"

namespace signboard::net {

class CurlTransfer {
 public:
  // `options` must outlive the transfer.
  CurlTransfer(HttpRequest request, Route route, const HttpClientOptions& options,
               Manner manner);
  ~CurlTransfer();
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  // False: the request itself is wrong; Result() says how.
  bool Prepare();
  // After Prepare: curl decides which of these it sends, and learns others from the answer.
  void SetCookies(const std::vector<std::string>& lines);
  std::vector<std::string> Cookies() const;
  CURL* easy() { return easy_; }
  // What has Watch asked soon.
  void OnStandstill(std::function<void()> look_soon) { look_soon_ = std::move(look_soon); }
  // For CurlEngine: the first-byte and low-speed limits.
  std::optional<CurlEngine::Instant> Watch();
  HttpResult Finish(CURLcode code);
  HttpResult Result() { return std::move(result_); }
  // TLS stood, and it broke before any answer: perhaps the server agreed to HTTP/2 and does not
  // speak it.
  bool MayHaveFailedAtHttp2(CURLcode code) const;

 private:
  static size_t OnHeader(char* data, size_t size, size_t count, void* self);
  static size_t OnBody(char* data, size_t size, size_t count, void* self);
  static curl_socket_t OnOpenSocket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int OnDebug(CURL* easy, curl_infotype type, char* data, size_t size, void* self);
  static int OnResolve(void* resolver, void* reserved, void* self);
  static CURLcode OnTlsContext(CURL* easy, void* context, void* self);

  bool AddHeaders();
  void SetRoute();
  void SetProxy();
  void SetLimits();
  void SetTls();
  bool TakeHeaderLine(std::string_view line);
  void TakeTlsFacts();
  size_t LimitOfType() const;
  size_t BodyBytesMax() const;
  bool MayTake(size_t bytes);
  bool MayBecome(size_t bytes);
  bool TakeBody(std::string_view data);
  void TakeProxyFacts();
  HttpKind KindOf(CURLcode code);
  std::string DetailOf(CURLcode code) const;

  // Constant after Prepare.
  HttpRequest request_;
  const Route route_;
  const HttpClientOptions& options_;
  const Manner manner_;
  CURL* easy_;
  curl_slist* headers_ = nullptr;
  curl_slist* connect_to_ = nullptr;
  curl_slist* pins_ = nullptr;
  curl_slist* proxy_headers_ = nullptr;
  CURLSH* names_ = nullptr;  // The DNS cache that holds the pins.

  HttpResult result_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  HeaderReader header_;
  size_t body_max_ = 0;
  bool body_limit_hit_ = false;
  size_t allowed_bytes_;     // Of the body, so far.
  size_t needed_bytes_ = 0;  // Above what is allowed: it stands still.
  Millis asks_after_{0};
  std::function<void()> look_soon_;
  std::string refused_address_;  // The last one that the guard refused.
  std::string too_slow_;         // Why Watch ended it.

  CurlEngine::Instant started_;
  std::optional<CurlEngine::Instant> window_start_;  // Of the low-speed limit; set by the answer.
  size_t received_bytes_ = 0;
  size_t received_before_window_ = 0;
};

}  // namespace signboard::net
