// What is no HTTP, status codes that are none, and redirects to where nobody should go.
#include "tests/hostile/hostile_case.h"

namespace signboard::testing {
namespace {

Case Bytes(const std::string& name, const std::string& bytes, const std::string& expected) {
  return Of(name, {Send(bytes), Close()}, expected);
}
Case Status(const std::string& name, const std::string& status, const std::string& expected) {
  return Bytes(name, "HTTP/1.1 " + status + "\r\nContent-Length: 8\r\n\r\n<p>hello", expected);
}
Case Redirect(const std::string& name, const std::string& location, const std::string& expected) {
  return Of(name, FakeSite::Page("302 Found", {"Location: " + location}, ""), expected);
}

Cases Codes() {
  const std::string none = "error protocol";
  return {
      Of("closed-at-once", {Close()}, "unreachable tcp"),
      Of("reset-at-once", {Reset()}, "unreachable tcp"),
      Bytes("answer-of-bytes", Times(std::string("\0\xff\x01", 3), 1'000), none),
      Bytes("answer-of-smtp", "220 mail.example ESMTP\r\n", none),
      Bytes("answer-of-tls", std::string("\x15\x03\x01\0\x02\x02\x28", 7), none),
      Bytes("http-0.9", "<html><p>hello", none),
      Bytes("http-9.9", "HTTP/9.9 200 OK\r\nContent-Length: 8\r\n\r\n<p>hello", none),
      Bytes("http-2-unasked", std::string("\0\0\x12\x04\0\0\0\0\0", 9) + Times("\0", 18), none),
      Bytes("status-line-alone", "HTTP/1.1 200 OK\r\n", "error protocol|content|error truncated"),
      Status("status-000", "000 None", none),
      Status("status-099", "099 Low", none + "|unreachable tcp|error truncated"),
      Status("status-999", "999 High", none),
      Status("status-1000", "1000 Higher", none + "|unreachable tcp|error truncated"),
      Status("status-minus", "-200 OK", none),
      Status("status-no-number", "abc OK", none),
      Of("switching-protocols", {Send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                      "Connection: Upgrade\r\n\r\n" + Times("\x81\x7f", 100)),
                                 Close()}, none + "|unreachable tcp|error truncated"),
      Status("partial-unasked", "206 Partial Content", none),
      Of("not-modified-unasked", {Send("HTTP/1.1 304 Not Modified\r\n\r\n")}, none),
      Status("multiple-choices", "300 Choose", none),
      Status("teapot", "418 Teapot", "error http_4xx"),
      Status("legal-reasons", "451 Unavailable For Legal Reasons", "refused http_4xx"),
      Of("reason-60k", {Send("HTTP/1.1 500 " + Times("why ", 15'000) + "\r\n\r\n"), Close()},
         "error http_5xx"),
  };
}

Cases Redirects() {
  const std::string scope = "refused out_of_scope";
  Case two = Redirect("redirect-pair", "/b", "redirect");
  two.pages["/b"] = FakeSite::Page("301 Moved", {"Location: /"}, "");
  two.urls_max = 2;
  Case chain = Redirect("redirect-chain-endless", "/1", "redirect");
  chain.make = [](const std::string& path) {
    return FakeSite::Page("302 Found", {"Location: " + path + "1"}, "");
  };
  Cases all = {
      two,
      Redirect("redirect-to-itself", "/", "redirect"),
      Redirect("redirect-file", "file:///etc/passwd", scope),
      Redirect("redirect-gopher", "gopher://127.0.0.2:8081/_GET", scope),
      Redirect("redirect-javascript", "javascript:alert(1)", scope),
      Redirect("redirect-data", "data:text/html,hello", scope),
      Redirect("redirect-ftp", "ftp://127.0.0.2/", scope),
      Redirect("redirect-empty", "", "error protocol"),
      Of("redirect-nowhere", FakeSite::Page("302 Found", {}, ""), "error protocol"),
      Redirect("redirect-no-url", "http://[::1", "error protocol"),
      Redirect("redirect-bad-port", "http://a.example:99999/", "error protocol"),
      Redirect("redirect-60k", "/" + Times("x", 60'000), "error bad_url|error protocol"),
      Redirect("redirect-loopback", "http://127.0.0.2:8081/", "redirect"),
      Redirect("redirect-metadata", "http://169.254.169.254/latest/meta-data/", "redirect"),
      Redirect("redirect-userinfo", "http://user:secret@127.0.0.2:8081/", "redirect"),
      Redirect("redirect-bytes", "/\xb9\xe3\xff", "redirect"),
      Redirect("redirect-backslashes", "\\\\127.0.0.2:8081\\", "redirect"),
      Redirect("redirect-tabs", "/\ta\tb", "redirect|error protocol"),
  };
  chain.urls_max = 11;
  all.push_back(chain);
  return all;
}

}  // namespace

Cases StatusCases() {
  Cases all = Codes();
  for (Case& one : Redirects()) all.push_back(std::move(one));
  return all;
}

}  // namespace signboard::testing
