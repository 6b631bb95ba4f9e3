// robots.txt as a weapon (RFC 9309 section 2.3 and 2.5).
#include "tests/hostile/hostile_case.h"

namespace signboard::testing {
namespace {

Case Robots(const std::string& name, FakeSite::Script script, const std::string& expected) {
  Case made = Of("robots-" + name, Html("<p>hello</p>"), expected);
  made.pages["/robots.txt"] = std::move(script);
  return made;
}
Case Rules(const std::string& name, const std::string& rules, const std::string& expected) {
  return Robots(name, FakeSite::Page("200 OK", {"Content-Type: text/plain"}, rules), expected);
}
FakeSite::Script To(const std::string& location) {
  return FakeSite::Page("302 Found", {"Location: " + location}, "");
}

}  // namespace

Cases RobotsCases() {
  const std::string all = "User-agent: *\n";
  Case stars = Rules("stars", all + Times("Disallow: /" + Times("*a", 400) + "b$\n", 500),
                     "content");
  const std::string path = "/" + Times("a", 1'500);
  stars.start = path;
  stars.pages[path] = Html("<p>hello</p>");
  stars.is_heavy = true;
  Case chain = Robots("redirect-chain", To("/1"), "content");
  chain.make = [](const std::string& at) { return To(at + "1"); };
  return {
      stars,
      chain,
      Rules("disallow", all + "Disallow: /", "refused robots"),
      Rules("disallow-behind-500k", all + Times("Disallow: /x\n", 40'000) + "Disallow: /",
            "content"),
      Rules("lines-without-colon", Times("User-agent *\n", 30'000), "content"),
      Rules("one-line-500k", all + "Disallow: /" + Times("x", 500'000), "content"),
      Rules("agents-100k", Times("User-agent: b\n", 30'000) + "Disallow: /", "content"),
      Rules("bytes", std::string("\xff\xfe\0\0User-agent\0: *\nDisallow\xff: /", 40), "content"),
      Rules("delay-endless", all + "Crawl-delay: 99999999999999999999", "content"),
      Rules("delay-nonsense", all + "Crawl-delay: -1\nCrawl-delay: NaN\nCrawl-delay: 1e999",
            "content"),
      Rules("sitemaps-10k", Times("Sitemap: http://127.0.0.2:8081/s.xml\n", 10'000), "content"),
      Rules("percent", all + Times("Disallow: /%%%2%zz%00%\n", 10'000), "content"),
      Robots("endless",
             {Head("Content-Type: text/plain\r\n"), Repeat(Times("Disallow: /x\n", 5'000))},
             "content"),
      Robots("html", Html(Times("<p>hello</p>", 10'000)), "content"),
      Robots("redirect-to-itself", To("/robots.txt"), "content"),
      Robots("redirect-to-loopback", To("http://127.0.0.2:8081/robots.txt"),
             "refused address_guard"),
      Robots("redirect-to-file", To("file:///etc/passwd"), "content"),
      Robots("500", FakeSite::Page("500 Broken", {}, ""), "unreachable http_5xx"),
      Robots("503-endless-wait", FakeSite::Page("503 Busy", {"Retry-After: 99999999999"}, ""),
             "unreachable http_5xx"),
      Robots("hang", {Hang()}, "unreachable timeout"),
      Robots("reset", {Reset()}, "unreachable tcp"),
      Robots("cut-short", {Head("Content-Length: 99\r\n"), Send("User-"), Close()},
             "unreachable truncated"),
      Robots("header-flood", {Send("HTTP/1.1 200 OK\r\n"), Repeat(Times("A: b\r\n", 1'000))},
             "unreachable too_large"),
      Robots("wall", FakeSite::Page("412 Precondition Failed", {"Content-Type: text/html"},
                                    "<script>$_ts=window['$_ts'];</script>"),
             "blocked blocked"),
      Robots("gzip-bomb", Coded("gzip", Times("\x1f\x8b\x08\x00", 1'000)), "content"),
  };
}

}  // namespace signboard::testing
