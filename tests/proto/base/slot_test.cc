#include "proto/base/slot.h"

#include <gtest/gtest.h>

#include <set>

#include "proto/base/digest.h"
#include "proto/base/public_suffix_list.h"

namespace signboard::base {
namespace {

TEST(SlotTest, GovCnIsAPublicSuffix) {
  EXPECT_EQ(RegistrableDomain("www.jxja.gov.cn"), "jxja.gov.cn");
  EXPECT_EQ(RegistrableDomain("jxja.gov.cn"), "jxja.gov.cn");
  EXPECT_EQ(RegistrableDomain("gov.cn"), "gov.cn");
  EXPECT_EQ(RegistrableDomain("www.gov.cn"), "www.gov.cn");
  EXPECT_EQ(RegistrableDomain("jingan.sh.cn"), "jingan.sh.cn") << "provinces are suffixes too";
}

TEST(SlotTest, HostsWithoutARegistrableDomainStayWhole) {
  for (const char* host : {"localhost", "1.2.3.4", "[::1]", "cn", "com", "", ".", ".cn", "a..b.cn",
                           "a b.cn", "-", "_"})
    EXPECT_EQ(RegistrableDomain(host), host);
  EXPECT_EQ(RegistrableDomain(std::string_view("a\0.b.cn", 7)), std::string_view("a\0.b.cn", 7));
}

TEST(SlotTest, SpellingOfTheHostDoesNotMatter) {
  EXPECT_EQ(RegistrableDomain("WWW.JXJA.GOV.CN"), "jxja.gov.cn");
  EXPECT_EQ(RegistrableDomain("www.jxja.gov.cn."), "jxja.gov.cn");
  EXPECT_EQ(RegistrableDomain("a.b.xn--fiqs8s"), "b.xn--fiqs8s");
  EXPECT_EQ(RegistrableDomain("x.unheard-of-tld"), "x.unheard-of-tld");
  EXPECT_EQ(RegistrableDomain("w.x.unheard-of-tld"), "x.unheard-of-tld");
  EXPECT_EQ(RegistrableDomain("jingan.cjyun.org"), "cjyun.org");
}

// Keys on disk begin with these numbers: a failure here is data lost, not a test to be changed.
TEST(SlotTest, GoldenSlotsNeverChange) {
  const std::vector<std::pair<std::string, Slot>> golden = {
      {"www.jxja.gov.cn", 149}, {"jxja.gov.cn", 149},    {"gov.cn", 169},
      {"a.b.cjyun.org", 155},   {"localhost", 104},      {"1.2.3.4", 163},
      {"[::1]", 29},            {"x.github.io", 19},     {"www.baidu.com", 21},
  };
  for (const auto& [host, slot] : golden) EXPECT_EQ(SlotOfHost(host), slot) << host;
}

TEST(SlotTest, FrozenListIsTheOneThatSlotsWereMadeWith) {
  EXPECT_EQ(ToHex(Sha256(PublicSuffixListText())),
            "87d2e11f3602b504fc5dbea9218429a4ce3c0f62aa6ce7a1371024add024baed");
}

TEST(SlotTest, UrlAndQueueKeyOfASiteShareItsSlot) {
  const Slot slot = SlotOfHost("jxja.gov.cn");
  EXPECT_EQ(SlotOfUrl("https://www.jxja.gov.cn:8443/x?y"), slot);
  EXPECT_EQ(SlotOfUrl(Url::Parse("http://JXJA.gov.cn").value()), slot);
  EXPECT_EQ(SlotOfQueueKey("www.jxja.gov.cn"), slot);
  EXPECT_EQ(SlotOfQueueKey("www.jxja.gov.cn:8443"), slot);
  EXPECT_EQ(SlotOfQueueKey("jxja.gov.cn"), slot);
  EXPECT_EQ(SlotOfUrl("http://[::1]:81/"), SlotOfQueueKey("[::1]:81"));
  EXPECT_EQ(SlotOfQueueKey("[::1]"), SlotOfHost("[::1]"));
  EXPECT_EQ(SlotOfUrl("http://0x7f.1/"), SlotOfQueueKey("127.0.0.1"));
}

TEST(SlotTest, WhatHasNoHostHashesWhole) {
  EXPECT_EQ(SlotOfUrl("warcinfo:a.warc.gz"), Fingerprint64("warcinfo:a.warc.gz") % kSiteSlotCount);
  EXPECT_EQ(SlotOfUrl("not a url"), Fingerprint64("not a url") % kSiteSlotCount);
  EXPECT_EQ(SlotOfQueueKey("any words"), Fingerprint64("any words") % kSiteSlotCount);
}

TEST(SlotTest, SitesSpreadOverAllSlots) {
  std::set<Slot> seen;
  for (int i = 0; i < 5000; ++i) {
    const Slot slot = SlotOfHost("site" + std::to_string(i) + ".gov.cn");
    ASSERT_LT(slot, kSiteSlotCount);
    seen.insert(slot);
  }
  EXPECT_EQ(seen.size(), kSiteSlotCount);
}

}  // namespace
}  // namespace signboard::base
