#include "crawler/extract/link_resolver.h"

#include <algorithm>
#include <array>

#include "crawler/extract/links.h"
#include "proto/base/text.h"
#include "proto/base/url_canonical.h"

namespace signboard::extract {
namespace {

constexpr size_t kOriginsMax = 32;
constexpr size_t kOriginBytesMax = 128;

enum CharTrait : unsigned char {
  kInPath = 1U << 0U,    // Stays as it is in a path, and means nothing there.
  kInQuery = 1U << 1U,   // The same in a query of http(s).
  kInScheme = 1U << 2U,  // Letters, digits, + - .
  kInHost = 1U << 3U,    // Letters, digits, - . : and _ of host and port.
};

constexpr std::array<unsigned char, 256> MakeTraits() {
  std::array<unsigned char, 256> traits{};
  for (unsigned c = 0x21; c <= 0x7E; ++c) {
    const char byte = static_cast<char>(c);
    const bool letter = (c | 0x20U) >= 'a' && (c | 0x20U) <= 'z';
    const bool digit = c >= '0' && c <= '9';
    unsigned bits = 0;
    if (std::string_view("\"#<>?^`{}%\\").find(byte) == std::string_view::npos) bits |= kInPath;
    if (std::string_view("\"#<>'%").find(byte) == std::string_view::npos) bits |= kInQuery;
    if (letter || digit || c == '+' || c == '-' || c == '.') bits |= kInScheme;
    if (letter || digit || c == '-' || c == '.' || c == ':' || c == '_') bits |= kInHost;
    traits[c] = static_cast<unsigned char>(bits);
  }
  return traits;
}
constexpr std::array<unsigned char, 256> kTraits = MakeTraits();

bool Has(char c, CharTrait trait) { return (kTraits[static_cast<unsigned char>(c)] & trait) != 0; }
bool IsLetter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

// How many bytes from `at` on have the trait.
size_t Span(std::string_view text, size_t at, CharTrait trait) {
  size_t end = at;
  while (end < text.size() && Has(text[end], trait)) ++end;
  return end - at;
}

std::string_view Trimmed(std::string_view text) {
  const auto is_outer = [](char c) { return static_cast<unsigned char>(c) <= 0x20; };
  while (!text.empty() && is_outer(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_outer(text.back())) text.remove_suffix(1);
  return text;
}

// The length of "scheme:" at the front, without the colon; 0: none.
size_t SchemeBytes(std::string_view text) {
  if (text.empty() || !IsLetter(text[0])) return 0;
  const size_t bytes = Span(text, 0, kInScheme);
  return bytes < text.size() && text[bytes] == ':' ? bytes : 0;
}

}  // namespace

LinkResolver::LinkResolver(const base::Url& base) : base_(base) {
  has_plain_base_ = base.is_http() && !base.host().empty() && base.username().empty() &&
                    base.password().empty() && base.path().starts_with('/');
  if (!has_plain_base_) return;
  origin_ = base.scheme() + "://" + base::QueueKey(base);
  const std::string canonical = base::Canonical(base);
  const size_t end = std::min(canonical.find('?'), canonical.size());
  directory_ = canonical.substr(origin_.size(), end - origin_.size());
  directory_.resize(directory_.rfind('/') + 1);
}

std::optional<Resolved> LinkResolver::ResolveByParser(std::string_view reference,
                                                      const base::Url& base) {
  const StatusOr<base::Url> url = base::Url::Parse(reference, &base);
  if (!url.ok() || !url->is_http() || url->host().empty()) return std::nullopt;
  return Resolved{base::Canonical(*url), IsTrap(url->path())};
}

std::optional<Resolved> LinkResolver::Join(std::string_view origin, std::string_view directory,
                                           std::string_view rest) const {
  if (!directory.empty()) {
    while (rest.starts_with("./") || rest.starts_with("../")) {
      if (rest[1] == '.') {
        if (directory.size() > 1) directory.remove_suffix(1);
        directory = directory.substr(0, directory.rfind('/') + 1);
        rest.remove_prefix(1);
      }
      rest.remove_prefix(2);
    }
    if (rest.starts_with('.')) return std::nullopt;
  }
  const size_t path_bytes = Span(rest, 0, kInPath);
  const std::string_view path = rest.substr(0, path_bytes);
  if (path.find("/.") != std::string_view::npos) return std::nullopt;
  size_t query_bytes = 0;
  if (path_bytes < rest.size() && rest[path_bytes] == '?')
    query_bytes = Span(rest, path_bytes + 1, kInQuery) + 1;
  const size_t end = path_bytes + query_bytes;
  if (end < rest.size() && rest[end] != '#') return std::nullopt;
  Resolved resolved;
  resolved.url.reserve(origin.size() + directory.size() + end);
  resolved.url.append(origin).append(directory).append(path);
  resolved.is_trap = IsTrap(std::string_view(resolved.url).substr(origin.size()));
  if (query_bytes > 1) resolved.url.append(rest.substr(path_bytes, query_bytes));
  return resolved;
}

const LinkResolver::Origin* LinkResolver::FindOrigin(std::string_view spelled) {
  for (const Origin& known : origins_)
    if (known.spelled == spelled) return &known;
  if (origins_.size() >= kOriginsMax || spelled.size() > kOriginBytesMax) return nullptr;
  Origin& origin = origins_.emplace_back();
  origin.spelled = spelled;
  if (auto root = ResolveByParser(origin.spelled + "/", base_)) {
    origin.canonical = std::move(root->url);
    origin.canonical.pop_back();
  }
  return &origin;
}

std::optional<Resolved> LinkResolver::Resolve(std::string_view reference) {
  reference = Trimmed(reference);
  if (!has_plain_base_ || reference.empty()) return ResolveByParser(reference, base_);
  const size_t scheme_bytes = SchemeBytes(reference);
  const std::string_view scheme = reference.substr(0, scheme_bytes);
  const bool is_http = base::EqualsIgnoreCaseAscii(scheme, "http") ||
                       base::EqualsIgnoreCaseAscii(scheme, "https");
  if (scheme_bytes != 0 && !is_http) return std::nullopt;
  const size_t behind = scheme_bytes == 0 ? 0 : scheme_bytes + 1;
  std::optional<Resolved> joined;
  if (reference.substr(behind).starts_with("//")) {
    const size_t end = behind + 2 + Span(reference, behind + 2, kInHost);
    if (end > behind + 2 && end < reference.size() && reference[end] == '/') {
      const Origin* const origin = FindOrigin(reference.substr(0, end));
      if (origin != nullptr && origin->canonical.empty()) return std::nullopt;
      if (origin != nullptr) joined = Join(origin->canonical, "", reference.substr(end));
    }
  } else if (scheme_bytes == 0 && reference[0] != '?' && reference[0] != '#') {
    const bool from_root = reference[0] == '/';
    joined = Join(origin_, from_root ? std::string_view() : std::string_view(directory_),
                  reference);
  }
  return joined ? std::move(joined) : ResolveByParser(reference, base_);
}

}  // namespace signboard::extract
