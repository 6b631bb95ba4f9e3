// One thing that a site may do to a crawler, by name: what it sends, and what must come of it.
//
// Each case is a host of its own, NAME.example, that answers as scripted (404 elsewhere, also to
// robots.txt, unless the case says more).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/fake_site.h"

namespace signboard::testing {

struct Case {
  std::string name;
  std::map<std::string, FakeSite::Script> pages;  // By path.
  // "error timeout", "content", "error timeout|unreachable tcp": outcome and reason of `start`.
  std::string expected;
  std::string start = "/";
  std::string scheme = "http";
  // For every path that `pages` does not name; empty: 404.
  std::function<FakeSite::Script(const std::string& path)> make = nullptr;
  size_t urls_max = 0;  // More captured URLs are a trap that caught us; 0: not looked at.
  bool is_heavy = false;  // Its cost in CPU time is looked at by itself.
};
using Cases = std::vector<Case>;

Cases FramingCases();
Cases SlowCases();
Cases HeaderCases();
Cases StatusCases();
Cases CodingCases();
Cases CharsetCases();
Cases MarkupCases();
Cases ScriptCases();
Cases RobotsCases();
Cases ListCases();
Cases TrapCases();
Cases TlsCases();

// An answer with these header lines and no framing of its own.
inline FakeSite::Step Head(const std::string& lines, const std::string& status = "200 OK") {
  return Send("HTTP/1.1 " + status + "\r\n" + lines + "\r\n");
}
inline FakeSite::Script Html(const std::string& body) {
  return FakeSite::Page("200 OK", {"Content-Type: text/html; charset=utf-8"}, body);
}
inline FakeSite::Script Typed(const std::string& type, const std::string& body) {
  return FakeSite::Page("200 OK", {"Content-Type: " + type}, body);
}
inline FakeSite::Script Coded(const std::string& coding, const std::string& wire) {
  return FakeSite::Page("200 OK", {"Content-Type: text/html", "Content-Encoding: " + coding}, wire);
}
inline std::string Times(std::string_view text, size_t count) {
  std::string out;
  out.reserve(text.size() * count);
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}
// One page, at /.
inline Case Of(std::string name, FakeSite::Script script, std::string expected) {
  return {std::move(name), {{"/", std::move(script)}}, std::move(expected)};
}
inline Case Heavy(std::string name, FakeSite::Script script, std::string expected) {
  Case heavy = Of(std::move(name), std::move(script), std::move(expected));
  heavy.is_heavy = true;
  return heavy;
}

}  // namespace signboard::testing
