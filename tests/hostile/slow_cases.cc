// Who never comes to an end, or only after ages.
#include "tests/hostile/hostile_case.h"

namespace signboard::testing {

Cases SlowCases() {
  const std::string type = "Content-Type: text/html\r\n";
  const Millis drip(50);
  return {
      Of("hang-before-answer", {Hang()}, "error timeout"),
      Of("hang-in-status-line", {Send("HTTP/1.1 20"), Hang()}, "error timeout"),
      Of("hang-in-header", {Send("HTTP/1.1 200 OK\r\nContent-"), Hang()}, "error timeout"),
      Of("hang-in-body", {Head(type + "Content-Length: 99\r\n"), Send("<p>"), Hang()},
         "error timeout"),
      Of("hang-in-chunk", {Head(type + "Transfer-Encoding: chunked\r\n"), Send("5\r\nhe"), Hang()},
         "error timeout"),
      Of("hang-after-100", {Send("HTTP/1.1 100 Continue\r\n\r\n"), Hang()}, "error timeout"),
      Of("drip-status-line", {Send("HTTP/1.1 200 "), Repeat("O", drip)}, "error timeout"),
      Of("drip-header", {Send("HTTP/1.1 200 OK\r\nX: "), Repeat("y", drip)}, "error timeout"),
      Of("drip-header-lines", {Send("HTTP/1.1 200 OK\r\n"), Repeat("A: b\r\n", drip)},
         "error timeout"),
      Of("drip-body", {Head(type + "Content-Length: 99999\r\n"), Repeat("x", drip)},
         "error timeout"),
      Of("drip-chunks", {Head(type + "Transfer-Encoding: chunked\r\n"), Repeat("1\r\nx\r\n", drip)},
         "error timeout"),
      Of("drip-of-100s", {Repeat("HTTP/1.1 102 Processing\r\n\r\n", drip)}, "error timeout"),
      Of("endless-html", {Head(type), Repeat(Times("<p>more</p>", 1'000))}, "content too_large"),
      Of("endless-text", {Head("Content-Type: text/plain\r\n"), Repeat(Times("more ", 10'000))},
         "content too_large|error timeout"),
      Of("endless-image", {Head("Content-Type: image/png\r\n"), Repeat(Times("\xff", 65'536))},
         "content too_large|error timeout"),
      Of("endless-without-type", {Head(""), Repeat(Times("x", 65'536))}, "content too_large"),
      Of("endless-404", {Head(type, "404 Not Found"), Repeat(Times("x", 65'536))}, "gone"),
      Of("endless-redirect", {Head("Location: /next\r\n", "302 Found"), Repeat(Times("x", 65'536))},
         "redirect"),
  };
}

}  // namespace signboard::testing
