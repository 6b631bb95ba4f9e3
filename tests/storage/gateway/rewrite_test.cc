#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/gateway/replay_target.h"
#include "storage/gateway/rewrite_css.h"
#include "storage/gateway/rewrite_html.h"

namespace signboard::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kAt = 1'763'435'045'678;  // 2025-11-18T03:04:05.678Z

ArchiveLinks Links() { return {kAt, Url::Parse("http://a.cn/col/1.html").value()}; }

std::string Html(std::string html) { return RewriteHtml(std::move(html), Links()).text; }

std::string Css(std::string_view css) {
  std::string out;
  EXPECT_TRUE(RewriteCss(css, Links(), 1 << 20, &out));
  return out;
}

TEST(ArchiveLinksTest, ReferencesLeadIntoTheArchiveAtTheTimeOfThePage) {
  const ArchiveLinks links = Links();
  EXPECT_EQ(links.Of("b.html#x", ReferenceKind::kPage),
            "/web/20251118030405/http://a.cn/col/b.html#x");
  EXPECT_EQ(links.Of("//img.cn/c.png", ReferenceKind::kImage),
            "/web/20251118030405im_/http://img.cn/c.png");
  EXPECT_EQ(links.Of("/d.css", ReferenceKind::kStyle), "/web/20251118030405cs_/http://a.cn/d.css");
  for (const char* other : {"javascript:alert(1)", "mailto:a@b.cn", "data:text/html,x", "http://",
                            "blob:http://a.cn/1", "file:///etc/passwd"})
    EXPECT_EQ(links.Of(other, ReferenceKind::kPage), "") << other;
  EXPECT_EQ(links.Of(std::string(5'000, 'a'), ReferenceKind::kPage), "");
  const ArchiveLinks far = links.WithBase("http://a.cn/" + std::string(2'030, 'b') + "/");
  EXPECT_EQ(far.Of("cccccc", ReferenceKind::kPage), "") << "a long base swells no link";
}

TEST(RewriteCssTest, ReferencesInEverySpelling) {
  const std::string image = "url(\"/web/20251118030405im_/http://a.cn/i.png\")";
  for (const char* css : {"url(/i.png)", "url( '/i.png' )", "URL(\"/i.png\")", "u\\72l(/i.png)",
                          "\\75\\52\\4c(/i.png)", "url(/\\69.png)", "url(\n/i.png\n)",
                          "url(\"/i\\\n.png\")"})
    EXPECT_EQ(Css(css), image) << css;
  const std::string style = "\"/web/20251118030405cs_/http://a.cn/col/s.css\"";
  EXPECT_EQ(Css("@import 's.css' screen;"), "@import " + style + " screen;");
  EXPECT_EQ(Css("@IMPORT url(s.css);"), "@IMPORT url(" + style + ");");
  EXPECT_EQ(Css("@import/* */\"s.css\""), "@import/* */" + style);
  EXPECT_EQ(Css("a{content:'url(/i.png)'}"), "a{content:'url(/i.png)'}");
  EXPECT_EQ(Css("/* url(/i.png) */a{}"), "/* url(/i.png) */a{}");
  EXPECT_EQ(Css("b{x:url(javascript:1)}"), "b{x:url(\"about:invalid\")}");
  EXPECT_EQ(Css("b{x:url(data:image/png;base64,AA==)}"),
            "b{x:url(\"data:image/png;base64,AA==\")}");
  EXPECT_EQ(Css("p{font-family:'宋体'}"), "p{font-family:'宋体'}");
}

TEST(RewriteCssTest, BrokenSheetsEnd) {
  for (const char* css : {"url(", "url(\"", "'", "/*", "@import", "@import '", "\\", "url(\\",
                          "url('a\nb')", "@", "a{", "\"\\"})
    Css(css);
  EXPECT_EQ(Css("url(/i.png"), "url(\"/web/20251118030405im_/http://a.cn/i.png\")");
  // What a URL could hold to end a string, or the style element it stands in.
  EXPECT_THAT(Css("url(\"data:x,\\\"</style><script>\")"), Not(HasSubstr("</style")));
  EXPECT_THAT(Css("url(\"data:x,\\22 )b\")"), HasSubstr("\\22 "));
  std::string out;
  std::string bomb;
  for (int i = 0; i < 10'000; ++i) bomb += "url(a)";
  EXPECT_FALSE(RewriteCss(bomb, Links(), 10'000, &out));
  EXPECT_LT(out.size(), 11'000u);
}

TEST(RewriteHtmlTest, LinksImagesAndStylesAreTheArchives) {
  const std::string html = Html(
      "<!DOCTYPE html><html lang=zh><head><meta charset=gbk><title>静&amp;安</title>"
      "<link rel=stylesheet href=/s.css><style>b{background:url(i.png)}</style></head>"
      "<body background=b.gif><a href='../x.html?a=1&amp;b=2' target=_blank>x</a>"
      "<img src=i.png srcset='i.png 1x, /j,k.png 2x' alt='\"<'>"
      "<p style='background:url(p.png)'>a &lt; b</p></body></html>");
  EXPECT_THAT(html, ::testing::StartsWith("<!DOCTYPE html><html lang=\"zh\"><head>"
                                          "<meta charset=\"utf-8\">"));
  EXPECT_THAT(html, HasSubstr("<title>静&amp;安</title>"));
  EXPECT_THAT(html, HasSubstr("href=\"/web/20251118030405cs_/http://a.cn/s.css\""));
  EXPECT_THAT(html, HasSubstr("url(\"/web/20251118030405im_/http://a.cn/col/i.png\")}</style>"));
  EXPECT_THAT(html, HasSubstr("background=\"/web/20251118030405im_/http://a.cn/col/b.gif\""));
  EXPECT_THAT(html, HasSubstr("<a href=\"/web/20251118030405/http://a.cn/x.html?a=1&amp;b=2\">x"));
  EXPECT_THAT(html, HasSubstr("src=\"/web/20251118030405im_/http://a.cn/col/i.png\""));
  EXPECT_THAT(html, HasSubstr("http://a.cn/col/i.png 1x, "
                              "/web/20251118030405im_/http://a.cn/j%2Ck.png 2x\""));
  EXPECT_THAT(html, HasSubstr("alt=\"&quot;&lt;\""));
  EXPECT_THAT(html, HasSubstr("a &lt; b</p>"));
  EXPECT_THAT(html, Not(HasSubstr("gbk")));
  EXPECT_THAT(html, Not(HasSubstr("_blank")));
  EXPECT_THAT(Html("<base href=http://b.cn/d/><a href=e>"), HasSubstr("/http://b.cn/d/e\""));
}

TEST(RewriteHtmlTest, WhatActsIsGone) {
  const std::string html = Html(
      "<meta http-equiv=refresh content='0;url=http://evil.cn/'>"
      "<meta http-equiv=content-security-policy content='default-src *'>"
      "<link rel=preload href=http://evil.cn/a><link rel=dns-prefetch href=//evil.cn>"
      "<script src=http://evil.cn/x.js>evil()</script><noscript><p>shown</p></noscript>"
      "<body onload=evil()><a href=' java\nscript:evil()' ping=http://evil.cn/>a</a>"
      "<form action=http://evil.cn/f><button formaction=http://evil.cn/g>b</button></form>"
      "<iframe src=http://frame.cn/f srcdoc='<script>evil()</script>'></iframe>"
      "<object data=http://evil.cn/o><p>instead</p></object><embed src=http://evil.cn/e>"
      "<svg><script>evil()</script><a href=javascript:evil()><use href=http://evil.cn/u#a /></a>"
      "<style>&lt;/style>&lt;script>evil()&lt;/script></style></svg>"
      "<template><script>evil()</script></template><xmp></p><script>text</xmp>"
      "<x\"y onclick=evil()>odd</x\"y><p on\"x=evil()>p</p>");
  EXPECT_THAT(html, Not(HasSubstr("evil")));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, HasSubstr("<p>shown</p>"));
  EXPECT_THAT(html, HasSubstr("<p>instead</p>"));
  EXPECT_THAT(html, HasSubstr("<a href=\"/web/20251118030405/http://frame.cn/f\">[frame]"));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;text"));
  EXPECT_THAT(html, HasSubstr("odd"));
}

TEST(RewriteHtmlTest, StylesOfPicturesAndFormulasBringNoMarkup) {
  for (const auto& [around, less] :
       {std::pair{"<svg>", "&lt;"}, std::pair{"<math>", "&lt;"}, std::pair{"<svg><g>", "&lt;"},
        std::pair{"<svg><foreignObject><p>", "<"}}) {
    const std::string hostile = "img src=x onerror=evil()></style>";
    EXPECT_THAT(Html(std::string(around) + "<style>a{}" + less + hostile),
                Not(HasSubstr("evil")))
        << around;
    const std::string harmless = "<style>a{color:red}</style>";
    EXPECT_THAT(Html(around + harmless), HasSubstr(harmless)) << around;
  }
  EXPECT_THAT(Html("<style><!-- a{} --></style>"), HasSubstr("<style><!-- a{} --></style>"));
}

TEST(RewriteHtmlTest, PlaceBeforeAllStylesIsTold) {
  for (const char* page :
       {"<style>b{}</style>x", "<!doctype html><body style=a><link rel=stylesheet href=s.css>", "",
        "<frameset><frame src=a></frameset>"}) {
    const Rewritten page_of = RewriteHtml(page, Links());
    const std::string before = page_of.text.substr(0, page_of.head_at);
    EXPECT_TRUE(before.ends_with("<head><meta charset=\"utf-8\">")) << before;
    EXPECT_THAT(before, Not(HasSubstr("style")));
  }
}

TEST(RewriteHtmlTest, WhatScriptsWouldHaveShownIsShown) {
  EXPECT_THAT(Html("<img data-src=i.png>"), HasSubstr("src=\"/web/20251118030405im_/http://a.cn/"
                                                      "col/i.png\""));
  EXPECT_THAT(Html("<img src=wait.gif data-original=i.png>"), Not(HasSubstr("wait.gif")));
  EXPECT_THAT(Html("<img src=own.jpg data-src=i.png>"), HasSubstr("im_/http://a.cn/col/own.jpg"));
}

TEST(RewriteHtmlTest, FramesOfOldAreLinks) {
  const Rewritten page = RewriteHtml(
      "<html><frameset cols=2><frame src=menu.html><frame src=main.html></frameset></html>",
      Links());
  EXPECT_THAT(page.text, HasSubstr("<body><p><a href=\"/web/20251118030405/http://a.cn/col/menu"));
  EXPECT_THAT(page.text.substr(page.banner_at), HasSubstr("</body>"));
}

TEST(RewriteHtmlTest, HostilePagesAreCut) {
  const Rewritten deep = RewriteHtml([] {
    std::string html;
    for (int i = 0; i < 50'000; ++i) html += "<div>";
    return html;
  }(), Links());
  EXPECT_TRUE(deep.is_cut);
  std::string links = "<base href='http://a.cn/" + std::string(1'900, 'b') + "/'>";
  for (int i = 0; i < 200'000; ++i) links += "<a href=c>d";
  const Rewritten wide = RewriteHtml(links, Links());
  EXPECT_TRUE(wide.is_cut);
  EXPECT_LE(wide.text.size(), 2 * kRewrittenBytesMax);
  EXPECT_LE(wide.banner_at, wide.text.size());
  const Rewritten empty = RewriteHtml("", Links());
  EXPECT_FALSE(empty.is_cut);
  EXPECT_THAT(empty.text.substr(empty.banner_at), HasSubstr("</body>"));
}

TEST(ReplayTargetTest, PathsSayWhatIsWanted) {
  const auto parse = [](std::string_view path) { return ParseReplayTarget(path).value(); };
  EXPECT_EQ(parse("/web/http://a.cn/").form, ReplayForm::kTimeGate);
  EXPECT_EQ(parse("/web/360.cn/").url, "http://360.cn/");
  EXPECT_EQ(parse("/web/*/http://a.cn/").form, ReplayForm::kCalendar);
  EXPECT_EQ(parse("/web/2025/http://a.cn/").form, ReplayForm::kPage);
  EXPECT_EQ(parse("/web/2025if_/http://a.cn/").form, ReplayForm::kPage);
  EXPECT_EQ(parse("/web/2025cs_/http://a.cn/").form, ReplayForm::kStyle);
  EXPECT_EQ(parse("/web/2025im_/http://a.cn/").form, ReplayForm::kRaw);
  const ReplayTarget raw = parse("/web/20251118030405id_/http:/a.cn/?b=%20#c");
  EXPECT_EQ(raw.form, ReplayForm::kRaw);
  EXPECT_EQ(raw.digits, "20251118030405");
  EXPECT_EQ(raw.mark, "id_");
  EXPECT_EQ(raw.url, "http://a.cn/?b=%20");
  for (const char* bad : {"/web/", "/web/id_/http://a.cn/", "/web/202511180304050/http://a.cn/",
                          "/web/2025id_/ftp://a.cn/", "/web/20259999/http://a.cn/", "/web/*/"})
    EXPECT_FALSE(ParseReplayTarget(bad).ok()) << bad;
}

}  // namespace
}  // namespace signboard::gateway
