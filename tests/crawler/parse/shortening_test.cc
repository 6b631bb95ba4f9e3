// A page that the parser saw shortened has the tree of the page itself.
#include "crawler/parse/shortening.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "crawler/parse/document.h"
#include "proto/base/text.h"

namespace signboard::parse {
namespace {

std::string TreeOf(const std::string& html, bool shortens) {
  ParseLimits limits;
  limits.shortens = shortens;
  limits.time_max = std::chrono::milliseconds(20'000);
  const StatusOr<Document> document = Document::Parse(html, limits);
  if (!document.ok()) return "not parsed";
  std::string tree;
  const Node root = document->root();
  for (Node n = root; n; n = n.Next(root)) {
    tree += std::to_string(static_cast<int>(n.type())) + " " + std::string(n.tag()) + " " +
            std::to_string(document->OffsetOf(n)) + (n.first_child() ? " (" : "") +
            (n.next_sibling() ? " ," : "") + "\n" + std::string(n.text());
    for (const char* name : {"href", "src", "title", "alt", "style", "content", "class", "onclick",
                             "id", "type", "value", "prompt"})
      if (n.HasAttribute(name)) tree += std::string(name) + "=" + std::string(n.Attribute(name));
  }
  return tree + document->truncated_why();
}

void ExpectTheSame(const std::string& html) {
  EXPECT_EQ(TreeOf(html, true), TreeOf(html, false)) << base::EscapeTerminal(html);
}

TEST(ShorteningTest, LeavesTheTreeAsItIs) {
  const std::string words = "靖安县国际传播中心揭牌 and some more words";
  const std::string value = "/xwzx/202511/t20251118_1234567.html";
  for (const std::string& html : {
           "<p>" + words + "</p>",
           "<p>" + words + "&nbsp;" + words + "&amp" + words + "&notin" + words + "</p>",
           words + "<frameset>" + words,
           "<frameset>" + words + "<script>" + words + "</script></frameset>" + words,
           "<table>" + words + "<tr>" + words + "<td>" + words + "</table>",
           "<colgroup>" + words + "<select>" + words + "<option>" + words,
           "<script>if (a<b) { c-- } // " + words + "</script>" + words,
           "<script><!-- <script> " + words + " </script> " + words + " --></script>",
           "<svg><script>" + words + "<b>" + words + "</b></script></svg>",
           "<svg><![CDATA[" + words + "]]" + words + "]]></svg>",
           "<title>" + words + "&lt;" + words + "</title><textarea>\n" + words + "</textarea>",
           "<style>p { content: '" + words + "' }</style><xmp>" + words + "</xmp>" + words,
           "<plaintext>" + words, "<pre>\n" + words + "\r\n" + words + "\r" + words,
           "<a href='" + value + "' title=\"" + words + "\">" + words + "</a>",
           "<a href='" + value + "' href='" + value + "2'>" + words + "<p><a>" + words,
           "<b class='" + value + "'><p>" + words + "</b>" + words,
           "<body class='" + value + "'><body class='" + value + "' title='" + value + "'>",
           "<input type=hidden title='" + value + "'><isindex prompt='" + words + "'>",
           "<math><annotation-xml encoding='application/xhtml+xml'><p>" + words,
           "<noscript><p>" + words + "</noscript><template>" + words + "</template>",
           "<img src='" + value + "'" + words + ">" + words + "<" + words + "<&notin" + words,
           words + std::string(1, '\0') + words + "\x01" + words + "\x7f" + words,
           "\xEF\xBB\xBF" + words + "\xEF\xBF\xBE" + words + "\xC2\x85" + words + "\xFF" + words,
           "<p title='" + words}) {
    ExpectTheSame(html);
  }
}

TEST(ShorteningTest, IsNotDoneWhereAPageWritesTheLettersItself) {
  EXPECT_FALSE(MayShorten("<p>\U000F0000</p>"));
  EXPECT_FALSE(MayShorten("<p>&#xF0000;</p>"));
  EXPECT_FALSE(MayShorten("<p>&#983040;</p>"));
  EXPECT_FALSE(MayShorten("<p>\xFF</p>"));
  EXPECT_TRUE(MayShorten("<p>&#38;&#x4E2D;</p>"));
  ExpectTheSame("<p>long enough to be a run</p>&#xF0000;");
  ExpectTheSame("<p>long enough to be a run</p>\U000F0000");
}

TEST(ShorteningTest, TheParserSeesLess) {
  const std::string html = "<p>" + std::string(10'000, 'x') + "</p><a title='" +
                           std::string(500, 'y') + "'>z</a>";
  Runs runs;
  runs.AddText(html, 3, 10'003, false);
  const size_t value = html.find('\'') + 1;
  runs.AddValue(html, value, value + 500);
  auto found = runs.Take();
  ASSERT_EQ(found.size(), 2U);
  const std::string text = Shorten(html, &found);
  EXPECT_LT(text.size(), 50U);
  EXPECT_EQ(PlaceInPage(found, text.find("<a")), html.find("<a"));
  EXPECT_EQ(PlaceInPage(found, text.find(">z")), html.find(">z"));
  EXPECT_EQ(RunAt(text, 3), 0U);
}

TEST(ShorteningTest, LeavesTheTreesOfPiecesPutTogetherAsTheyAre) {
  const char* const kPieces[] = {
      "<script>", "</script>", "<style>", "</style>", "<!--", "-->", "<table>", "<tr>", "<td>",
      "</table>", "<select>", "<frameset>", "<frame src='aaaaaaaaaaaaaaaa'>", "<svg>", "</svg>",
      "<math>", "<title>", "</title>", "<textarea>", "&amp;", "&#65;", "&notin", "&#xF0001;",
      "<a href=\"/aaaaaaaaaaaaaaaa\">", "</a>", "<b title='bbbbbbbbbbbbbbbb'>", "</b>",
      "<p class=\"ccccccccccccc\">", "<![CDATA[", "]]>", "<plaintext>", "<colgroup>", "<noscript>",
      "<iframe src=\"/dddddddddddddd\">", "</iframe>", "<template>", "</template>",
      "<body class='eeeeeeeeeeeeeeee'>", "<html title='ffffffffffffffff'>", "\r\n", "<", ">", "\"",
      "'", "=", "--", "]]", " text of some length here ", "这里的中文也足够长了", "<pre>\n",
      "\xEF\xBF\xBE""aaaaaaaaaa", "\xC2\x85""bbbbbbbbbb", "<foreignObject>", "<desc>", "</head>",
      "<font class=\"iiiiiiiiiiii\">", "<li>", "<button>", "<form>", "</body>", "</html>",
      "if (a < b && c > d) { x--; y[z[1]]; }", "<a title='x' title='kkkkkkkkkkkkkkkkk'>"};
  std::mt19937 random(20251118);
  for (int i = 0; i < 5'000; ++i) {
    std::string html;
    for (size_t n = random() % 24 + 2; n > 0; --n) html += kPieces[random() % std::size(kPieces)];
    ExpectTheSame(html);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace signboard::parse
