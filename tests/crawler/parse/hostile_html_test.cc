// Pages that break parsers, most of them from gumbo's own issue list. Each must end, within the
// memory it is given, and say what was cut.
#include <gtest/gtest.h>

#include <string>

#include "crawler/parse/document.h"
#include "crawler/parse/prescan.h"

namespace signboard::parse {
namespace {

std::string Times(const std::string& piece, size_t count) {
  std::string text;
  text.reserve(piece.size() * count);
  for (size_t i = 0; i < count; ++i) text += piece;
  return text;
}

size_t DepthOf(const Document& document) {
  size_t deepest = 0;
  size_t depth = 0;
  for (Node n = document.root(); n;) {
    deepest = std::max(deepest, depth);
    if (const Node child = n.first_child()) {
      n = child;
      ++depth;
      continue;
    }
    while (n && !n.next_sibling()) {
      n = n.parent();
      --depth;
    }
    n = n.next_sibling();
  }
  return deepest;
}

Document Parsed(const std::string& html) { return Document::Parse(html).value(); }

TEST(HostileHtmlTest, NestingIsCutAtTheDepth) {
  for (const char* tag : {"<span>", "<div>", "<ul><li>", "<b>", "<font color=red>", "<x-y>",
                          "<div><table><tr><td></div>", "<b id=i><div></b>",
                          "<span><div></span>", "<object>", "<ruby><rt>"}) {
    const Document document = Parsed(Times(tag, 50'000));
    EXPECT_TRUE(document.truncated()) << tag;
    EXPECT_LE(DepthOf(document), 1'100U) << tag;
    EXPECT_TRUE(document.html()) << tag;
  }
}

TEST(HostileHtmlTest, NestingInSvgIsCutToo) {
  const Document document = Parsed("<svg>" + Times("<g>", 500'000));
  EXPECT_NE(document.truncated_why().find("nested"), std::string::npos);
  EXPECT_LE(DepthOf(document), 600U);
}

TEST(HostileHtmlTest, TextAfterTheCutIsStillThere) {
  const Document document =
      Parsed(Times("<div>", 5'000) + "深处" + Times("</div>", 5'000) + "<p>之后</p>");
  const std::string text = TextOf(document.body());
  EXPECT_NE(text.find("深处"), std::string::npos);
  EXPECT_NE(text.find("之后"), std::string::npos);
  for (Node n = document.root(); n; n = n.Next(document.root())) {
    if (n.tag() != "p") continue;
    EXPECT_EQ(n.parent().tag(), "body") << "end tags pair up";
  }
}

TEST(HostileHtmlTest, AttributesAreCutAtTheCount) {
  std::string html = "<a href=/first";
  for (int i = 0; i < 50'000; ++i) html += " a" + std::to_string(i) + "=1";
  const Document document = Parsed(html + ">文字</a><a href=/second>");
  EXPECT_NE(document.truncated_why().find("attributes"), std::string::npos);
  size_t anchors = 0;
  for (Node n = document.root(); n; n = n.Next(document.root())) {
    if (n.tag() != "a") continue;
    EXPECT_EQ(n.Attribute("href"), anchors++ == 0 ? "/first" : "/second");
  }
  EXPECT_EQ(anchors, 2U);
}

TEST(HostileHtmlTest, ReconstructedFormattingDoesNotExplode) {
  for (const char* piece : {"<b id=i><table>", "<p><b id=1></p>x", "<p><i class=a><a href=x></p>y",
                            "<table><b><tr><td><font size=1>", "<b><i><u><p></b></i></u>"}) {
    const Document document = Parsed(Times(piece, 20'000));
    EXPECT_TRUE(document.html()) << piece;
  }
}

TEST(HostileHtmlTest, MemoryIsBoundedAndSaid) {
  ParseLimits limits;
  limits.memory_bytes_max = size_t{1} << 20;
  const Document document = Document::Parse(Times("<p>段落</p>", 20'000), limits).value();
  EXPECT_NE(document.truncated_why().find("memory"), std::string::npos);
  EXPECT_NE(TextOf(document.body()).find("段落"), std::string::npos) << "a part is still read";
}

TEST(HostileHtmlTest, TimeIsBoundedAndSaid) {
  ParseLimits limits;
  limits.time_max = std::chrono::milliseconds(0);
  const Document document = Document::Parse(Times("<p>段落</p>", 20'000), limits).value();
  EXPECT_NE(document.truncated_why().find("too long"), std::string::npos);
  EXPECT_FALSE(document.html());
  EXPECT_FALSE(document.body());
}

TEST(HostileHtmlTest, OverlongPagesAreCutBetweenCharacters) {
  ParseLimits limits;
  limits.bytes_max = 100;
  const Document document = Document::Parse(Times("茶", 100), limits).value();
  EXPECT_EQ(document.source().size(), 99U);
  EXPECT_TRUE(document.truncated());
}

TEST(HostileHtmlTest, NulBytesByTheMegabyteAreHarmless) {
  const Document document = Parsed(std::string(size_t{1} << 20, '\0') + "<p>茶</p>");
  EXPECT_NE(TextOf(document.body()).find("茶"), std::string::npos);
}

TEST(HostileHtmlTest, OneAttributeOfAMegabyteIsOneAttribute) {
  const Document document =
      Parsed("<a href='" + std::string(size_t{1} << 20, 'a') + "'>x</a><p>茶</p>");
  EXPECT_FALSE(document.truncated());
}

TEST(HostileHtmlTest, EndTagsWithoutStartsAreHarmless) {
  for (const char* piece : {"</p>", "</br>", "</div>", "</table>", "</b>", "</svg>", "</body>x"}) {
    EXPECT_TRUE(Parsed(Times(piece, 100'000)).html()) << piece;
  }
}

TEST(PrescanTest, CommentsScriptsAndQuotesHideTags) {
  const std::string tags = Times("<div>", 600);
  for (const std::string& html :
       {"<!--" + tags + "-->", "<script>" + tags + "</script>", "<title>" + tags + "</title>",
        "<a title='" + tags + "'>", "<textarea>" + tags + "</TEXTAREA >", "<!" + tags,
        "<svg><![CDATA[" + tags + "]]></svg>"}) {
    std::string scanned = html;
    Runs runs;
    const size_t blanked = html[1] == '!' && html[2] == '<' ? 89U : 0U;
    EXPECT_EQ(BlankExcess(scanned, 512, 400, &runs).tags_blanked, blanked)
        << html.substr(0, 20);
  }
  std::string shown = tags;
  Runs runs;
  EXPECT_GT(BlankExcess(shown, 512, 400, &runs).tags_blanked, 80U);
  EXPECT_EQ(shown.size(), tags.size()) << "offsets stay";
}

}  // namespace
}  // namespace signboard::parse
