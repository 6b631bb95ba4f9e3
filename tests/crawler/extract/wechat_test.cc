#include "crawler/extract/wechat.h"

#include <gtest/gtest.h>

#include <string>

#include "crawler/extract/extract.h"
#include "crawler/extract/soft_404.h"

namespace signboard::extract {
namespace {

constexpr const char* kUrl = "https://mp.weixin.qq.com/s/abc";

Extracted Read(const std::string& html, const std::string& url = kUrl) {
  return ExtractFromBody(html, "text/html; charset=utf-8", base::Url::Parse(url).value())
      .extracted;
}

std::string Shown(std::optional<UnixTime> time) {
  return time ? base::FormatRfc3339(*time) : "none";
}

const std::string kBody =
    "<div id=js_content class=rich_media_content style='visibility: hidden; opacity: 0; '>"
    "<section><p>11月18日10:20，靖安国际传播中心揭牌成立，欢迎关注我们的账号。</p>"
    "<p style='display:none'>看不见的话</p></section></div>";

TEST(WechatTest, AnArticleIsToldByItsScript) {
  const Extracted page = Read(
      "<head><meta property='og:title' content='揭牌啦'></head><body>"
      "<script>var msg_title = '靖安 \\x26amp; 世界：国际传播中心\\u63ed\\u724c'.html(false);\n"
      "var ct = \"1763518800\"; var user_name = \"gh_0a1b2c\";\n"
      "var nickname = htmlDecode(\"靖安发布\"); var msg_source_url = "
      "'http://www.jxja.gov.cn/xw/1.html?a=1\\x26amp;b=2';</script>" + kBody +
      "<p>2019年1月2日 08:00</p></body>");
  EXPECT_EQ(page.facts.title, "靖安 & 世界：国际传播中心揭牌");
  EXPECT_EQ(page.facts.source, "靖安发布");
  EXPECT_EQ(page.facts.author, "靖安发布");
  EXPECT_EQ(page.facts.account_id, "gh_0a1b2c");
  EXPECT_EQ(page.facts.published_basis, "script");
  EXPECT_EQ(Shown(page.facts.published), "2025-11-19T02:20:00Z");
  EXPECT_EQ(page.main_container, "div#js_content");
  EXPECT_EQ(page.main_text, "11月18日10:20，靖安国际传播中心揭牌成立，欢迎关注我们的账号。");
  EXPECT_FALSE(page.is_hub);
  ASSERT_FALSE(page.links.links.empty());
  EXPECT_EQ(page.links.links.back().url, "http://www.jxja.gov.cn/xw/1.html?a=1&b=2");
}

TEST(WechatTest, OlderAndOtherSpellingsAreRead) {
  const Extracted older = Read(
      "<head><meta name=author content=张三><meta property='og:title' content='揭牌啦'></head>"
      "<script>var publish_time = \"2017-05-08\" || \"\"; var nickname = \"靖安发布\";"
      "var msg_title = \"\"; var msg_source_url = '';</script>" + kBody);
  EXPECT_EQ(older.facts.title, "揭牌啦") << "og:title where the script has none";
  EXPECT_EQ(older.facts.author, "张三");
  EXPECT_EQ(older.facts.source, "靖安发布");
  EXPECT_EQ(Shown(older.facts.published), "2017-05-07T16:00:00Z");
  EXPECT_TRUE(older.links.links.empty());
}

TEST(WechatTest, APostOfPicturesHasItsTextInTheScript) {
  const Extracted page = Read(
      "<script>window.cgiDataNew = { title: JsDecode('揭牌啦'), nick_name: JsDecode('靖安发布'),"
      "user_name: JsDecode('gh_0a1b2c'), create_time: '1763518800' * 1, content_noencode: "
      "JsDecode('靖安国际传播中心今天揭牌成立。\\x0a欢迎关注\\x3cb\\x3e我们\\x3c/b\\x3e的账号。'),"
      "source_url: JsDecode('https://www.jxja.gov.cn/2.html') };</script><div id=js_a></div>");
  EXPECT_EQ(page.facts.title, "揭牌啦");
  EXPECT_EQ(page.main_text, "靖安国际传播中心今天揭牌成立。\n欢迎关注我们的账号。");
  EXPECT_EQ(page.facts.source, "靖安发布");
  EXPECT_EQ(Shown(page.facts.published), "2025-11-19T02:20:00Z");
  ASSERT_EQ(page.links.links.size(), 1U);
  EXPECT_EQ(page.links.links[0].url, "https://www.jxja.gov.cn/2.html");
}

TEST(WechatTest, DeletedAndBannedArticlesAreGoneAndNoArticles) {
  for (const char* words :
       {"该内容已被发布者删除", "此内容因违规无法查看", "此帐号已自主注销，内容无法查看",
        "此内容被投诉且经审核涉嫌侵权，无法查看。", "该公众号已迁移", "链接已过期"}) {
    const Extracted page = Read(
        "<title></title><script>var nickname = '靖安发布'; var ct = \"1763518800\";</script>"
        "<div class=weui-msg><div class=weui-msg__title>" + std::string(words) + "</div></div>");
    EXPECT_FALSE(Soft404Words(page.facts, page.main_text).empty()) << words;
    EXPECT_EQ(page.facts.source, "");
    EXPECT_EQ(page.facts.published_basis, "none");
  }
  const Extracted article = Read("<script>var nickname = '靖安发布';</script>" + kBody);
  EXPECT_EQ(Soft404Words(article.facts, article.main_text), "");
}

TEST(WechatTest, CopiesElsewhereAreReadAndOtherPagesScriptsAreTheirOwn) {
  const std::string script = "<script>var nickname = '靖安发布'; var ct = \"1763518800\";</script>";
  const std::string url = "http://www.jxja.gov.cn/1.html";
  const Extracted copy = Read(script + kBody, url);
  EXPECT_EQ(copy.facts.source, "靖安发布");
  EXPECT_EQ(copy.facts.published_basis, "script");
  const Extracted other = Read(
      script + "<div id=zoom><p>靖安国际传播中心揭牌成立，欢迎关注我们的账号和网站。</p></div>", url);
  EXPECT_EQ(other.facts.source, "");
  EXPECT_EQ(other.facts.published_basis, "none");
}

}  // namespace
}  // namespace signboard::extract
