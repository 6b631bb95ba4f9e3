#include "storage/register/alert_mail.h"

#include "proto/base/time.h"
#include "proto/net/mail_headers.h"
#include "storage/register/subscriptions.h"

namespace signboard::registry {
namespace {

// As over HTTP, but that RFC 5322 section 3.3 writes UTC as a number.
std::string MailDate(UnixTime t) {
  std::string date = base::FormatHttpDate(t);
  date.replace(date.rfind("GMT"), date.npos, "+0000");
  return date;
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
      {"Date", MailDate(FromMillis(message.delivery.created_ms()))},
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
