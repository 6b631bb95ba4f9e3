// Links, lists and text that are meant to make extraction or detection slow, or to lead it astray.
#include "tests/hostile/hostile_case.h"

namespace signboard::testing {
namespace {

Case Page(const std::string& name, const std::string& html) {
  Case page = Heavy(name, Html(html), "content");
  return page;
}

std::string Links(size_t count) {
  std::string html;
  html.reserve(count * 24);
  // Of another host: none of them is followed.
  for (size_t i = 0; i < count; ++i) html += "<a href=//o/" + std::to_string(i) + ">";
  return html;
}

std::string Names(size_t count) {
  std::string html = "<p>";
  for (size_t i = 0; i < count; ++i)
    html += "第" + std::to_string(i) + "县国际传播中心今日揭牌成立，";
  return html;
}

Cases LinkCases() {
  return {
      Heavy("links-million", Html(Links(1'000'000)), "content too_large"),
      Page("links-400k", Links(400'000)),
      Page("links-of-no-scheme", "<a href='javascript:x'><a href='data:,x'><a href='file:///x'>"
                                 "<a href='http://'><a href='//'><a href='http://[::'>"),
      Page("links-of-bytes", Times("<a href='/\xff\x00\xb9'>", 5'000)),
      Page("links-of-2m", "<a href='/" + Times("x", 2'000'000) + "'>x</a>"),
      Page("links-repeating", "<a href='" + Times("/a/b", 200) + "'>x</a>"),
      Page("links-dots", "<a href='/" + Times("../", 20'000) + "x'>x</a>"),
      Page("base-of-file", "<base href='file:///etc/'><a href=passwd>x</a>"),
      Page("base-of-loopback", "<base href='http://127.0.0.2:8081/'><a href=a>x</a><img src=b>"),
      Page("refresh-to-itself", "<meta http-equiv=refresh content='0; url=/'>"),
      Page("refresh-to-script", "<meta http-equiv=refresh content='0; url=javascript:x()'>"),
      Page("refresh-to-loopback", "<meta http-equiv=refresh content='0;url=http://127.0.0.2:8081/'>"
                                  "<script>location.href='http://127.0.0.2:8081/'</script>"),
      Page("script-redirect-flood", "<script>" + Times("location='/';", 300) + "</script>"),
      Page("frames-of-loopback", Times("<iframe src='http://127.0.0.2:8081/'></iframe>", 1'000)),
      Page("canonical-elsewhere", "<link rel=canonical href='http://127.0.0.2:8081/'><p>x"),
  };
}

Cases ListScripts() {
  return {
      Page("pagination-of-billions",
           "<script>createPageHTML(2147483647, 0, 'index', 'html');"
           "createPageHTML(-5, 99999999999, \"index\", \"html\")</script>"),
      Page("pagination-flood", Times("<script>createPageHTML(500,0,'i','html')</script>", 500)),
      Page("inline-lists", Times("<script type='text/xml'><datastore><recordset><record><![CDATA["
                                 "<a href='/'>x</a>]]></record></recordset></datastore></script>",
                                 3'000)),
      Page("jpaas-units", Times("<script url='/u' queryData=\"{'a':'b'}\" paramJson='{pageNo:1}'>"
                                "</script>", 3'000)),
  };
}

Cases TextCases() {
  return {
      Page("centre-names-10k", Names(10'000)),
      Page("centre-one-word-1m", "<p>" + Times("国际传播中心", 60'000)),
      Page("centre-verbs-1m", "<p>" + Times("揭牌成立", 80'000)),
      Page("dates-1m", "<p>" + Times("2025年11月18日2025-", 50'000)),
      Page("digits-1m", "<p>2025-" + Times("1", 1'000'000)),
      Page("numbers-1m", "<p>" + Times("3000万人次70多个国家和地区", 25'000)),
      Page("sources-1m", "<p>" + Times("来源：", 100'000)),
      Page("brackets-1m", "<p>" + Times("（[《", 100'000)),
      Page("one-line-3m", "<p>" + Times("字", 1'000'000)),
      Page("traditional-1m", "<p>" + Times("國際傳播中心掛牌", 40'000)),
  };
}

}  // namespace

Cases ScriptCases() {
  Cases all = LinkCases();
  for (Case& one : ListScripts()) all.push_back(std::move(one));
  for (Case& one : TextCases()) all.push_back(std::move(one));
  return all;
}

}  // namespace signboard::testing
