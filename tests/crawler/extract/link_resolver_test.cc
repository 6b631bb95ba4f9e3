// The resolver gives what the parser gives, whichever way a reference takes.
#include "crawler/extract/link_resolver.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "crawler/extract/links.h"
#include "proto/base/text.h"
#include "proto/base/url_canonical.h"
#include "tests/paths.h"

namespace signboard::extract {
namespace {

const char* const kBases[] = {
    "http://www.jxja.gov.cn/xwzx/202511/t20251118_1.html",
    "https://www.jxja.gov.cn:8443/",
    "http://www.jxja.gov.cn/a%7eb/%2F/c//d/?q=1",
    "http://www.jxja.gov.cn/%/x",
    "http://user:word@www.jxja.gov.cn/a/b",
    "ftp://www.jxja.gov.cn/a/b",
    "mailto:a@b.cn",
};

void ExpectTheSame(LinkResolver* resolver, const std::string& reference, const base::Url& base) {
  const auto fast = resolver->Resolve(reference);
  const auto slow = LinkResolver::ResolveByParser(reference, base);
  const std::string where = base::EscapeTerminal(reference) + " at " + base.href();
  ASSERT_EQ(fast.has_value(), slow.has_value()) << where;
  if (!fast) return;
  EXPECT_EQ(fast->url, slow->url) << where;
  EXPECT_EQ(fast->is_trap, slow->is_trap) << where;
  // Who passes a canonical URL on need not parse it again.
  const StatusOr<base::Url> again = base::Url::Parse(fast->url);
  ASSERT_TRUE(again.ok()) << where;
  EXPECT_EQ(base::Canonical(*again), fast->url) << where;
  EXPECT_EQ(base::QueueKey(*again), base::QueueKeyOfCanonical(fast->url)) << where;
}

TEST(LinkResolverTest, GivesWhatTheParserGivesOfTheStandardsCases) {
  std::ifstream in(std::string(SIGNBOARD_SOURCE_DIR) + "/tests/data/url_cases.json");
  const auto cases = nlohmann::json::parse(in).at("cases");
  ASSERT_GT(cases.size(), 2000U);
  for (const char* const text : kBases) {
    const base::Url base = base::Url::Parse(text).value();
    LinkResolver resolver(base);
    for (const auto& c : cases) ExpectTheSame(&resolver, c.at("input").get<std::string>(), base);
  }
}

TEST(LinkResolverTest, GivesWhatTheParserGivesOfPiecesPutTogether) {
  const char* const kPieces[] = {
      "/",   "//",   "./",   "../",  "..",   ".",       "a",     "index.html", "t2025_1", "?",
      "#",   "x=1",  "&",    "%7E",  "%2e",  "%2E%2e",  "%",     "%zz",        "\\",      " ",
      "\t",  "\n",   ":",    "@",    "http", "HTTP",    "https", "http:",      "http://",
      "https://",
      "www.jxja.gov.cn", "WWW.Example.COM", ":80", ":8080", "/a/a/a/a", "'", "\"", "<", "|", "^",
      "县",  "\xFF", "[::1]", "127.1", "0x7f.1", "javascript:", "_", "~", "-", ";"};
  std::mt19937 random(20251118);
  for (const char* const text : kBases) {
    const base::Url base = base::Url::Parse(text).value();
    LinkResolver resolver(base);
    for (int i = 0; i < 20'000; ++i) {
      std::string reference;
      for (size_t n = random() % 7 + 1; n > 0; --n)
        reference += kPieces[random() % std::size(kPieces)];
      ExpectTheSame(&resolver, reference, base);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(LinkResolverTest, TrapsHaveTooManySegmentsOrOneTooOften) {
  EXPECT_FALSE(IsTrap("/a/b/a/b/a/c.html"));
  EXPECT_TRUE(IsTrap("/a/b/a/b/a/c/a/"));
  EXPECT_FALSE(IsTrap("//1//2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20"));
  EXPECT_TRUE(IsTrap("/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21"));
}

}  // namespace
}  // namespace signboard::extract
