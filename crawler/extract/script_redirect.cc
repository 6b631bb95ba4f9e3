#include "crawler/extract/script_redirect.h"

#include "crawler/extract/script_text.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr std::string_view kWord = "location";

// A string that is all of the value: what follows is the end of a statement or of a call.
std::string_view TakeString(std::string_view rest) {
  SkipSpaces(&rest);
  if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) return {};
  const size_t end = rest.find(rest.front(), 1);
  if (end == std::string_view::npos) return {};
  const std::string_view value = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  const bool ends_here = rest.empty() || rest.front() == '\n' || rest.front() == '\r';
  SkipSpaces(&rest);
  const bool whole = ends_here || rest.empty() || rest.front() == ';' || rest.front() == ')' ||
                     rest.front() == '}' || rest.front() == ',';
  const bool plain = value.find_first_of("\\<>\r\n") == std::string_view::npos;
  return whole && plain ? value : std::string_view();
}

// What stands behind "location": the reference it is given, if it is given one.
std::string_view TargetAfter(std::string_view rest) {
  if (Take(".", &rest)) {
    if (Take("replace", &rest) || Take("assign", &rest))
      return Take("(", &rest) ? TakeString(rest) : std::string_view();
    if (!Take("href", &rest)) return {};
  }
  if (!Take("=", &rest) || rest.starts_with('=')) return {};
  return TakeString(rest);
}

}  // namespace

std::vector<std::string> ScriptRedirects(std::string_view script) {
  std::vector<std::string> found;
  if (script.size() > kRedirectScriptBytesMax) return found;
  for (size_t at = 0; (at = base::Find(script, kWord, at)) != std::string_view::npos;) {
    at += kWord.size();
    const std::string_view target = base::TrimAscii(TargetAfter(script.substr(at)));
    if (target.empty() || found.size() == kScriptRedirectsMax) continue;
    found.emplace_back(target);
  }
  return found;
}

}  // namespace signboard::extract
