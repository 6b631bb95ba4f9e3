// Header fields: too many, too long, of no shape, or with values that only look like values.
#include "tests/hostile/hostile_case.h"

namespace signboard::testing {
namespace {

const std::string kBody = "Content-Type: text/html\r\nContent-Length: 8\r\n";

Case Field(const std::string& name, const std::string& field, const std::string& expected) {
  return Of(name, {Head(kBody + field + "\r\n"), Send("<p>hello")}, expected);
}

Cases Floods() {
  const std::string status = "HTTP/1.1 200 OK\r\n";
  return {
      Of("header-million", {Send(status), Repeat(Times("X-A: b\r\n", 1'000))}, "error too_large"),
      Of("header-line-endless", {Send(status + "X-A: "), Repeat(Times("y", 65'536))},
         "error too_large"),
      Of("header-name-endless", {Send(status), Repeat(Times("y", 65'536))}, "error too_large"),
      Of("header-folds-endless", {Send(status + "X-A: b\r\n"), Repeat(Times(" more\r\n", 1'000))},
         "error too_large"),
      Of("header-201-fields",
         {Head(kBody + Times("A: b\r\n", 199)), Send("<p>hello")}, "error too_large"),
      Of("interim-flood", {Repeat(Times("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 100))},
         "error too_large"),
      Of("cookies-1000", {Head(kBody + Times("Set-Cookie: a=b\r\n", 1'000)), Send("<p>hello")},
         "error too_large"),
      Field("cookie-60k", "Set-Cookie: a=" + Times("b", 60'000), "content"),
      Field("cookies-150-long", Times("Set-Cookie: a=bbbbbbbbbbbbbbbb; Domain=.example\r\n", 150) +
                                    "Set-Cookie: z=1; Max-Age=99999999999999999999", "content"),
  };
}

Cases Shapes() {
  const std::string nul(1, '\0');
  return {
      Field("header-nul-in-value", "X-A: a" + nul + "b", "error protocol|content"),
      Field("header-nul-in-name", "X" + nul + "A: b", "error protocol|content"),
      Field("header-without-colon", "this is no field", "error protocol|content"),
      Field("header-without-name", ": value", "content"),
      Field("header-of-bytes", "X-A: \xff\xfe\x80\xb9\xe3", "content"),
      Field("header-of-controls", "X-A: \x01\x02\x1b[31mred\x7f", "content"),
      Of("header-folded-first", {Send("HTTP/1.1 200 OK\r\n folded\r\n" + kBody + "\r\n<p>hello")},
         "content|error protocol"),
      Of("header-bare-lf",
         {Send("HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 8\n\n<p>hello")},
         "content"),
      Of("header-bare-cr", {Send("HTTP/1.1 200 OK\rContent-Length: 8\r\r<p>hello"), Close()},
         "error protocol|content|unreachable tcp"),
      Of("header-cut", {Send("HTTP/1.1 200 OK\r\nContent-Type: text/h"), Close()},
         "error protocol|content|error truncated"),
  };
}

Cases Values() {
  return {
      Field("etag-60k", "ETag: \"" + Times("e", 60'000) + "\"", "content"),
      Field("etag-of-bytes", "ETag: \"\xff\xfe\x01\"\r\nLast-Modified: \x80\xb9", "content"),
      Field("last-modified-nonsense", "Last-Modified: 99 Foo 99999 99:99:99 XYZ", "content"),
      Field("x-robots-tag-flood", "X-Robots-Tag: " + Times("nofollow,:,", 5'000), "content"),
      Field("link-header-flood", "Link: " + Times("</a>; rel=next, ", 3'000), "content"),
      Field("location-with-200", "Location: http://127.0.0.2:8081/", "content"),
      Field("refresh-header", "Refresh: 0; url=http://127.0.0.2:8081/", "content"),
      Field("hsts-and-altsvc", "Alt-Svc: h3=\"127.0.0.2:8081\"; ma=99999999\r\n"
                               "Strict-Transport-Security: max-age=99999999", "content"),
      Of("content-type-30k", {Head("Content-Type: " + Times("text/html;", 3'000) +
                                   "\r\nContent-Length: 8\r\n"), Send("<p>hello")}, "content"),
      Of("content-type-twice", {Head("Content-Type: image/png\r\n" + kBody), Send("<p>hello")},
         "content"),
      Of("content-type-nonsense", {Head("Content-Type: ;;=/\"\r\nContent-Length: 8\r\n"),
                                   Send("<p>hello")}, "content"),
      Of("content-type-lie-image", Typed("image/png", "<html><p>a page</p>"), "content"),
      Of("content-type-lie-html", Typed("text/html", std::string("\x89PNG\r\n\x1a\n\0\0", 10)),
         "content"),
      Of("retry-after-endless", FakeSite::Page("503 Busy", {"Retry-After: 999999999999999999"}, ""),
         "error http_5xx"),
      Of("retry-after-negative", FakeSite::Page("429 Slow", {"Retry-After: -99"}, ""),
         "refused http_4xx"),
      Of("retry-after-nonsense", FakeSite::Page("429 Slow", {"Retry-After: \xff soon"}, ""),
         "refused http_4xx"),
      Of("authenticate-60k",
         FakeSite::Page("401 Who", {"WWW-Authenticate: Basic realm=" + Times("r", 60'000)}, ""),
         "refused http_4xx"),
  };
}

}  // namespace

Cases HeaderCases() {
  Cases all = Floods();
  for (Case& one : Shapes()) all.push_back(std::move(one));
  for (Case& one : Values()) all.push_back(std::move(one));
  return all;
}

}  // namespace signboard::testing
