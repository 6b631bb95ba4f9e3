#include "frontier/url_rule.h"

#include <array>
#include <cctype>
#include <cstdio>
#include <cstring>

namespace signboard::frontier {
namespace {

bool IsHex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

// Where `part` begins in `path` from `from` on; npos: nowhere. memmem is linear (two-way), which
// string_view::find is not.
size_t FindFrom(std::string_view path, std::string_view part, size_t from) {
  const void* const found =
      ::memmem(path.data() + from, path.size() - from, part.data(), part.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<size_t>(static_cast<const char*>(found) - path.data());
}

}  // namespace

StatusOr<std::string> NormalRule(std::string_view rule) {
  if (rule.size() > kRuleBytesMax) {
    return base::InvalidArgument("a rule of " + std::to_string(rule.size()) + " bytes; at most " +
                                 std::to_string(kRuleBytesMax));
  }
  if (rule.empty() || (rule[0] != '/' && rule[0] != '*')) {
    return base::InvalidArgument("the rule \"" + std::string(rule) +
                                 "\" begins with neither / nor *");
  }
  std::string out;
  for (size_t i = 0; i < rule.size(); ++i) {
    const char c = rule[i];
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte == 0x7f) {
      return base::InvalidArgument("the rule \"" + std::string(rule) +
                                   "\" holds a space or a control character");
    }
    if (byte > 0x7f) {
      std::array<char, 4> escaped{};
      std::snprintf(escaped.data(), escaped.size(), "%%%02X", byte);
      out += escaped.data();
    } else if (c == '%' && i + 2 < rule.size() && IsHex(rule[i + 1]) && IsHex(rule[i + 2])) {
      out.push_back(c);
      for (const size_t at : {i + 1, i + 2})
        out.push_back(static_cast<char>(std::toupper(static_cast<unsigned char>(rule[at]))));
      i += 2;
    } else {
      out.push_back(c);
    }
  }
  return out;
}

bool RuleMatches(std::string_view rule, std::string_view path) {
  const bool to_end = rule.ends_with('$');
  if (to_end) rule.remove_suffix(1);
  size_t at = 0;  // So much of the path is matched.
  for (bool first = true;; first = false) {
    const size_t star = rule.find('*');
    const std::string_view part = rule.substr(0, star);
    const bool last = star == std::string_view::npos;
    if (last && to_end) {
      const bool fits = path.size() - at >= part.size() && path.ends_with(part);
      return fits && (!first || path.size() == part.size());
    }
    if (first) {
      if (!path.starts_with(part)) return false;
      at = part.size();
    } else {
      const size_t found = FindFrom(path, part, at);
      if (found == std::string_view::npos) return false;
      at = found + part.size();
    }
    if (last) return true;
    rule.remove_prefix(star + 1);
  }
}

}  // namespace signboard::frontier
