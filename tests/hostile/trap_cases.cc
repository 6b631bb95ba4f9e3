// Sites without end: each page is honest, and there is always one more.
#include "tests/hostile/hostile_case.h"

namespace signboard::testing {
namespace {

Case Trap(const std::string& name, std::function<std::string(const std::string&)> next,
          size_t urls_max) {
  Case made{name, {}, "content"};
  made.make = [next = std::move(next)](const std::string& path) {
    if (path == "/robots.txt") return FakeSite::Page("404 Not Found", {}, "");
    return Html("<p>" + path + "</p><a href='" + next(path) + "'>next</a>");
  };
  made.urls_max = urls_max;
  return made;
}

}  // namespace

// The bounds are the depth of a scope, 20, and how often a path's segment may come again, 3.
Cases TrapCases() {
  return {
      Trap("trap-calendar", [](const std::string& path) {
        const size_t at = path.find('=');
        const int month = at == std::string::npos ? 0 : std::atoi(path.c_str() + at + 1);
        return "/calendar?month=" + std::to_string(month + 1);
      }, 21),
      Trap("trap-path-repeats", [](const std::string& path) {
        return (path == "/" ? "" : path) + "/a/b";
      }, 4),
      Trap("trap-path-deeper", [](const std::string& path) {
        return (path == "/" ? "" : path) + "/d" + std::to_string(path.size());
      }, 21),
      Trap("trap-sessions", [](const std::string& path) {
        return "/page?sid=" + std::to_string(path.size()) + "x" + path.substr(path.size() / 2);
      }, 21),
      Trap("trap-url-grows", [](const std::string& path) {
        return (path == "/" ? "/q?x" : path) + Times("y", 400);
      }, 7),
      Trap("trap-subdomains", [](const std::string& path) {
        return "http://x" + std::to_string(path.size()) + ".trap-subdomains.example" + path + "x";
      }, 1),
  };
}

}  // namespace signboard::testing
