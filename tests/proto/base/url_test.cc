#include "proto/base/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "proto/base/slot.h"
#include "proto/base/surt.h"
#include "proto/base/url_canonical.h"
#include "tests/paths.h"

namespace signboard::base {
namespace {

using ::testing::HasSubstr;

nlohmann::json Cases() {
  std::ifstream in(std::string(SIGNBOARD_SOURCE_DIR) + "/tests/data/url_cases.json");
  return nlohmann::json::parse(in).at("cases");
}

StatusOr<Url> Parsed(const nlohmann::json& c) {
  if (!c.contains("base")) return Url::Parse(c.at("input").get<std::string>());
  ASSIGN_OR_RETURN(const Url base, Url::Parse(c.at("base").get<std::string>()));
  return Url::Parse(c.at("input").get<std::string>(), &base);
}

Url Good(std::string_view text) {
  StatusOr<Url> url = Url::Parse(text);
  EXPECT_TRUE(url.ok()) << text << ": " << ToString(url.status());
  return *std::move(url);
}

std::string Resolved(std::string_view text, std::string_view base) {
  const Url from = Good(base);
  const StatusOr<Url> url = Url::Parse(text, &from);
  return url.ok() ? url->href() : ToString(url.status());
}

TEST(UrlTest, ParsesWhatBrowsersParse) {
  const nlohmann::json cases = Cases();
  ASSERT_GT(cases.size(), 2000U);
  for (const nlohmann::json& c : cases) {
    const StatusOr<Url> url = Parsed(c);
    if (c.value("failure", false)) {
      EXPECT_FALSE(url.ok()) << c << " became " << url->href();
      continue;
    }
    ASSERT_TRUE(url.ok()) << c << ": " << ToString(url.status());
    EXPECT_EQ(url->href(), c.at("href").get<std::string>()) << c;
    if (c.contains("base")) continue;
    // URL's getters write the marks, and leave an empty query or fragment out.
    const auto marked = [](const char* mark, const std::optional<std::string>& part) {
      return part.value_or("").empty() ? std::string() : mark + *part;
    };
    EXPECT_EQ(url->scheme() + ":", c.value("protocol", "")) << c;
    EXPECT_EQ(url->username(), c.value("username", "")) << c;
    EXPECT_EQ(url->password(), c.value("password", "")) << c;
    EXPECT_EQ(url->host(), c.value("hostname", "")) << c;
    EXPECT_EQ(url->port() ? std::to_string(*url->port()) : "", c.value("port", "")) << c;
    EXPECT_EQ(url->path(), c.value("pathname", "")) << c;
    EXPECT_EQ(marked("?", url->query()), c.value("search", "")) << c;
    EXPECT_EQ(marked("#", url->fragment()), c.value("hash", "")) << c;
  }
}

TEST(UrlTest, SerializedUrlParsesToItself) {
  for (const nlohmann::json& c : Cases()) {
    const StatusOr<Url> url = Parsed(c);
    if (!url.ok() || url->href().size() > kUrlBytesMax) continue;
    const StatusOr<Url> again = Url::Parse(url->href());
    ASSERT_TRUE(again.ok()) << url->href();
    EXPECT_EQ(again->href(), url->href());
    EXPECT_EQ(again->path(), url->path()) << url->href();
  }
}

TEST(UrlTest, HrefWithoutFragmentKeepsAllElse) {
  EXPECT_EQ(Good("http://a.cn/x?q#f").HrefWithoutFragment(), "http://a.cn/x?q");
  EXPECT_EQ(Good("http://a.cn/x#").HrefWithoutFragment(), "http://a.cn/x");
  EXPECT_EQ(Good("http://a.cn/x").HrefWithoutFragment(), "http://a.cn/x");
}

TEST(UrlTest, EffectivePortIsTheSchemesOwnWhenNoneIsWritten) {
  EXPECT_EQ(Good("http://a.cn/").effective_port(), 80);
  EXPECT_EQ(Good("https://a.cn/").effective_port(), 443);
  EXPECT_EQ(Good("https://a.cn:8443/").effective_port(), 8443);
  EXPECT_EQ(Good("foo://a.cn/").effective_port(), 0);
}

TEST(UrlTest, IsHttpOnlyForHttpAndHttps) {
  EXPECT_TRUE(Good("http://a.cn/").is_http());
  EXPECT_TRUE(Good("HTTPS://a.cn/").is_http());
  EXPECT_FALSE(Good("ftp://a.cn/").is_http());
  EXPECT_FALSE(Good("httpx://a.cn/").is_http());
}

TEST(UrlTest, BrokenUtf8CountsAsReplacementCharacter) {
  EXPECT_EQ(Good("http://a.cn/\xC8\xDA").path(), "/%EF%BF%BD%EF%BF%BD");
  EXPECT_FALSE(Url::Parse("http://\xC8\xDA.cn/").ok());
}

TEST(UrlTest, ErrorsNameWhatAndWhere) {
  const auto message = [](std::string_view text) {
    return ToString(Url::Parse(text).status());
  };
  EXPECT_THAT(message("http://a.cn:70000/"), HasSubstr("the port is above 65535"));
  EXPECT_THAT(message("http://a.cn:70000/"), HasSubstr("http://a.cn:70000/"));
  EXPECT_THAT(message("http://1.2.3.999/"), HasSubstr("host \"1.2.3.999\""));
  EXPECT_THAT(message("x.html"), HasSubstr("relative"));
  EXPECT_THAT(message("http://a\x1b[2Jb/"), ::testing::Not(HasSubstr("\x1b")));
  EXPECT_EQ(Url::Parse("").status().code(), StatusCode::kInvalidArgument);
}

TEST(UrlTest, LongerThanTheBoundIsRefusedUnparsed) {
  const std::string head = "http://a.cn/";
  EXPECT_TRUE(Url::Parse(head + std::string(kUrlBytesMax - head.size(), 'x')).ok());
  const StatusOr<Url> url = Url::Parse(head + std::string(kUrlBytesMax, 'x'));
  ASSERT_FALSE(url.ok());
  EXPECT_THAT(ToString(url.status()), HasSubstr("more than 8192"));
}

TEST(UrlTest, HostIsParsedAsInAUrl) {
  EXPECT_EQ(ParseHost("WWW.A.CN").value(), "www.a.cn");
  EXPECT_EQ(ParseHost("中国.cn").value(), "xn--fiqs8s.cn");
  EXPECT_EQ(ParseHost("0x7f.1").value(), "127.0.0.1");
  EXPECT_EQ(ParseHost("[0:0::1]").value(), "[::1]");
  for (const char* bad : {"", "a b", "a/b", "a:80", "::1", "1.2.3.4.5"})
    EXPECT_FALSE(ParseHost(bad).ok()) << bad;
  EXPECT_TRUE(IsIpv4("127.0.0.1"));
  for (const char* name :
       {"127.0.0", "127.0.0.01", "127.0.0.256", "127.0.0.1.", "a.b.c.d", "1.2..4"})
    EXPECT_FALSE(IsIpv4(name)) << name;
  EXPECT_TRUE(IsIpv6("[::1]"));
  EXPECT_FALSE(IsIpv6("::1"));
}

// RFC 3986 section 5.4, all examples; those of 5.4.2 as the WHATWG standard answers them.
TEST(UrlTest, Rfc3986ReferencesResolve) {
  const std::string base = "http://a/b/c/d;p?q";
  const std::vector<std::pair<std::string, std::string>> examples = {
      {"g:h", "g:h"},           {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"}, {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},      {"//g", "http://g/"},
      {"?y", "http://a/b/c/d;p?y"}, {"g?y", "http://a/b/c/g?y"},
      {"#s", "http://a/b/c/d;p?q#s"}, {"g#s", "http://a/b/c/g#s"},
      {"g?y#s", "http://a/b/c/g?y#s"}, {";x", "http://a/b/c/;x"},
      {"g;x", "http://a/b/c/g;x"}, {"g;x?y#s", "http://a/b/c/g;x?y#s"},
      {"", "http://a/b/c/d;p?q"}, {".", "http://a/b/c/"},
      {"./", "http://a/b/c/"},   {"..", "http://a/b/"},
      {"../", "http://a/b/"},    {"../g", "http://a/b/g"},
      {"../..", "http://a/"},    {"../../", "http://a/"},
      {"../../g", "http://a/g"}, {"../../../g", "http://a/g"},
      {"/./g", "http://a/g"},    {"/../g", "http://a/g"},
      {"g.", "http://a/b/c/g."}, {".g", "http://a/b/c/.g"},
      {"g..", "http://a/b/c/g.."}, {"..g", "http://a/b/c/..g"},
      {"./../g", "http://a/b/g"}, {"./g/.", "http://a/b/c/g/"},
      {"g/./h", "http://a/b/c/g/h"}, {"g/../h", "http://a/b/c/h"},
      {"g;x=1/./y", "http://a/b/c/g;x=1/y"}, {"g;x=1/../y", "http://a/b/c/y"},
      {"g?y/./x", "http://a/b/c/g?y/./x"}, {"g#s/../x", "http://a/b/c/g#s/../x"},
      {"http:g", "http://a/b/c/g"},
  };
  for (const auto& [reference, target] : examples)
    EXPECT_EQ(Resolved(reference, base), target) << reference;
}

TEST(UrlCanonicalTest, DropsOnlyWhatNoServerSees) {
  const std::vector<std::pair<std::string, std::string>> pairs = {
      {"HTTP://A.CN:80/a/../b/./c#top", "http://a.cn/b/c"},
      {"https://a.cn:443", "https://a.cn/"},
      {"https://a.cn:80/", "https://a.cn:80/"},
      {"http://a.cn/%7euser/%41%2d%5f%2E", "http://a.cn/~user/A-_."},
      {"http://a.cn/%e8%9e%8d?q=%c8%da", "http://a.cn/%E8%9E%8D?q=%C8%DA"},
      {"http://a.cn/a%2fb%3fc?x=%26%3d", "http://a.cn/a%2Fb%3Fc?x=%26%3D"},
      {"http://a.cn/?", "http://a.cn/"},
      {"http://a.cn/?#x", "http://a.cn/"},
      {"http://a.cn/Path?B=2&a=1", "http://a.cn/Path?B=2&a=1"},
      {"http://u:p@a.cn:81/", "http://u:p@a.cn:81/"},
      {"mailto:a@b.cn#x", "mailto:a@b.cn"},
      // Decoding behind a stray '%' would make an escape that was not there.
      {"http://a.cn/%%34%31", "http://a.cn/%%341"},
      {"http://a.cn/%4%31", "http://a.cn/%4%31"},
      {"http://a.cn/%25%34%31", "http://a.cn/%2541"},
  };
  for (const auto& [url, canonical] : pairs) EXPECT_EQ(Canonical(Good(url)), canonical) << url;
}

TEST(UrlCanonicalTest, CanonicalFormIsItsOwnCanonicalForm) {
  for (const nlohmann::json& c : Cases()) {
    const StatusOr<Url> url = Parsed(c);
    if (!url.ok()) continue;
    const std::string canonical = Canonical(*url);
    if (canonical.size() > kUrlBytesMax) continue;
    const StatusOr<Url> again = Url::Parse(canonical);
    ASSERT_TRUE(again.ok()) << canonical;
    EXPECT_EQ(Canonical(*again), canonical);
    if (url->is_http()) {
      EXPECT_EQ(again->href(), canonical);
    }
    EXPECT_EQ(QueueKey(*again), QueueKey(*url)) << canonical;
  }
}

// Pieces that mean something to the parsers, put together at random.
TEST(UrlCanonicalTest, RandomUrlsKeepAllPromises) {
  const std::vector<std::string> pieces = {
      "http:", "https:", "file:", "foo:", "//", "/", "\\", "?", "#", "@", ":", ":80", "..", ".",
      "%2e", "%2E", "%", "%4", "%31", "%41", "a", "A.cn", "C|", "C:", "[::1]", "[", "]", "1.2.3",
      "0x7f", "xn--", "xn--fsq", "中", "。", "\u00ad", "\u0300", "\xC8\xDA", "\x01", "\x7f",
      " ", "\t", "&", "=", ";", "'", "\"", "<", "^", "|", std::string(1, '\0')};
  std::mt19937 random(20251118);
  for (int round = 0; round < 20'000; ++round) {
    std::string text = round % 2 == 0 ? "http://" : "";
    for (size_t n = random() % 9; n > 0; --n) text += pieces[random() % pieces.size()];
    const Url base = Good(round % 3 == 0 ? "file:///C:/a/b" : "http://u:p@b.cn/x/y?z");
    Surt(text).IgnoreError();
    const StatusOr<Url> url = Url::Parse(text, &base);
    if (!url.ok()) continue;
    const StatusOr<Url> again = Url::Parse(url->href());
    ASSERT_TRUE(again.ok()) << url->href() << ": " << ToString(again.status());
    EXPECT_EQ(again->href(), url->href());
    const std::string canonical = Canonical(*url);
    const StatusOr<Url> folded = Url::Parse(canonical);
    ASSERT_TRUE(folded.ok()) << canonical;
    EXPECT_EQ(Canonical(*folded), canonical) << url->href();
    if (!url->host().empty()) {
      EXPECT_EQ(SlotOfUrl(*url), SlotOfQueueKey(QueueKey(*url)));
    }
    const StatusOr<std::string> surt = Surt(url->href());
    EXPECT_TRUE(!url->is_http() || surt.ok()) << url->href() << ": " << ToString(surt.status());
  }
}

TEST(UrlCanonicalTest, QueueKeyNamesThePortOnlyWhenItIsNotTheSchemesOwn) {
  EXPECT_EQ(QueueKey(Good("http://WWW.A.cn/x")), "www.a.cn");
  EXPECT_EQ(QueueKey(Good("https://a.cn:443/")), "a.cn");
  EXPECT_EQ(QueueKey(Good("http://a.cn:8080/")), "a.cn:8080");
  EXPECT_EQ(QueueKey(Good("http://[::1]:81/")), "[::1]:81");
  EXPECT_EQ(QueueKey(Good("mailto:a@b.cn")), "");
}

}  // namespace
}  // namespace signboard::base
