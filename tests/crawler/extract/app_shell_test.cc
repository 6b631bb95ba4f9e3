// Which pages are worth a browser, and which never are.
#include "crawler/extract/app_shell.h"

#include <gtest/gtest.h>

#include "crawler/extract/extract.h"

namespace signboard::extract {
namespace {

std::string Why(const std::string& html) {
  const auto url = base::Url::Parse("http://a.cn/");
  return ExtractFromBody(html, "text/html; charset=utf-8", *url).extracted.app_shell_why;
}

TEST(AppShellTest, EmptyMountPointWithScriptsIsAShell) {
  EXPECT_EQ(Why("<title>要闻</title><div id=app></div><script src=/app.js></script>"), "mount");
  EXPECT_EQ(Why("<div id=root></div><script type=module src=/assets/index.js></script>"), "mount");
  EXPECT_EQ(Why("<app-root><p>加载中…</p></app-root><script src=main.js></script>"), "mount");
  EXPECT_EQ(Why("<div id=app></div><script>document.write(1)</script>"), "mount");
}

TEST(AppShellTest, NoscriptThatAsksForScriptsIsAShell) {
  EXPECT_EQ(Why("<body><noscript>We're sorry but this needs JavaScript enabled.</noscript>"
                "<div id=x></div><script src=a.js></script>"),
            "noscript");
  EXPECT_EQ(Why("<body><noscript>请启用浏览器脚本功能</noscript><script src=a.js></script>"), "noscript");
  EXPECT_EQ(Why("<body><noscript><img src=//hm.baidu.com/x.gif></noscript>"
                "<script src=a.js></script>"),
            "");
}

TEST(AppShellTest, BarePageIsAShellOnlyWithATitleAndAScriptFile) {
  EXPECT_EQ(Why("<title>要闻</title><body><script src=a.js></script>"), "bare");
  EXPECT_EQ(Why("<body><script src=a.js></script>"), "") << "a firewall's, more likely";
  EXPECT_EQ(Why("<title>x</title><body><script>var a=1</script>"), "");
  EXPECT_EQ(Why("<title>x</title><body></body>"), "");
}

TEST(AppShellTest, PagesThatSaySomethingAreReadAsTheyAre) {
  std::string text;
  for (int i = 0; i < 60; ++i) text += "国际传播";
  EXPECT_EQ(Why("<div id=app></div><p>" + text + "</p><script src=a.js></script>"), "");
  EXPECT_EQ(Why("<div id=app><p>" + text.substr(0, 240) + "</p></div><script src=a.js></script>"),
            "");
  EXPECT_EQ(Why("<div id=app></div><a href=1>1</a><a href=2>2</a><a href=3>3</a><a href=4>4</a>"
                "<script src=a.js></script>"),
            "");
  EXPECT_EQ(Why("<div id=app></div>"), "") << "no script would fill it";
  EXPECT_EQ(Why("<div id=app></div><script type='application/ld+json'>{}</script>"), "");
}

TEST(AppShellTest, PagesThatLeadOnAreNone) {
  EXPECT_EQ(Why("<title>x</title><div id=app></div><script>location.href='/index.html'</script>"),
            "");
  EXPECT_EQ(Why("<meta http-equiv=refresh content='0;url=/a/'><div id=app></div>"
                "<script src=a.js></script>"),
            "");
  EXPECT_EQ(Why("<title>x</title><iframe src=/list.html></iframe><script src=a.js></script>"), "");
}

}  // namespace
}  // namespace signboard::extract
