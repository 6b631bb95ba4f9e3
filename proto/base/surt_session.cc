#include "proto/base/surt_session.h"

#include <algorithm>
#include <optional>

#include "proto/base/text.h"

namespace signboard::base {
namespace {

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsLetterOrDigit(char c) { return IsLetter(c) || (c >= '0' && c <= '9'); }

// Takes exactly `count` characters of a class off the front.
bool TakeRun(std::string_view* rest, size_t count, bool (*is_member)(char)) {
  if (rest->size() < count) return false;
  for (size_t i = 0; i < count; ++i)
    if (!is_member((*rest)[i])) return false;
  rest->remove_prefix(count);
  return true;
}

bool Take(std::string_view* rest, std::string_view word) {
  if (!EqualsIgnoreCaseAscii(rest->substr(0, word.size()), word)) return false;
  rest->remove_prefix(word.size());
  return true;
}

constexpr size_t kAspSessionLetters = 24;

// "(s(24)a(24))/", at least one letter with its session.
bool TakeNestedSession(std::string_view* rest) {
  if (!Take(rest, "(")) return false;
  int count = 0;
  for (; TakeRun(rest, 1, IsLetter); ++count) {
    if (!Take(rest, "(") || !TakeRun(rest, kAspSessionLetters, IsLetterOrDigit) || !Take(rest, ")"))
      return false;
  }
  return count > 0 && Take(rest, ")/");
}

// "(24)/"
bool TakePlainSession(std::string_view* rest) {
  return Take(rest, "(") && TakeRun(rest, kAspSessionLetters, IsLetterOrDigit) && Take(rest, ")/");
}

// "page.aspx" and whatever follows; no '?' before it.
bool IsAspPage(std::string_view rest) {
  const size_t question = rest.find('?');
  const std::string low = ToLowerAscii(rest.substr(0, question));
  return low.find(".aspx", 1) != std::string::npos;
}

std::string StripPathForm(std::string_view path, bool (*take)(std::string_view*)) {
  // The last place wins, as with a greedy pattern.
  for (size_t slash = path.rfind('/'); slash != std::string_view::npos;
       slash = slash == 0 ? std::string_view::npos : path.rfind('/', slash - 1)) {
    std::string_view rest = path.substr(slash + 1);
    if (take(&rest) && IsAspPage(rest))
      return std::string(path.substr(0, slash + 1)).append(rest);
  }
  return std::string(path);
}

// Takes "name=" and `count` characters.
bool TakeParameter(std::string_view* rest, std::string_view name, size_t count) {
  return Take(rest, name) && Take(rest, "=") && TakeRun(rest, count, IsLetterOrDigit);
}

bool TakeJsp(std::string_view* rest) { return TakeParameter(rest, "jsessionid", 32); }
bool TakePhp(std::string_view* rest) { return TakeParameter(rest, "phpsessid", 32); }
bool TakeSid(std::string_view* rest) { return TakeParameter(rest, "sid", 32); }
bool TakeAsp(std::string_view* rest) {
  return Take(rest, "aspsessionid") && TakeRun(rest, 8, IsLetter) && Take(rest, "=") &&
         TakeRun(rest, kAspSessionLetters, IsLetter);
}

bool TakeValue(std::string_view* rest) {
  const size_t length = std::min(rest->find('&'), rest->size());
  rest->remove_prefix(length);
  return length > 0;
}
bool TakeColdFusion(std::string_view* rest) {
  return Take(rest, "cfid=") && TakeValue(rest) && Take(rest, "&cftoken=") && TakeValue(rest);
}

std::string StripQueryForm(std::string_view query, bool (*take)(std::string_view*)) {
  for (size_t begin = query.size(); begin-- > 0;) {
    std::string_view rest = query.substr(begin);
    if (!take(&rest) || (!rest.empty() && rest.front() != '&')) continue;
    if (!rest.empty()) rest.remove_prefix(1);
    return std::string(query.substr(0, begin)).append(rest);
  }
  return std::string(query);
}

}  // namespace

std::string StripPathSession(std::string_view path) {
  return StripPathForm(StripPathForm(path, TakeNestedSession), TakePlainSession);
}

std::string StripQuerySession(std::string_view query) {
  std::string out(query);
  for (const auto take : {TakeJsp, TakePhp, TakeSid, TakeAsp, TakeColdFusion})
    out = StripQueryForm(out, take);
  return out;
}

}  // namespace signboard::base
