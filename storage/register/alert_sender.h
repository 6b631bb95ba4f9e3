// AlertSender brings the messages of the AlertBook to their targets: one at a time for each
// subscription, all subscriptions beside each other.
//
// A webhook is a POST with a signature (webhook.h). It is delivered when the answer is a 2xx, to be
// tried again after everything else, redirects included, and not wanted any more when it is 410.
// Targets are named by strangers to this machine's network: the client's address guard judges each
// connect, and no certificate that does not verify is accepted.
//
// Mail goes to the one server that the operator named (alert_mail.h), which has taken it when it
// says so. A server that is away, that puts us off (4xx) or does not let us in is asked again.
//
// Threads: its loops run on `io`, whose only running thread they share; the book is called on
//          `pool`.
// Errors:  none: what fails is settled, or logged and tried again.
// Life:    begins to send when it is made. Stop is awaited on `io` before it dies, and it dies
//          before book, register, pool and io.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "proto/base/pool.h"
#include "proto/base/signal.h"
#include "proto/base/task_group.h"
#include "proto/net/http_client.h"
#include "proto/net/mail_client.h"
#include "storage/register/alert_book.h"
#include "storage/register/alert_mail.h"

namespace signboard::registry {

struct AlertSenderOptions {
  net::HttpClientOptions http;
  std::string user_agent = "Signboard";
  std::optional<net::MailClientOptions> mail;  // None: no mail is sent.
  std::string mail_from;                       // An address.
  std::function<MailText(const AlertBook::Outgoing&)> mail_text;
  Millis timeout{20'000};           // Of one attempt.
  Millis sweep_every{10 * 60'000};  // In real time.
};

class AlertSender {
 public:
  AlertSender(AlertBook& book, Register& reg, boost::asio::io_context& io, base::Pool& pool,
              const Clock& clock, AlertSenderOptions options);

  // Ends every loop; a message under way is sent again the next time.
  boost::asio::awaitable<void> Stop();
  // From now on so; what is under way ends as it began. Called on `io`.
  void Configure(AlertSenderOptions options);
  // The clock has jumped: look anew at what is due by it.
  void Poke() { wake_.Ring(); }

  // Sends one message at once, past the queue. Errors: those of AlertBook::MakeTest.
  boost::asio::awaitable<StatusOr<v1::TestSubscriptionReply>> Test(std::string id);

 private:
  // What messages are sent with. Whoever sends holds it until it is done.
  struct Outfit {
    Outfit(boost::asio::io_context& io, AlertSenderOptions with);

    const AlertSenderOptions options;
    net::HttpClient http;
    std::optional<net::MailClient> mail;
  };

  boost::asio::awaitable<void> FollowBook();
  boost::asio::awaitable<void> FollowRegister();
  boost::asio::awaitable<void> Sweep();
  boost::asio::awaitable<void> Serve(std::string id);
  boost::asio::awaitable<AlertBook::Attempt> Send(AlertBook::Outgoing message);
  boost::asio::awaitable<AlertBook::Attempt> Post(AlertBook::Outgoing message);
  boost::asio::awaitable<AlertBook::Attempt> Mail(AlertBook::Outgoing message);
  Millis Nap(const AlertBook::Turn& turn) const;

  // Constant after construction.
  AlertBook& book_;
  Register& register_;
  boost::asio::io_context& io_;
  base::Pool& pool_;
  const Clock& clock_;
  // Own synchronization.
  base::Bell wake_;
  // Touched on `io` alone.
  std::shared_ptr<Outfit> outfit_;
  std::set<std::string> served_;
  base::TaskGroup loops_;  // Last: its tasks use the rest.
};

}  // namespace signboard::registry
