#include "crawler/extract/soft_404.h"

#include <gtest/gtest.h>

#include "crawler/extract/extract.h"

namespace signboard::extract {
namespace {

std::string WordsOf(const std::string& html) {
  const auto url = base::Url::Parse("http://www.jingan.example/art/2025/11/18/art_1.html").value();
  const PageRead read = ExtractFromBody(html, "text/html; charset=utf-8", url);
  return Soft404Words(read.extracted.facts, read.extracted.main_text);
}

TEST(Soft404Test, PageThatSaysItIsNotThere) {
  for (const char* html : {
           "<title>404</title><body><p>返回首页</p>",
           "<title>404 Not Found</title><body><h1>404</h1>",
           "<title>靖安县人民政府</title><body><div><p>抱歉，您访问的页面不存在或已删除！</p></div>",
           "<title>提示信息</title><body><div class=content><p>该内容已被发布者删除</p></div>",
           "<title>Page not found - City news</title><body><p>Go home</p>",
           "<title>找不到頁面</title><body><p>請返回</p>"})
    EXPECT_NE(WordsOf(html), "") << html;
}

TEST(Soft404Test, PageThatSpeaksOfOthersIsNone) {
  const std::string filler = [] {
    std::string text;
    for (int i = 0; i < 40; ++i) text += "全县各部门认真落实网站检查整改工作，";
    return text;
  }();
  for (const std::string& html : {
           // News about dead links, with its date.
           std::string("<meta name=ArticleTitle content='我县通报页面不存在问题'>"
                       "<meta name=PubDate content='2025-11-18'><body><p>部分栏目页面不存在。</p>"),
           "<title>关于网站页面不存在问题的通报</title><body><div><p>" + filler + "</p></div>",
           std::string("<title>404路公交线路开通</title><body><p>404路公交今日开通。</p>"),
           std::string("<title>要闻</title><body><p>问题已不存在。</p>"),
           std::string("<title></title><body></body>")})
    EXPECT_EQ(WordsOf(html), "") << html;
}

}  // namespace
}  // namespace signboard::extract
