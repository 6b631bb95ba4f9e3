// A message of the alerts as a mail: its header fields, and what the server's answer means for it.
//
// A message is the same mail at every attempt: Message-ID and Date follow from the message, so that
// a mailbox that got it twice can tell.
//
// Threads: pure functions.
#pragma once

#include <string>

#include "proto/net/mail_client.h"
#include "storage/register/alert_book.h"

namespace signboard::registry {

// What a person reads; UTF-8.
struct MailText {
  std::string subject;
  std::string text;
  std::string html;
};

// From and to are addresses (IsMailAddress).
net::Mail MakeMail(const AlertBook::Outgoing& message, const MailText& words,
                   const std::string& from, Millis timeout);

AlertBook::Attempt JudgeMail(const net::MailResult& result);

}  // namespace signboard::registry
