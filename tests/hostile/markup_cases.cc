// HTML that makes parsers slow, large or crash; the first ones are known of gumbo (its issues 387,
// 391, 393; the Nokogiri fork's depth and attribute limits).
#include "tests/hostile/hostile_case.h"

namespace signboard::testing {
namespace {

Case Markup(const std::string& name, const std::string& html) {
  return Heavy("html-" + name, Html(html), "content");
}

std::string Attributes(size_t count) {
  std::string tag = "<p";
  for (size_t i = 0; i < count; ++i) tag += " a" + std::to_string(i) + "=1";
  return tag + ">";
}

Cases Deep() {
  return {
      Markup("span-unclosed", Times("<span>", 20'000)),
      Markup("div-deep", Times("<div>", 100'000)),
      Markup("list-deep", Times("<ul><li>", 40'000)),
      Markup("attributes-50k", Attributes(50'000)),
      Markup("formatting-tables", Times("<b id=i><table>", 4'000)),
      Markup("svg-deep", "<svg>" + Times("<g>", 300'000)),
      Markup("math-deep", "<math>" + Times("<mrow><annotation-xml encoding=text/html>", 20'000)),
      Markup("select-deep", Times("<select><option>", 50'000)),
      Markup("template-deep", Times("<template>", 50'000)),
      Markup("form-deep", Times("<form><div>", 50'000)),
      Markup("table-deep", Times("<table><tr><td>", 20'000)),
      Markup("anchors-open", Times("<a href=/x><p>", 20'000)),
      Markup("fonts-open", Times("<font color=red><b><i>", 15'000)),
      Markup("closing-only", Times("</p></div></b></table>", 50'000)),
      Markup("misnested", Times("<b><p></b></p>", 20'000)),
      Markup("foster-parents", "<table>" + Times("<b>x<p>", 20'000)),
      Markup("framesets", Times("<frameset>", 20'000) + "<noframes>"),
  };
}

Cases Long() {
  return {
      Markup("attribute-1m", "<p class='" + Times("x ", 500'000) + "'>"),
      Markup("tag-name-1m", "<" + Times("x", 1'000'000) + ">"),
      Markup("comment-open", "<!--" + Times("--!", 500'000)),
      Markup("comments-many", Times("<!-->", 200'000)),
      Markup("doctype-1m", "<!DOCTYPE " + Times("html ", 200'000) + ">"),
      Markup("cdata-open", "<svg><![CDATA[" + Times("]]", 500'000)),
      Markup("script-open", "<script>" + Times("</scrip", 200'000)),
      Markup("title-2m", "<title>" + Times("长", 700'000) + "</title>"),
      Markup("textarea-open", "<textarea>" + Times("</textare", 100'000)),
      Markup("plaintext", "<plaintext>" + Times("<p>", 200'000)),
      Markup("entities", Times("&amp;&lt;&#x4e2d;", 100'000)),
      Markup("entities-broken", Times("&#xFFFFFFFFFF;&#99999999999;&#xD800;&", 30'000)),
      Markup("nul-in-tags", Times(std::string("<p\0 a\0=\0>", 9), 50'000)),
      Markup("quotes-open", Times("<a href=\"", 50'000)),
      Markup("slashes", "<p" + Times("/", 500'000) + ">"),
      Heavy("html-9m", Html(Times("<p>text</p>", 800'000)), "content"),
      Heavy("html-12m", Html(Times("<p>text</p>", 1'100'000)), "content too_large"),
  };
}

}  // namespace

Cases MarkupCases() {
  Cases all = Deep();
  for (Case& one : Long()) all.push_back(std::move(one));
  return all;
}

}  // namespace signboard::testing
