#include "proto/net/mail_client.h"

#include <curl/curl.h>

#include <chrono>
#include <limits>
#include <memory>
#include <utility>

#include "proto/net/mail_transfer.h"

namespace signboard::net {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

constexpr uint16_t kSubmissionPort = 587;   // RFC 6409.
constexpr uint16_t kSubmissionsPort = 465;  // RFC 8314.

AddressGuard AnyAddress() { return AddressGuard::Make({"0.0.0.0/0", "::/0"}).value(); }

// Empty: it has none.
std::string Part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK || text == nullptr) return "";
  std::string value = text;
  curl_free(text);
  return value;
}

std::string WithoutBrackets(const std::string& host) {
  return host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
}

}  // namespace

StatusOr<Starttls> ParseStarttls(std::string_view text) {
  if (text == "require") return Starttls::kRequire;
  if (text == "try") return Starttls::kTry;
  if (text == "off") return Starttls::kOff;
  return base::InvalidArgument("'" + std::string(text.substr(0, 40)) +
                               "' is neither require, try nor off");
}

StatusOr<MailServer> ParseMailServer(std::string_view text) {
  const Status wrong =
      base::InvalidArgument("must be smtp://host[:port] or smtps://host[:port] and no more");
  const std::unique_ptr<CURLU, void (*)(CURLU*)> url(curl_url(), &curl_url_cleanup);
  const std::string spelled(text);
  if (!url || curl_url_set(url.get(), CURLUPART_URL, spelled.c_str(),
                           CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
    return wrong;
  }
  MailServer server;
  const std::string scheme = Part(url.get(), CURLUPART_SCHEME);
  server.tls = scheme == "smtps";
  server.host = Part(url.get(), CURLUPART_HOST);
  const std::string path = Part(url.get(), CURLUPART_PATH);
  const bool is_bare = (path.empty() || path == "/") && Part(url.get(), CURLUPART_QUERY).empty() &&
                       Part(url.get(), CURLUPART_FRAGMENT).empty() &&
                       Part(url.get(), CURLUPART_USER).empty() &&
                       Part(url.get(), CURLUPART_PASSWORD).empty();
  if ((scheme != "smtp" && !server.tls) || server.host.empty() || !is_bare) return wrong;
  const std::string port = Part(url.get(), CURLUPART_PORT);
  // curl has read it as a number below 65,536.
  server.port = !port.empty() ? static_cast<uint16_t>(std::stoul(port))
                : server.tls  ? kSubmissionsPort
                              : kSubmissionPort;
  if (server.port == 0) return wrong;
  return server;
}

Status CheckMailClientOptions(const MailClientOptions& options) {
  if (options.user.empty() && !options.password.empty())
    return base::InvalidArgument("there is a password and no user");
  const bool is_secret = options.server.tls || options.starttls == Starttls::kRequire;
  if (!options.user.empty() && !is_secret)
    return base::InvalidArgument("a password goes over TLS alone: smtps://, or STARTTLS required");
  return OkStatus();
}

std::string_view MailStepName(MailStep step) {
  switch (step) {
    case MailStep::kConnect: return "connect";
    case MailStep::kHello: return "hello";
    case MailStep::kLogin: return "login";
    case MailStep::kSender: return "sender";
    case MailStep::kRecipient: return "recipient";
    case MailStep::kContent: return "content";
  }
  return "";
}

MailClient::MailClient(asio::io_context& io, MailClientOptions options)
    : options_(std::move(options)),
      any_(AnyAddress()),
      resolver_(io, &any_, options_.resolver),
      engine_(io) {}

asio::awaitable<MailResult> MailClient::Send(Mail mail) {
  const auto until = steady_clock::now() + mail.timeout;
  std::vector<asio::ip::address> addresses;
  boost::system::error_code is_name;
  const std::string host = WithoutBrackets(options_.server.host);
  asio::ip::make_address(host, is_name);
  if (is_name) {
    auto resolving = resolver_.Resolve(host, until);
    Resolution found = co_await std::move(resolving);
    if (found.addresses.empty()) {
      MailResult failed;
      failed.detail = "connect: " + (found.cancelled ? "cancelled" : found.failure);
      co_return failed;
    }
    addresses = std::move(found.addresses);
  }
  const auto left = std::chrono::duration_cast<Millis>(until - steady_clock::now());
  mail.timeout = std::max(left, Millis(1));
  MailTransfer transfer(std::move(mail), std::move(addresses), options_);
  if (!transfer.Prepare()) co_return transfer.Finish(CURLE_OK);
  // curl keeps the time itself.
  CurlEngine::Watch watch = [until] { return std::optional(until + std::chrono::hours(1)); };
  const CURLcode code = co_await engine_.Perform(transfer.easy(), std::move(watch));
  co_return transfer.Finish(code);
}

}  // namespace signboard::net
