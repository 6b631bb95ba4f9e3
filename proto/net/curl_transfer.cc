#include "proto/net/curl_transfer.h"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "proto/base/text.h"

namespace signboard::net {
namespace {

using Instant = CurlEngine::Instant;
using std::chrono::steady_clock;

constexpr long kReadBufferBytes = 16 << 10;
constexpr Millis kGrowAskedMin{20};
constexpr Millis kGrowAskedMax{320};
constexpr size_t kGrowStep = size_t{16} << 20;

long AsLong(Millis span) {
  return static_cast<long>(std::clamp<int64_t>(span.count(), 1, int64_t{1} << 30));
}

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

CurlTransfer::CurlTransfer(HttpRequest request, Route route, const HttpClientOptions& options,
                           Manner manner)
    : request_(std::move(request)),
      route_(std::move(route)),
      options_(options),
      manner_(manner),
      easy_(curl_easy_init()),
      header_(request_.limits.header_bytes_max, request_.limits.header_count_max),
      allowed_bytes_(request_.free_body_bytes),
      started_(steady_clock::now()) {}

CurlTransfer::~CurlTransfer() {
  curl_easy_cleanup(easy_);
  curl_slist_free_all(headers_);
  curl_slist_free_all(connect_to_);
  curl_slist_free_all(pins_);
  curl_slist_free_all(proxy_headers_);
  curl_share_cleanup(names_);  // After the handle that used it.
}

bool CurlTransfer::Prepare() {
  result_.kind = HttpKind::kBadUrl;
  const bool is_post = request_.method == "POST";
  const bool is_known = is_post || request_.method == "GET" || request_.method == "HEAD";
  if (!is_known) result_.detail = "method '" + request_.method + "' is not GET, HEAD or POST";
  if (easy_ == nullptr) result_.detail = "no memory for a transfer";
  if (!is_known || easy_ == nullptr || !AddHeaders()) return false;
  curl_easy_setopt(easy_, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy_, CURLOPT_PATH_AS_IS, 1L);  // Our URLs are canonical; send those bytes.
  curl_easy_setopt(easy_, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  curl_easy_setopt(easy_, CURLOPT_PROXY, "");  // Not even the environment's.
  curl_easy_setopt(easy_, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION,
                   static_cast<long>(manner_.http1_only ? CURL_HTTP_VERSION_1_1
                                                        : CURL_HTTP_VERSION_2TLS));
  curl_easy_setopt(easy_, CURLOPT_HTTP_CONTENT_DECODING, 0L);
  curl_easy_setopt(easy_, CURLOPT_NOBODY, request_.method == "HEAD" ? 1L : 0L);
  if (is_post) {
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, request_.body.data());
  }
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
  SetRoute();
  SetLimits();
  SetTls();
  return true;
}

bool CurlTransfer::AddHeaders() {
  result_.request_headers.emplace_back("Host", route_.authority);
  for (const auto& [name, value] : request_.headers) {
    if (value.empty()) continue;
    if (HasControl(name) || HasControl(value) || name.find(':') != std::string::npos) {
      result_.detail = "request header '" + name + "' holds characters that no header may hold";
      return false;
    }
    result_.request_headers.emplace_back(name, value);
  }
  for (const auto& [name, value] : result_.request_headers) {
    headers_ = curl_slist_append(headers_, (name + ": " + value).c_str());
  }
  // What curl would add of its own.
  if (!FindHeader(request_.headers, "Accept")) headers_ = curl_slist_append(headers_, "Accept:");
  if (request_.method != "POST") return true;
  headers_ = curl_slist_append(headers_, "Expect:");
  if (!FindHeader(request_.headers, "Content-Type"))
    headers_ = curl_slist_append(headers_, "Content-Type:");
  return true;
}

void CurlTransfer::SetRoute() {
  if (route_.rule) {
    connect_to_ = curl_slist_append(nullptr, route_.rule->ForCurl().c_str());
    curl_easy_setopt(easy_, CURLOPT_CONNECT_TO, connect_to_);
  }
  if (route_.proxy) SetProxy();
  if (route_.resolved.empty()) return;
  // "+": a host that begins with "-" must not read as the removal of another pin.
  std::string pin = "+" + route_.connect_host + ":" + std::to_string(route_.connect_port) + ":";
  for (const auto& address : route_.resolved) {
    if (pin.back() != ':') pin += ',';
    pin += address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
  }
  pins_ = curl_slist_append(nullptr, pin.c_str());
  names_ = curl_share_init();
  curl_share_setopt(names_, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
  curl_easy_setopt(easy_, CURLOPT_SHARE, names_);
  curl_easy_setopt(easy_, CURLOPT_RESOLVE, pins_);
  curl_easy_setopt(easy_, CURLOPT_DNS_CACHE_TIMEOUT, -1L);
  // curl "resolves" the address of a proxy too.
  if (!route_.proxy)
    curl_easy_setopt(easy_, CURLOPT_RESOLVER_START_FUNCTION, &CurlTransfer::OnResolve);
}

void CurlTransfer::SetCookies(const std::vector<std::string>& lines) {
  curl_easy_setopt(easy_, CURLOPT_COOKIEFILE, "");  // No file: only starts to look at cookies.
  if (lines.empty()) return;
  for (const std::string& line : lines) curl_easy_setopt(easy_, CURLOPT_COOKIELIST, line.c_str());
  // What it chooses to send is to be recorded, and is told nowhere else.
  curl_easy_setopt(easy_, CURLOPT_DEBUGFUNCTION, &CurlTransfer::OnDebug);
  curl_easy_setopt(easy_, CURLOPT_DEBUGDATA, this);
  curl_easy_setopt(easy_, CURLOPT_VERBOSE, 1L);
}

int CurlTransfer::OnDebug(CURL* /*easy*/, curl_infotype type, char* data, size_t size,
                          void* self) {
  constexpr std::string_view kCookie = "\r\nCookie: ";
  if (type != CURLINFO_HEADER_OUT) return 0;
  std::string_view head(data, size);
  const size_t at = head.find(kCookie);
  if (at == std::string_view::npos) return 0;
  head.remove_prefix(at + kCookie.size());
  static_cast<CurlTransfer*>(self)->result_.request_headers.emplace_back(
      "Cookie", head.substr(0, head.find("\r\n")));
  return 0;
}

void CurlTransfer::SetProxy() {
  curl_easy_setopt(easy_, CURLOPT_PROXY, route_.proxy->Spell().c_str());
  curl_easy_setopt(easy_, CURLOPT_NOPROXY, "");  // Not even the environment's.
  curl_easy_setopt(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  proxy_headers_ = curl_slist_append(nullptr, "Proxy-Connection:");  // Leaves it out.
  curl_easy_setopt(easy_, CURLOPT_PROXYHEADER, proxy_headers_);
}

int CurlTransfer::OnResolve(void* /*resolver*/, void* /*reserved*/, void* /*self*/) {
  return 1;  // Of all names only the pinned one is to be known.
}

void CurlTransfer::SetLimits() {
  const HttpLimits& limits = request_.limits;
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_BUFFERSIZE, kReadBufferBytes);
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, AsLong(limits.connect));
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, AsLong(limits.total));
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_.data());
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &CurlTransfer::OnHeader);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &CurlTransfer::OnBody);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy_, CURLOPT_OPENSOCKETFUNCTION, &CurlTransfer::OnOpenSocket);
  curl_easy_setopt(easy_, CURLOPT_OPENSOCKETDATA, this);
}

void CurlTransfer::SetTls() {
  // One file and no directory: the form that curl parses once and then keeps.
  curl_easy_setopt(easy_, CURLOPT_CAPATH, nullptr);
  if (!options_.ca_file.empty()) {
    curl_easy_setopt(easy_, CURLOPT_CAINFO, options_.ca_file.c_str());
  }
  if (!manner_.any_tls) return;
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, 0L);
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, 0L);
  curl_easy_setopt(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_0));
  curl_easy_setopt(easy_, CURLOPT_SSL_CTX_FUNCTION, &CurlTransfer::OnTlsContext);
}

CURLcode CurlTransfer::OnTlsContext(CURL* /*easy*/, void* context, void* /*self*/) {
  auto* tls = static_cast<SSL_CTX*>(context);
  SSL_CTX_set_options(tls, SSL_OP_LEGACY_SERVER_CONNECT);
  SSL_CTX_set_security_level(tls, 0);
  return CURLE_OK;
}

curl_socket_t CurlTransfer::OnOpenSocket(void* self, curlsocktype /*purpose*/,
                                         curl_sockaddr* address) {
  auto* transfer = static_cast<CurlTransfer*>(self);
  const AddressGuard& guard = transfer->options_.guard;
  const std::optional<Proxy>& proxy = transfer->route_.proxy;
  if (proxy) {
    // The operator chose it, and the target behind it is already judged.
    const auto length = static_cast<socklen_t>(proxy->endpoint.size());
    const bool is_proxy = address->addrlen >= length &&
                          AddressGuard::Spell(&address->addr, address->addrlen) ==
                              AddressGuard::Spell(proxy->endpoint.data(), length);
    if (!is_proxy) return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  }
  // The operator chose the port of a connect_to target.
  const bool allowed = transfer->route_.rule
                           ? guard.AllowsAddress(&address->addr, address->addrlen)
                           : guard.Allows(&address->addr, address->addrlen);
  if (!allowed) {
    transfer->refused_address_ = AddressGuard::Spell(&address->addr, address->addrlen);
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::optional<Instant> CurlTransfer::Watch() {
  const HttpLimits& limits = request_.limits;
  const Instant now = steady_clock::now();
  if (needed_bytes_ > allowed_bytes_) {
    // Whoever waits for us is not slow.
    window_start_ = now;
    received_before_window_ = received_bytes_;
    if (!MayBecome(needed_bytes_)) {
      asks_after_ = std::clamp(asks_after_ * 2, kGrowAskedMin, kGrowAskedMax);
      return now + asks_after_;
    }
    asks_after_ = Millis(0);
    curl_easy_pause(easy_, CURLPAUSE_CONT);  // What it held back may be too much again.
    if (needed_bytes_ > allowed_bytes_) return now + kGrowAskedMin;
  }
  if (!window_start_) {
    curl_off_t ready_us = 0;  // From the start to the request being sent; 0: not connected yet.
    curl_easy_getinfo(easy_, CURLINFO_PRETRANSFER_TIME_T, &ready_us);
    const Instant soon = now + std::min(limits.first_byte, limits.low_speed_window);
    if (ready_us == 0) return soon;
    const Instant due = started_ + std::chrono::microseconds(ready_us) + limits.first_byte;
    if (now < due) return std::min(due, soon);
    too_slow_ = "no answer within " + base::FormatSpan(limits.first_byte) + " of the request";
    return std::nullopt;
  }
  const Instant window_end = *window_start_ + limits.low_speed_window;
  if (now < window_end) return window_end;
  const double seconds = std::chrono::duration<double>(now - *window_start_).count();
  const auto received = static_cast<double>(received_bytes_ - received_before_window_);
  if (received < seconds * static_cast<double>(limits.low_speed_bytes_per_s)) {
    too_slow_ = "slower than " + std::to_string(limits.low_speed_bytes_per_s) + " B/s for " +
                base::FormatSpan(limits.low_speed_window);
    return std::nullopt;
  }
  window_start_ = now;
  received_before_window_ = received_bytes_;
  return now + limits.low_speed_window;
}

size_t CurlTransfer::OnHeader(char* data, size_t size, size_t count, void* self) {
  const bool taken =
      static_cast<CurlTransfer*>(self)->TakeHeaderLine(std::string_view(data, size * count));
  return taken ? size * count : 0;
}

bool CurlTransfer::TakeHeaderLine(std::string_view line) {
  if (!window_start_) {
    window_start_ = steady_clock::now();
    result_.first_byte_after = std::max(
        Millis(1), std::chrono::duration_cast<Millis>(*window_start_ - started_));
    TakeTlsFacts();
  }
  received_bytes_ += line.size();
  return header_.Take(line);
}

// While the connection is there: a reused one makes no new handshake that curl would report.
void CurlTransfer::TakeTlsFacts() {
  const curl_tlssessioninfo* session = nullptr;
  if (curl_easy_getinfo(easy_, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK || session == nullptr ||
      session->backend != CURLSSLBACKEND_OPENSSL || session->internals == nullptr) {
    return;
  }
  constexpr int kChainMax = 10;
  const auto* ssl = static_cast<const SSL*>(session->internals);
  TlsFacts facts;
  facts.version = SSL_get_version(ssl);
  const char* cipher = SSL_get_cipher_name(ssl);
  facts.cipher = cipher == nullptr ? "" : cipher;
  facts.verified = !manner_.any_tls;
  STACK_OF(X509)* chain = SSL_get_peer_cert_chain(ssl);
  for (int i = 0; chain != nullptr && i < std::min(sk_X509_num(chain), kChainMax); ++i) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    if (X509_digest(sk_X509_value(chain, i), EVP_sha256(), digest.data(), &length) == 1) {
      facts.chain_sha256.emplace_back(reinterpret_cast<const char*>(digest.data()), length);
    }
  }
  result_.tls = std::move(facts);
}

size_t CurlTransfer::LimitOfType() const {
  const HttpLimits& limits = request_.limits;
  return MayBeHtml(header_.head().headers)
             ? std::min(limits.html_bytes_max, limits.body_bytes_max)
             : limits.body_bytes_max;
}

// As announced, where it was announced: curl reads no more than that.
size_t CurlTransfer::BodyBytesMax() const {
  curl_off_t announced = -1;
  curl_easy_getinfo(easy_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
  const size_t limit = LimitOfType();
  return announced < 0 ? limit : std::min(limit, static_cast<size_t>(announced));
}

size_t CurlTransfer::OnBody(char* data, size_t size, size_t count, void* self) {
  auto* transfer = static_cast<CurlTransfer*>(self);
  const std::string_view bytes(data, size * count);
  if (!transfer->MayTake(bytes.size())) return CURL_WRITEFUNC_PAUSE;  // curl gives them again.
  return transfer->TakeBody(bytes) ? bytes.size() : 0;
}

bool CurlTransfer::MayTake(size_t bytes) {
  if (!request_.grow || result_.body.size() + bytes <= allowed_bytes_) return true;
  const bool may = MayBecome(std::min(result_.body.size() + bytes, BodyBytesMax()));
  if (!may) look_soon_();
  return may;
}

bool CurlTransfer::MayBecome(size_t bytes) {
  needed_bytes_ = bytes;
  if (bytes > allowed_bytes_)
    allowed_bytes_ = std::max(allowed_bytes_, request_.grow(bytes, BodyBytesMax()));
  return bytes <= allowed_bytes_;
}

bool CurlTransfer::TakeBody(std::string_view data) {
  received_bytes_ += data.size();
  if (body_max_ == 0) body_max_ = LimitOfType();
  const size_t room = body_max_ - result_.body.size();
  body_limit_hit_ = data.size() > room;
  // A large body grows by steps: doubled, it would hold twice what it needs.
  const size_t needed = result_.body.size() + std::min(data.size(), room);
  if (needed > result_.body.capacity() && needed > kGrowStep)
    result_.body.reserve(std::min(body_max_, needed + kGrowStep));
  result_.body.append(data.substr(0, room));
  return !body_limit_hit_;
}

}  // namespace signboard::net
