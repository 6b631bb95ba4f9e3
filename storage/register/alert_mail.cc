#include "storage/register/alert_mail.h"

#include <array>
#include <cstdio>
#include <ctime>

#include "proto/net/mail_headers.h"
#include "storage/register/subscriptions.h"

namespace signboard::registry {
namespace {

// RFC 5322 section 3.3, in UTC; strftime would speak the process's language.
std::string MailDate(int64_t ms) {
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = ms / 1'000;
  std::tm tm{};
  gmtime_r(&seconds, &tm);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %d %s %d %02d:%02d:%02d +0000",
                kDays.at(static_cast<size_t>(tm.tm_wday)), tm.tm_mday,
                kMonths.at(static_cast<size_t>(tm.tm_mon)), tm.tm_year + 1900, tm.tm_hour,
                tm.tm_min, tm.tm_sec);
  return text.data();
}

}  // namespace

net::Mail MakeMail(const AlertBook::Outgoing& message, const MailText& words,
                   const std::string& from, Millis timeout) {
  net::Mail mail;
  mail.from = from;
  mail.to = MailAddress(message.to);
  mail.text = words.text;
  mail.html = words.html;
  mail.timeout = timeout;
  const std::string& id = message.to.id();
  const std::string domain = from.substr(from.find('@') + 1);
  mail.headers = {
      {"Subject", net::EncodeMailText(words.subject)},
      {"Date", MailDate(message.delivery.created_ms())},
      {"Message-ID", "<" + message.delivery.id() + "@" + domain + ">"},
      {"List-Id", "Signboard <" + id + ".signboard." + domain + ">"},
      // Whoever reads the sender's mail takes it out: nobody else knows who may.
      {"List-Unsubscribe", "<mailto:" + from + "?subject=unsubscribe%20" + id + ">"},
      {"Auto-Submitted", "auto-generated"},  // RFC 3834: no vacation notes, please.
  };
  return mail;
}

AlertBook::Attempt JudgeMail(const net::MailResult& result) {
  AlertBook::Attempt attempt;
  attempt.delivered = result.taken;
  if (result.taken) return attempt;
  attempt.error = "SMTP " + result.detail;
  attempt.disable = result.refused() && result.step == net::MailStep::kRecipient;
  attempt.refused = result.refused() && !attempt.disable;
  return attempt;
}

}  // namespace signboard::registry
