#include "storage/register/alert_mail.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace signboard::registry {
namespace {

std::string HeaderOf(const net::Mail& mail, const std::string& name) {
  for (const auto& [key, value] : mail.headers)
    if (key == name) return value;
  return "none";
}

// RFC 5322 section 3.3: a zone is a number; GMT is a form of old messages, not to be written.
TEST(AlertMailTest, DateAndIdFollowFromTheMessage) {
  AlertBook::Outgoing message;
  message.to.set_target("mailto:li@b.example");
  message.delivery.set_id("msg_1");
  message.delivery.set_created_ms(1'763'435'045'678);  // 2025-11-18, 03:04:05 and some.
  const net::Mail mail =
      MakeMail(message, {"s", "t", "h"}, "signboard@a.example", std::chrono::seconds(1));
  EXPECT_EQ(HeaderOf(mail, "Date"), "Tue, 18 Nov 2025 03:04:05 +0000");
  EXPECT_EQ(HeaderOf(mail, "Message-ID"), "<msg_1@a.example>");
}

}  // namespace
}  // namespace signboard::registry
