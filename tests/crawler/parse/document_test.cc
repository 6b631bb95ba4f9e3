#include "crawler/parse/document.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace signboard::parse {
namespace {

Document Parsed(std::string html) { return Document::Parse(std::move(html)).value(); }

Node Find(const Document& document, std::string_view tag) {
  for (Node n = document.root(); n; n = n.Next(document.root()))
    if (n.tag() == tag) return n;
  return {};
}

TEST(DocumentTest, WalksInDocumentOrder) {
  const Document document = Parsed("<p>一<b>二</b></p><ul><li>三<li>四</ul>");
  std::string walked;
  for (Node n = document.body(); n; n = n.Next(document.body())) {
    walked += n.type() == Node::Type::kText ? std::string(n.text()) : std::string(n.tag());
    walked += ' ';
  }
  EXPECT_EQ(walked, "body p 一 b 二 ul li 三 li 四 ");
  EXPECT_FALSE(document.truncated());
}

TEST(DocumentTest, AttributesAreFoundInAnyLetterCase) {
  const Document document = Parsed("<META NAME='ArticleTitle' Content='靖安&amp;白茶'>");
  const Node meta = Find(document, "meta");
  EXPECT_EQ(meta.Attribute("CONTENT"), "靖安&白茶");
  EXPECT_TRUE(meta.HasAttribute("name"));
  EXPECT_FALSE(meta.HasAttribute("charset"));
  EXPECT_EQ(meta.Attribute("charset"), "");
}

TEST(DocumentTest, ANoneNodeAnswersEverythingWithNothing) {
  const Node none;
  EXPECT_FALSE(none);
  EXPECT_EQ(none.type(), Node::Type::kNone);
  EXPECT_EQ(none.tag(), "");
  EXPECT_EQ(none.Attribute("href"), "");
  EXPECT_FALSE(none.first_child());
  EXPECT_FALSE(none.parent());
  EXPECT_FALSE(none.Next(none));
  EXPECT_EQ(TextOf(none), "");
}

TEST(DocumentTest, OffsetsCountInTheTextHandedIn) {
  const std::string html = "<p>靖安</p><a href='/x'>链接</a>";
  const Document document = Parsed(html);
  EXPECT_EQ(document.OffsetOf(Find(document, "a")), html.find("<a"));
  EXPECT_EQ(document.source(), html);
}

TEST(DocumentTest, TextLeavesOutScriptsAndJoinsWhiteSpace) {
  const Document document =
      Parsed("<body> 靖安 \n\t 县 <script>var a = '不要';</script><b>白茶</b></body>");
  EXPECT_EQ(TextOf(document.body()), "靖安 县 白茶");
  EXPECT_EQ(TextOf(document.body(), 4), "靖");
  EXPECT_EQ(RawTextOf(Find(document, "script")), "var a = '不要';");
}

TEST(DocumentTest, UnknownElementsKeepTheirSpelling) {
  EXPECT_TRUE(Find(Parsed("<x-Note>a</x-Note>"), "x-Note"));
}

TEST(DocumentTest, OrdinaryOldMarkupIsLeftWhole) {
  // A page as it was written in 2003: nothing closed, everything in tables.
  std::string html = "<html><body>";
  for (int i = 0; i < 300; ++i) {
    html += "<table width=100%><tr><td><font color=red><b>新闻<p>内容<br>第二行";
    html += "<ul><li>甲<li>乙</ul>";
    html += "<a href=/n" + std::to_string(i) + ">更多</table>";
  }
  const Document document = Parsed(html);
  EXPECT_FALSE(document.truncated()) << document.truncated_why();
  size_t anchors = 0;
  for (Node n = document.root(); n; n = n.Next(document.root()))
    anchors += n.tag() == "a" ? 1U : 0U;
  EXPECT_GE(anchors, 300U);
}

TEST(DocumentTest, ALongListOfUnclosedParagraphsIsNotDeep) {
  std::string html;
  for (int i = 0; i < 5'000; ++i) html += "<p>段落<dl><dt>名<dd>值</dl><h2>题</h2><span>字</span>";
  const Document document = Parsed(html);
  EXPECT_FALSE(document.truncated()) << document.truncated_why();
}

TEST(DocumentTest, MovesKeepTheNodesAlive) {
  Document first = Parsed("<p>白茶</p>");
  const Node p = Find(first, "p");
  const Document second = std::move(first);
  EXPECT_EQ(TextOf(p), "白茶");
  EXPECT_EQ(TextOf(second.body()), "白茶");
}

TEST(DocumentTest, EmptyAndBrokenInputIsADocument) {
  for (const char* html : {"", "<", "</", "<!--", "<a href=", "<![CDATA[", "\xFF\xFE\x80", "&#0;"})
    EXPECT_TRUE(Document::Parse(html).ok()) << html;
  EXPECT_TRUE(Document::Parse(std::string(1000, '\0')).ok());
}

}  // namespace
}  // namespace signboard::parse
