#include "storage/register/alert_sender.h"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <optional>
#include <utility>

#include "proto/base/log.h"
#include "proto/base/span.h"
#include "storage/register/subscriptions.h"
#include "storage/register/webhook.h"

namespace signboard::registry {
namespace {

namespace asio = boost::asio;

// A clock that is not the world's may jump; the longest sleep is then short.
constexpr Millis kNapMax{60'000};
constexpr Millis kNapSimulated{1'000};
constexpr Millis kPauseAfterFailure{1'000};
constexpr size_t kAnswerBytesMax = size_t{16} << 10;
constexpr int kGone = 410;

net::HttpLimits LimitsOf(Millis timeout) {
  net::HttpLimits limits;
  limits.connect = timeout / 2;
  limits.first_byte = timeout;
  limits.total = timeout;
  limits.body_bytes_max = kAnswerBytesMax;
  limits.html_bytes_max = kAnswerBytesMax;
  return limits;
}

AlertBook::Attempt Judge(const net::HttpResult& result, UnixTime now) {
  AlertBook::Attempt attempt;
  if (result.status == 0) {
    attempt.error = std::string(net::KindName(result.kind)) + ": " + result.detail;
    return attempt;
  }
  attempt.delivered = result.status >= 200 && result.status < 300;
  if (attempt.delivered) return attempt;
  attempt.disable = result.status == kGone;
  attempt.error = "HTTP " + std::to_string(result.status);
  if (const auto asked = net::FindHeader(result.headers, "Retry-After"))
    attempt.asked = ParseRetryAfter(*asked, now);
  return attempt;
}

}  // namespace

AlertSender::Outfit::Outfit(asio::io_context& io, AlertSenderOptions with)
    : options(std::move(with)), http(io, options.http) {
  if (options.mail) mail.emplace(io, *options.mail);
}

AlertSender::AlertSender(AlertBook& book, Register& reg, asio::io_context& io, base::Pool& pool,
                         const Clock& clock, AlertSenderOptions options)
    : book_(book),
      register_(reg),
      io_(io),
      pool_(pool),
      clock_(clock),
      outfit_(std::make_shared<Outfit>(io, std::move(options))),
      loops_(io.get_executor()) {
  loops_.Spawn("alerts.follow_book", FollowBook());
  loops_.Spawn("alerts.follow_register", FollowRegister());
  loops_.Spawn("alerts.sweep", Sweep());
}

asio::awaitable<void> AlertSender::Stop() {
  loops_.Cancel();
  co_await loops_.Join();
}

void AlertSender::Configure(AlertSenderOptions options) {
  outfit_ = std::make_shared<Outfit>(io_, std::move(options));
}

asio::awaitable<void> AlertSender::FollowBook() {
  base::Bell::Listener listener(&book_.bell());
  while (true) {
    auto asking = base::OnPool(pool_, [this] { return book_.List(); });
    const auto all = co_await std::move(asking);
    if (all.ok()) {
      for (const v1::Subscription& one : *all) {
        if (!served_.insert(one.id()).second) continue;
        loops_.Spawn("alerts.serve", Serve(one.id()));
      }
    } else {
      Log(kError, "alerts.unreadable", {{"why", base::Message(all.status())}});
    }
    wake_.Ring();
    co_await listener.Wait();
  }
}

asio::awaitable<void> AlertSender::FollowRegister() {
  base::Bell::Listener listener(&register_.bell());
  while (true) {
    co_await listener.Wait();
    wake_.Ring();
  }
}

asio::awaitable<void> AlertSender::Sweep() {
  asio::steady_timer timer(loops_.executor());
  while (true) {
    auto sweeping = base::OnPool(pool_, [this] { return book_.Sweep(); });
    const Status swept = co_await std::move(sweeping);
    if (!swept.ok()) Log(kError, "alerts.not_swept", {{"why", base::Message(swept)}});
    timer.expires_after(outfit_->options.sweep_every);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

Millis AlertSender::Nap(const AlertBook::Turn& turn) const {
  const Millis most = clock_.simulated() ? kNapSimulated : kNapMax;
  if (!turn.look_at) return most;
  return std::clamp(Millis(*turn.look_at - clock_.Now()), Millis(1), most);
}

asio::awaitable<void> AlertSender::Serve(std::string id) {
  base::Bell::Listener listener(&wake_);
  while (true) {
    auto asking = base::OnPool(pool_, [this, &id] { return book_.Next(id); });
    auto turn = co_await std::move(asking);
    if (turn.status().code() == StatusCode::kNotFound) break;
    if (!turn.ok()) {
      Log(kError, "alerts.stuck", {{"id", id}, {"why", base::Message(turn.status())}});
      auto pause = listener.Wait(kPauseAfterFailure);
      co_await std::move(pause);
      continue;
    }
    if (turn->message) {
      auto sending = Send(*turn->message);
      const AlertBook::Attempt attempt = co_await std::move(sending);
      auto settling = base::OnPool(pool_, [this, &turn, &attempt] {
        return book_.Settle(*turn->message, attempt);
      });
      const Status settled = co_await std::move(settling);
      if (settled.ok()) continue;
      Log(kError, "alerts.not_settled", {{"id", id}, {"why", base::Message(settled)}});
      auto pause = listener.Wait(kPauseAfterFailure);
      co_await std::move(pause);
    } else if (!turn->again) {
      auto nap = listener.Wait(Nap(*turn));
      co_await std::move(nap);
    }
  }
  served_.erase(id);
}

asio::awaitable<AlertBook::Attempt> AlertSender::Send(AlertBook::Outgoing message) {
  const std::string subscription = message.to.id();
  const std::string id = message.delivery.id();
  auto sending = IsMail(message.to) ? Mail(std::move(message)) : Post(std::move(message));
  AlertBook::Attempt attempt = co_await std::move(sending);
  Log(kDebug, "alerts.tried",
      {{"subscription", subscription}, {"message", id}, {"delivered", attempt.delivered},
       {"error", attempt.error}});
  co_return attempt;
}

asio::awaitable<AlertBook::Attempt> AlertSender::Mail(AlertBook::Outgoing message) {
  const std::shared_ptr<Outfit> outfit = outfit_;
  if (!outfit->mail) {
    AlertBook::Attempt attempt;
    attempt.error = "there is no server to give mail to: set mail_server in [alerts]";
    co_return attempt;
  }
  const AlertSenderOptions& options = outfit->options;
  net::Mail mail = MakeMail(message, options.mail_text(message), options.mail_from,
                            options.timeout);
  auto sending = outfit->mail->Send(std::move(mail));
  const net::MailResult result = co_await std::move(sending);
  co_return JudgeMail(result);
}

asio::awaitable<AlertBook::Attempt> AlertSender::Post(AlertBook::Outgoing message) {
  const std::shared_ptr<Outfit> outfit = outfit_;
  net::HttpRequest request;
  request.method = "POST";
  request.url = message.to.target();
  request.headers = SignedHeaders(message.delivery.id(), clock_.Now(), message.delivery.payload(),
                                  message.to.secret());
  request.headers.emplace_back("Content-Type", "application/json");
  request.headers.emplace_back("User-Agent", outfit->options.user_agent);
  request.body = std::move(*message.delivery.mutable_payload());
  request.limits = LimitsOf(outfit->options.timeout);
  auto fetching = outfit->http.Fetch(std::move(request));
  const net::HttpResult result = co_await std::move(fetching);
  co_return Judge(result, clock_.Now());
}

asio::awaitable<StatusOr<v1::TestSubscriptionReply>> AlertSender::Test(std::string id) {
  auto making = base::OnPool(pool_, [this, &id] { return book_.MakeTest(id); });
  auto message = co_await std::move(making);
  if (!message.ok()) co_return message.status();
  v1::TestSubscriptionReply reply;
  reply.set_message_id(message->delivery.id());
  const auto started = std::chrono::steady_clock::now();
  auto sending = Send(std::move(*message));
  const AlertBook::Attempt attempt = co_await std::move(sending);
  const auto took = std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - started);
  reply.set_delivered(attempt.delivered);
  reply.set_error(attempt.error);
  *reply.mutable_elapsed() = ToProto(took);
  co_return reply;
}

}  // namespace signboard::registry
