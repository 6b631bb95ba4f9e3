#include "crawler/robots/robots.h"

#include <cstring>
#include <utility>

namespace signboard::robots {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// RFC 3986 section 2.3.
bool IsUnreserved(unsigned char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

void AppendEscaped(unsigned char c, std::string* out) {
  out->push_back('%');
  out->push_back(kHex[c >> 4]);
  out->push_back(kHex[c & 15]);
}

// In linear time, which std::string_view::find does not promise.
size_t Find(std::string_view text, size_t from, std::string_view piece) {
  const void* at = memmem(text.data() + from, text.size() - from, piece.data(), piece.size());
  if (at == nullptr) return std::string_view::npos;
  return static_cast<size_t>(static_cast<const char*>(at) - text.data());
}

// A path may hold the characters that are special in a rule; there they are written escaped
// (section 2.2.3).
std::string NormalizePath(std::string_view path) {
  std::string normal;
  for (const char c : NormalizeForRobots(path)) {
    if (c == '*' || c == '$') {
      AppendEscaped(static_cast<unsigned char>(c), &normal);
    } else {
      normal.push_back(c);
    }
  }
  return normal;
}

}  // namespace

std::string NormalizeForRobots(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '%' && i + 2 < text.size() && HexValue(text[i + 1]) >= 0 &&
        HexValue(text[i + 2]) >= 0) {
      const auto byte =
          static_cast<unsigned char>(HexValue(text[i + 1]) << 4 | HexValue(text[i + 2]));
      if (IsUnreserved(byte)) {
        out.push_back(static_cast<char>(byte));
      } else {
        AppendEscaped(byte, &out);
      }
      i += 2;
    } else if (c <= 0x20 || c >= 0x7f || c == '%') {
      AppendEscaped(c, &out);  // A '%' that begins no escape is a character like others.
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

Robots::Rule Robots::MakeRule(bool allow, std::string_view pattern) {
  Rule rule;
  rule.allow = allow;
  if (pattern.ends_with('$')) {
    rule.anchored = true;
    pattern.remove_suffix(1);
  }
  rule.octets = rule.anchored ? 1 : 0;
  size_t from = 0;
  while (true) {
    const size_t star = pattern.find('*', from);
    std::string piece;
    for (const char c : NormalizeForRobots(pattern.substr(from, star - from))) {
      if (c == '$') {
        AppendEscaped('$', &piece);  // Special only at the end.
      } else {
        piece.push_back(c);
      }
    }
    rule.octets += piece.size();
    // Two stars in a row are one; the first piece and the last are kept even when empty.
    if (!piece.empty() || from == 0 || star == std::string_view::npos) {
      rule.pieces.push_back(std::move(piece));
    }
    if (star == std::string_view::npos) return rule;
    ++rule.octets;
    from = star + 1;
  }
}

bool Robots::Rule::Matches(std::string_view path) const {
  const std::string& first = pieces.front();
  if (!path.starts_with(first)) return false;
  if (pieces.size() == 1) return !anchored || path.size() == first.size();
  size_t at = first.size();
  // The leftmost place for each piece leaves the most room for the next: no going back.
  const size_t floating = anchored ? pieces.size() - 1 : pieces.size();
  for (size_t i = 1; i < floating; ++i) {
    const size_t found = Find(path, at, pieces[i]);
    if (found == std::string_view::npos) return false;
    at = found + pieces[i].size();
  }
  return !anchored || path.substr(at).ends_with(pieces.back());
}

Robots Robots::DisallowAll() {
  Robots robots;
  robots.rules_.push_back(MakeRule(false, "/"));
  return robots;
}

bool Robots::Allows(std::string_view path_and_query) const {
  if (path_and_query.empty()) path_and_query = "/";
  const std::string path = NormalizePath(path_and_query);
  if (path == "/robots.txt") return true;
  const Rule* best = nullptr;
  for (const Rule& rule : rules_) {
    const bool wins = best == nullptr || rule.octets > best->octets ||
                      (rule.octets == best->octets && rule.allow && !best->allow);
    if (wins && rule.Matches(path)) best = &rule;
  }
  return best == nullptr || best->allow;
}

size_t Robots::bytes() const {
  size_t total = sizeof(Robots);
  for (const Rule& rule : rules_) {
    total += sizeof(Rule);
    for (const std::string& piece : rule.pieces) total += sizeof(piece) + piece.capacity();
  }
  for (const std::string& sitemap : sitemaps_) total += sizeof(sitemap) + sitemap.capacity();
  return total;
}

}  // namespace signboard::robots
