#include "proto/net/mail_headers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/base/digest.h"
#include "proto/base/text.h"

namespace signboard::net {
namespace {

TEST(MailAddressTest, IsWhatMostHaveAndNothingElse) {
  for (const char* good : {"a@b", "desk@news.example", "first.last+tag@a-b.example", "o'neil@x.cn"})
    EXPECT_TRUE(IsMailAddress(good)) << good;
  for (const char* bad :
       {"", "a", "@b", "a@", "a@b@c", "a@.b", ".a@b", "a..b@c", "a@b.", "a b@c", "a@b\r\nBcc: c@d",
        "\"a\"@b", "a@[127.0.0.1]", "a@b>", "<a@b>", "a,b@c", "a@b;c", "a@b?cc=d", "a@-b", "a@b-",
        "名@b", "a@例.cn"}) {
    EXPECT_FALSE(IsMailAddress(bad)) << bad;
  }
  EXPECT_FALSE(IsMailAddress(std::string(65, 'a') + "@b"));
  EXPECT_FALSE(IsMailAddress("a@" + std::string(64, 'b')));
}

// RFC 2047, the reader's side, of what EncodeMailText writes.
std::string Decode(std::string_view field) {
  if (!field.starts_with("=?")) return std::string(field);
  std::string text;
  while (!field.empty()) {
    if (field.starts_with("\r\n ")) field.remove_prefix(3);
    const size_t end = field.find("?=");
    const std::string_view word = field.substr(0, end + 2);
    EXPECT_LE(word.size(), 75u);
    EXPECT_TRUE(word.starts_with("=?UTF-8?B?")) << word;
    const std::string part = base::FromBase64(word.substr(10, end - 10)).value();
    EXPECT_TRUE(base::IsValidUtf8(part)) << "a character is split";
    text += part;
    field.remove_prefix(end + 2);
  }
  return text;
}

TEST(MailTextTest, SaysTheSameAndNeverEndsItsField) {
  std::string every;
  for (char32_t c = 0x20; c < 0x3000; ++c)
    if (c != 0x7F) base::AppendUtf8(c, &every);
  const std::string texts[] = {"", "plain", "靖安县国际传播中心", "a😀b", std::string(2'000, 'x'),
                               "=?UTF-8?B?YQ==?=", every};
  for (const std::string& text : texts) EXPECT_EQ(Decode(EncodeMailText(text)), text);
  EXPECT_EQ(EncodeMailText("plain"), "plain");
  for (const std::string& text : {std::string("a\r\nBcc: b@c"), std::string("a\0b\x7f", 4)}) {
    const std::string encoded = EncodeMailText(text);
    EXPECT_EQ(encoded.find_first_of(std::string("\r\n\0\x7f", 4)), std::string::npos);
  }
  EXPECT_EQ(Decode(EncodeMailText("a\xff 中")), "a\xef\xbf\xbd 中");
}

}  // namespace
}  // namespace signboard::net
