// Sitemaps, feeds and the lists that scripts ask for.
#include <zlib.h>

#include "tests/hostile/hostile_case.h"

namespace signboard::testing {
namespace {

Case List(const std::string& name, const std::string& type, const std::string& body,
          const std::string& expected = "content") {
  return Heavy("list-" + name, Typed(type, body), expected);
}
Case Xml(const std::string& name, const std::string& body) { return List(name, "text/xml", body); }
Case Json(const std::string& name, const std::string& body) {
  return List(name, "application/json", body);
}

std::string Gzip(const std::string& bytes) {
  std::string out(bytes.size() / 100 + 1'000, '\0');
  z_stream z{};
  deflateInit2(&z, 1, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

std::string Laughs() {
  std::string dtd = "<!DOCTYPE urlset [<!ENTITY a0 'ha'>";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "&a" + std::to_string(i - 1) + ";";
    dtd += "<!ENTITY a" + std::to_string(i) + " '" + Times(before, 10) + "'>";
  }
  return dtd + "]><urlset><url><loc>&a11;</loc></url></urlset>";
}

std::string Urls(size_t count) {
  std::string xml = "<urlset>";
  for (size_t i = 0; i < count; ++i)
    xml += "<url><loc>http://other.example/" + std::to_string(i) + "</loc></url>";
  return xml + "</urlset>";
}

}  // namespace

Cases ListCases() {
  Case loop = Xml("index-loop", "<sitemapindex><sitemap><loc>/</loc></sitemap><sitemap><loc>/b.xml"
                                "</loc></sitemap></sitemapindex>");
  loop.pages["/b.xml"] = loop.pages["/"];
  loop.urls_max = 2;
  Case deep = Xml("index-endless",
                  "<sitemapindex><sitemap><loc>/1.xml</loc></sitemap></sitemapindex>");
  deep.make = [](const std::string& path) {
    return Typed("text/xml", "<sitemapindex><sitemap><loc>" + path + "1.xml</loc></sitemap>"
                             "</sitemapindex>");
  };
  deep.urls_max = 4;
  const std::string space(size_t{200} << 20, ' ');
  return {
      loop,
      deep,
      Xml("sitemap-xxe", "<!DOCTYPE urlset [<!ENTITY x SYSTEM 'http://127.0.0.2:8081/'>]><urlset>"
                         "<url><loc>&x;</loc></url></urlset>"),
      Xml("sitemap-laughs", Laughs()),
      Xml("sitemap-50001", Urls(50'001)),
      Xml("sitemap-deep", Times("<url>", 200'000)),
      Xml("sitemap-loc-5m", "<urlset><url><loc>" + Times("x", 5'000'000) + "</loc></url></urlset>"),
      Xml("sitemap-attributes", "<urlset " + [] {
        std::string attributes;
        for (int i = 0; i < 50'000; ++i) attributes += " a" + std::to_string(i) + "='1'";
        return attributes;
      }() + "/>"),
      Xml("sitemap-to-loopback", "<urlset><url><loc>http://127.0.0.2:8081/</loc></url></urlset>"),
      List("sitemap-gz-bomb", "application/gzip", Gzip("<urlset>" + space + "</urlset>")),
      List("sitemap-text-bytes", "text/plain", "http://a.example/\n" + Times("\xff\x00", 50'000)),
      Xml("feed-deep", "<rss>" + Times("<item>", 200'000)),
      Xml("feed-entries-100k", "<rss>" + Times("<item><link>/x</link></item>", 100'000) + "</rss>"),
      Xml("feed-to-loopback", "<rss><item><link>http://127.0.0.2:8081/</link></item></rss>"),
      Json("feed-json-deep", "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":" +
                                 Times("[", 500'000)),
      Json("json-deep", "{\"list\":" + Times("[{\"a\":", 200'000)),
      Json("json-numbers", "{\"url\":" + Times("9", 1'000'000) + "}"),
      Json("json-string-5m", "{\"title\":\"" + Times("x", 5'000'000) + "\"}"),
      Json("json-escapes", "{\"title\":\"" + Times("\\ud800\\u0000", 100'000) + "\"}"),
      Json("json-pieces", "[" + Times("{\"html\":\"<a href=/x>x</a>\"},", 50'000) + "{}]"),
      Json("jpaas-count", "{\"data\":{\"html\":\"<a href=/x>x</a><div class=\\\"pagination\\\" "
                          "rows=\\\"1\\\" count=\\\"2147483647\\\">\"}}"),
      Xml("dataproxy-flood", "<?xml version='1.0'?><datastore>" +
                                 Times("<record><![CDATA[<a href='/x'>x</a>]]></record>", 50'000)),
      Xml("dataproxy-open", "<datastore>" + Times("<![CDATA[", 200'000)),
  };
}

}  // namespace signboard::testing
