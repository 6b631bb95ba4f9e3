#include "proto/base/surt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/paths.h"

namespace signboard::base {
namespace {

using ::testing::HasSubstr;

TEST(SurtTest, GivesTheBytesOfSurtPy) {
  std::ifstream in(std::string(SIGNBOARD_SOURCE_DIR) + "/tests/data/surt_pairs.tsv");
  std::string line;
  ASSERT_TRUE(std::getline(in, line)) << "the file's own description";
  int count = 0;
  for (; std::getline(in, line); ++count) {
    const size_t tab = line.find('\t');
    ASSERT_NE(tab, std::string::npos) << line;
    const StatusOr<std::string> surt = Surt(line.substr(0, tab));
    ASSERT_TRUE(surt.ok()) << line << ": " << ToString(surt.status());
    EXPECT_EQ(*surt, line.substr(tab + 1)) << line;
  }
  EXPECT_GT(count, 500);
}

TEST(SurtTest, MailDnsWarcinfoAndFiledescStayVerbatim) {
  for (const char* url : {"mailto:Foo@Example.org?subject=a b", "dns:Archive.ORG",
                          "warcinfo:Foo.warc.gz", "filedesc:IA-1.arc", "filedesc://IA-1.arc"})
    EXPECT_EQ(Surt(url).value(), url);
}

TEST(SurtTest, UnusableUrlsAreRefused) {
  const auto refused = [](std::string_view url) { return ToString(Surt(url).status()); };
  EXPECT_THAT(refused(""), HasSubstr("empty"));
  EXPECT_THAT(refused(" \n"), HasSubstr("empty"));
  EXPECT_THAT(refused(std::string_view("http://a/\0b", 11)), HasSubstr("zero byte"));
  EXPECT_THAT(refused(std::string_view("dns:a\0b", 7)), HasSubstr("zero byte"));
  EXPECT_THAT(refused("http://a:99999/"), HasSubstr("port \"99999\""));
  EXPECT_THAT(refused("http://a:b/"), HasSubstr("port \"b\""));
  EXPECT_THAT(refused("http://a/" + std::string(kSurtInputBytesMax, 'x')), HasSubstr("more than"));
}

TEST(SurtTest, DeeplyNestedEscapesEnd) {
  std::string url = "http://a.cn/%";
  for (int i = 0; i < 10'000; ++i) url += "25";
  EXPECT_TRUE(Surt(url).ok());
}

TEST(SurtTest, HostPrefixReversesNamesAndAddresses) {
  EXPECT_EQ(SurtHostPrefix("www.jingan.gov.cn"), "cn,gov,jingan");
  EXPECT_EQ(SurtHostPrefix("WWW2.A.cn."), "cn,a");
  EXPECT_EQ(SurtHostPrefix("1.2.3.4"), "4,3,2,1");
  EXPECT_EQ(SurtHostPrefix("[::1]"), "::1");
  EXPECT_EQ(SurtHostPrefix("中国.cn"), "cn,xn--fiqs8s");
}

bool Holds(const SurtRange& range, std::string_view url) {
  const std::string surt = Surt(url).value();
  return range.first <= surt && surt < range.end;
}

TEST(SurtTest, ExactRangeHoldsOneSurt) {
  const SurtRange range = SurtRangeOf("http://www.a.cn/x", SurtMatch::kExact).value();
  EXPECT_EQ(range.first, "cn,a)/x");
  EXPECT_EQ(range.end, "cn,a)/x!");
  EXPECT_TRUE(Holds(range, "https://a.cn/X/"));
  EXPECT_FALSE(Holds(range, "http://a.cn/x1"));
  EXPECT_FALSE(Holds(range, "http://a.cn/x?q"));
}

TEST(SurtTest, PrefixRangeKeepsTheLastSlashOrQuestionMark) {
  EXPECT_EQ(SurtRangeOf("a.cn/x", SurtMatch::kPrefix).value().end, "cn,a)/y");
  EXPECT_EQ(SurtRangeOf("a.cn/x/", SurtMatch::kPrefix).value().first, "cn,a)/x/");
  EXPECT_EQ(SurtRangeOf("a.cn/x?", SurtMatch::kPrefix).value().first, "cn,a)/x?");
  const SurtRange range = SurtRangeOf("a.cn/x", SurtMatch::kPrefix).value();
  EXPECT_TRUE(Holds(range, "http://a.cn/xyz?q"));
  EXPECT_FALSE(Holds(range, "http://a.cn/y"));
}

TEST(SurtTest, HostRangeHoldsNoSubdomainAndNoOtherPort) {
  const SurtRange range = SurtRangeOf("http://a.cn/x", SurtMatch::kHost).value();
  EXPECT_EQ(range.first, "cn,a)/");
  EXPECT_EQ(range.end, "cn,a*");
  EXPECT_TRUE(Holds(range, "http://www.a.cn/y?z"));
  EXPECT_FALSE(Holds(range, "http://b.a.cn/"));
  EXPECT_FALSE(Holds(range, "http://a.cn:81/"));
  EXPECT_FALSE(Holds(range, "http://ab.cn/"));
}

TEST(SurtTest, DomainRangeHoldsSubdomains) {
  const SurtRange range = SurtRangeOf("a.cn", SurtMatch::kDomain).value();
  EXPECT_TRUE(Holds(range, "http://a.cn/y"));
  EXPECT_TRUE(Holds(range, "http://b.c.a.cn/y"));
  EXPECT_FALSE(Holds(range, "http://a-b.cn/"));
  EXPECT_FALSE(Holds(range, "http://ab.cn/"));
  const SurtRange top = SurtRangeOf("cn", SurtMatch::kDomain).value();
  EXPECT_EQ(top.first, "cn,");
  EXPECT_EQ(top.end, "cn-");
}

}  // namespace
}  // namespace signboard::base
