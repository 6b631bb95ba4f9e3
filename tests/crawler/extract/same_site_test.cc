#include "crawler/extract/same_site.h"

#include <gtest/gtest.h>

namespace signboard::extract {
namespace {

base::Url Parsed(const char* text) { return base::Url::Parse(text).value(); }

TEST(SameSite, HoldsTheWholeRegistrableDomain) {
  SameSite site(Parsed("http://www.jingan.gov.cn/col/"));
  EXPECT_TRUE(site.Holds("http://www.jingan.gov.cn/a.html"));
  EXPECT_TRUE(site.Holds("https://xxgk.jingan.gov.cn:8443/a.html"));
  EXPECT_FALSE(site.Holds("http://www.yichun.gov.cn/a.html"));
}

TEST(SameSite, KeepsNoAnswerForAHostThatOnlyBeginsLikeTheLast) {
  SameSite site(Parsed("http://www.a.cn/"));
  EXPECT_TRUE(site.Holds("http://www.a.cn/x"));
  EXPECT_FALSE(site.Holds("http://www.a.cn.evil.com/x"));
  EXPECT_FALSE(site.Holds("http://www.a.cn@evil.com/x"));
  EXPECT_FALSE(site.Holds("http://www.a.cn:80@evil.com/x"));
  EXPECT_FALSE(site.Holds("http://evil.com/http://www.a.cn/x"));
  EXPECT_TRUE(site.Holds("http://www.a.cn/y"));
}

TEST(SameSite, TheOtherAnswerIsKeptToo) {
  SameSite site(Parsed("http://www.a.cn/"));
  EXPECT_FALSE(site.Holds("http://b.com/1"));
  EXPECT_FALSE(site.Holds("http://b.com/2"));
  EXPECT_TRUE(site.Holds("http://a.cn/2"));
}

TEST(SameSite, WhatIsNoUrlIsOnNoSite) {
  SameSite site(Parsed("http://www.a.cn/"));
  EXPECT_FALSE(site.Holds(""));
  EXPECT_FALSE(site.Holds("/relative"));
  EXPECT_FALSE(site.Holds("http://"));
}

}  // namespace
}  // namespace signboard::extract
