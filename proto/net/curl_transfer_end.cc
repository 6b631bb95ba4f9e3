// How a transfer ended, in our words.
#include <algorithm>
#include <utility>

#include "proto/net/curl_transfer.h"

namespace signboard::net {
namespace {

bool IsTlsFailure(CURLcode code) {
  switch (code) {
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_CLIENTCERT:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_USE_SSL_FAILED:
      return true;
    default:
      return false;
  }
}

Millis MillisOf(CURL* easy, CURLINFO info) {
  curl_off_t us = 0;
  curl_easy_getinfo(easy, info, &us);
  return Millis(us / 1000);
}

}  // namespace

HttpKind CurlTransfer::KindOf(CURLcode code) {
  if (code == CURLE_OK) return HttpKind::kOk;
  if (header_.too_large()) return HttpKind::kHeadersTooLarge;
  if (body_limit_hit_) return HttpKind::kOk;
  if (code == CURLE_ABORTED_BY_CALLBACK) return HttpKind::kCancelled;
  if (code == CURLE_COULDNT_RESOLVE_HOST) return HttpKind::kDns;
  if (code == CURLE_COULDNT_CONNECT) {
    return refused_address_.empty() ? HttpKind::kConnect : HttpKind::kGuardRefused;
  }
  if (code == CURLE_PROXY) return HttpKind::kConnect;
  if (IsTlsFailure(code)) return HttpKind::kTls;
  if (code == CURLE_OPERATION_TIMEDOUT) {
    curl_off_t ready_us = 0;  // Set once TCP and TLS stand.
    curl_easy_getinfo(easy_, CURLINFO_PRETRANSFER_TIME_T, &ready_us);
    return ready_us > 0 || window_start_ ? HttpKind::kTimeout : HttpKind::kConnect;
  }
  if (code == CURLE_URL_MALFORMAT || code == CURLE_LOGIN_DENIED) return HttpKind::kBadUrl;
  if (header_.done()) return HttpKind::kCutShort;
  // Above its own limit for a line or for all of them, curl 7.88 says one of these two.
  if (code == CURLE_OUT_OF_MEMORY || header_.bytes() > 0) {
    return code == CURLE_OUT_OF_MEMORY ? HttpKind::kHeadersTooLarge : HttpKind::kProtocol;
  }
  if (code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR) {
    return HttpKind::kConnect;
  }
  return HttpKind::kProtocol;
}

bool CurlTransfer::MayHaveFailedAtHttp2(CURLcode code) const {
  curl_off_t tls_us = 0;
  curl_easy_getinfo(easy_, CURLINFO_APPCONNECT_TIME_T, &tls_us);
  const bool broke = code == CURLE_HTTP2 || code == CURLE_HTTP2_STREAM ||
                     code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR ||
                     code == CURLE_GOT_NOTHING;  // Its close came before its last bytes were read.
  return broke && tls_us > 0 && header_.bytes() == 0 && !manner_.http1_only;
}

std::string CurlTransfer::DetailOf(CURLcode code) const {
  const HttpLimits& limits = request_.limits;
  if (header_.too_large()) {
    return "the header is longer than " + std::to_string(limits.header_bytes_max) +
           " bytes or has more than " + std::to_string(limits.header_count_max) + " fields";
  }
  if (body_limit_hit_) {
    return "the body is longer than " + std::to_string(body_max_) + " bytes; the rest is not kept";
  }
  if (code == CURLE_COULDNT_CONNECT && !refused_address_.empty()) {
    return "the address guard refuses " + refused_address_;
  }
  if (!too_slow_.empty()) return too_slow_;
  if (code == CURLE_ABORTED_BY_CALLBACK) return "cancelled";
  return error_[0] != '\0' ? error_.data() : curl_easy_strerror(code);
}

std::vector<std::string> CurlTransfer::Cookies() const {
  std::vector<std::string> lines;
  curl_slist* list = nullptr;
  curl_easy_getinfo(easy_, CURLINFO_COOKIELIST, &list);
  for (const curl_slist* one = list; one != nullptr; one = one->next) lines.emplace_back(one->data);
  curl_slist_free_all(list);
  return lines;
}

// What the proxy says of itself is not what the site says.
void CurlTransfer::TakeProxyFacts() {
  constexpr int kProxyAuthenticationRequired = 407;  // Only a proxy sends it (RFC 9110).
  if (result_.status == kProxyAuthenticationRequired) {
    result_.kind = HttpKind::kConnect;
    result_.detail = "it wants a login, which we have none for";
  }
  const bool failed_there = result_.kind == HttpKind::kConnect;
  if (failed_there) result_.detail = "proxy " + route_.proxy->Spell() + ": " + result_.detail;
}

HttpResult CurlTransfer::Finish(CURLcode code) {
  AnswerHead head = header_.TakeHead();
  result_.status = head.status;
  result_.http_version = std::move(head.http_version);
  result_.reason_phrase = std::move(head.reason_phrase);
  result_.headers = std::move(head.headers);
  result_.kind = KindOf(code);
  if (code != CURLE_OK) result_.detail = DetailOf(code);
  if (route_.proxy) TakeProxyFacts();
  if (body_limit_hit_) {
    result_.truncation = "length";
  } else if (header_.done() && result_.kind == HttpKind::kTimeout) {
    result_.truncation = "time";
  } else if (header_.done() && result_.kind == HttpKind::kCutShort) {
    result_.truncation = "disconnect";
  }
  result_.body_truncated = !result_.truncation.empty();
  result_.elapsed = std::max(MillisOf(easy_, CURLINFO_TOTAL_TIME_T), result_.first_byte_after);
  const char* address = nullptr;
  long port = 0;
  curl_easy_getinfo(easy_, CURLINFO_PRIMARY_IP, &address);
  curl_easy_getinfo(easy_, CURLINFO_PRIMARY_PORT, &port);
  const bool is_connected = !route_.proxy && result_.kind != HttpKind::kGuardRefused;
  if (address != nullptr && *address != '\0' && is_connected) {
    const std::string host = address;
    result_.remote_address =
        (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" +
        std::to_string(port);
  }
  return std::move(result_);
}

}  // namespace signboard::net
