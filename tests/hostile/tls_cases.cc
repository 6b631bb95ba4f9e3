// TLS that does not stand, or that nobody vouches for.
#include "tests/hostile/hostile_case.h"

namespace signboard::testing {
namespace {

Case Tls(const std::string& name, FakeSite::Script script, const std::string& expected) {
  Case made = Of(name, std::move(script), expected);
  made.scheme = "https";
  return made;
}

}  // namespace

// The hosts that begin with "tls-plain" and "tls-shut" are sent to a port without TLS, and to one
// where nobody listens (hostile_test.cc).
Cases TlsCases() {
  return {
      Tls("tls-self-signed", Html("<p>hello</p>"), "content"),
      Tls("tls-cut-in-body", {Head("Content-Length: 99\r\n"), Send("<p>"), Close()},
          "error truncated"),
      Tls("tls-reset-in-header", {Send("HTTP/1.1 200 OK\r\nConten"), Reset()},
          "error protocol|unreachable tcp|error truncated"),
      Tls("tls-hang", {Hang()}, "error timeout"),
      Tls("tls-plain-text", {}, "unreachable tls|unreachable tcp"),
      Tls("tls-shut-port", {}, "unreachable tcp"),
  };
}

}  // namespace signboard::testing
