// MailClient gives mail to one server that an operator named: SMTP or SMTP over TLS, one message
// and one recipient at a time, the same said as text and as HTML (multipart/alternative).
//
// The server is the operator's own choice and may stand in the house: no AddressGuard is asked.
// Its name is resolved by us as every other is (resolver.h); its certificate has to verify wherever
// there is TLS. A password is sent over TLS alone.
//
// Threads: one, the only running thread of its io_context.
// Errors:  none: whatever happens is a MailResult.
// Cost:    a connection for each message.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/status.h"
#include "proto/base/time.h"
#include "proto/net/curl_engine.h"
#include "proto/net/header_list.h"
#include "proto/net/resolver.h"

namespace signboard::net {

enum class Starttls {
  kRequire,  // A server that does not offer it is given nothing.
  kTry,
  kOff,
};
// "require", "try" or "off". kInvalidArgument names the value.
StatusOr<Starttls> ParseStarttls(std::string_view text);

struct MailServer {
  bool tls = false;  // From the first byte (smtps).
  std::string host;
  uint16_t port = 0;
};
// smtp://host[:port] (587) or smtps://host[:port] (465), and nothing else in it. kInvalidArgument
// says what is wrong.
StatusOr<MailServer> ParseMailServer(std::string_view url);

struct MailClientOptions {
  MailServer server;
  Starttls starttls = Starttls::kRequire;  // Of a server that does not begin with TLS.
  std::string user;                        // Empty: it asks for none.
  std::string password;
  std::string ca_file;  // PEM; empty: the system's.
  ResolverOptions resolver;
};
// kInvalidArgument: a password that would go in the clear, or that nobody has.
Status CheckMailClientOptions(const MailClientOptions& options);

struct Mail {
  std::string from;  // Addresses (IsMailAddress).
  std::string to;
  HeaderList headers;  // Beside those that follow from the rest; see EncodeMailText.
  std::string text;    // UTF-8.
  std::string html;
  Millis timeout{60'000};
};

// How far it came.
enum class MailStep { kConnect, kHello, kLogin, kSender, kRecipient, kContent };
std::string_view MailStepName(MailStep step);

struct MailResult {
  bool taken = false;
  MailStep step = MailStep::kConnect;
  int reply_code = 0;  // Of the server's last reply, 0: it never said anything.
  std::string detail;  // For people: that reply, or what went wrong below it.

  // The server has decided, and asking again changes nothing.
  bool refused() const { return !taken && reply_code >= 500 && step >= MailStep::kRecipient; }
};

class MailClient {
 public:
  // `io` must outlive the client.
  MailClient(boost::asio::io_context& io, MailClientOptions options);

  // The client must outlive the call. Cancelling the coroutine ends the transfer.
  boost::asio::awaitable<MailResult> Send(Mail mail);

 private:
  const MailClientOptions options_;
  const AddressGuard any_;  // Of the resolver: allows every address.
  Resolver resolver_;
  CurlEngine engine_;
};

}  // namespace signboard::net
