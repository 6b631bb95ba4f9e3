#include "proto/net/connect_to.h"

#include <gtest/gtest.h>

namespace signboard::net {
namespace {

TEST(ConnectToTest, AnyHostOnOnePort) {
  const auto entry = ConnectTo::Parse("*:80=127.0.0.1:18080");
  ASSERT_TRUE(entry.ok());
  EXPECT_TRUE(entry->Matches("www.a.cn", 80));
  EXPECT_FALSE(entry->Matches("www.a.cn", 443));
  EXPECT_EQ(entry->ForCurl(), ":80:127.0.0.1:18080");
}

TEST(ConnectToTest, OneHostWithoutRegardToCase) {
  const auto entry = ConnectTo::Parse("WWW.A.cn:443=[::1]:18443");
  ASSERT_TRUE(entry.ok());
  EXPECT_TRUE(entry->Matches("www.a.CN", 443));
  EXPECT_FALSE(entry->Matches("a.cn", 443));
  EXPECT_EQ(entry->ForCurl(), "www.a.cn:443:[::1]:18443");
}

TEST(ConnectToTest, WhatIsNoEntryIsNamed) {
  for (const char* text : {"", "*", "*:80", "*:80=", "*:80=127.0.0.1", "*=127.0.0.1:1", ":80=a:1",
                           "*:0=a:1", "*:80=a:70000", "*:80=*:81", "a b:80=c:1", "*:80=::1:1",
                           "*:80=[::1:1", "*:8x=a:1", "http://a:80=b:1"}) {
    const auto entry = ConnectTo::Parse(text);
    ASSERT_FALSE(entry.ok()) << text;
    EXPECT_EQ(entry.status().code(), StatusCode::kInvalidArgument);
  }
  EXPECT_FALSE(ConnectTo::ParseAll({"*:80=127.0.0.1:1", "x"}).ok());
}

}  // namespace
}  // namespace signboard::net
