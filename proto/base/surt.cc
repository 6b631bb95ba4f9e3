#include "proto/base/surt.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "proto/base/percent.h"
#include "proto/base/surt_session.h"
#include "proto/base/text.h"
#include "proto/base/url_host.h"

namespace signboard::base {
namespace {

// A URL cut by RFC 3986 appendix B; nothing in it is decoded yet.
struct Cut {
  std::string scheme;
  std::string host;
  std::optional<unsigned> port;
  std::string path;
  std::string query;
};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

// The length of a scheme at the front, without its colon; 0: none.
size_t SchemeLength(std::string_view url) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (url.empty() || !is_letter(url[0])) return 0;
  size_t end = 1;
  while (end < url.size() && (is_letter(url[end]) || IsDigit(url[end]) || url[end] == '+' ||
                              url[end] == '-' || url[end] == '.'))
    ++end;
  return end < url.size() && url[end] == ':' ? end : 0;
}

// Decodes until nothing changes, so that "%2541" and "A" meet. Each round shortens the text, and
// nesting deeper than kDecodeRoundsMax is nobody's URL.
std::string DecodeRepeatedly(std::string_view text) {
  constexpr int kDecodeRoundsMax = 64;
  std::string out(text);
  for (int round = 0; round < kDecodeRoundsMax; ++round) {
    std::string decoded = PercentDecode(out);
    if (decoded == out) break;
    out = std::move(decoded);
  }
  return out;
}

// Controls, space, '#', '%', and what is not ASCII as %XX.
std::string EscapeOnce(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c <= ' ' || c == '#' || c == '%' || c == 0x7F || static_cast<uint8_t>(c) > 0x7F) {
      AppendPercent(c, &out);
    } else {
      out += c;
    }
  }
  return out;
}

// "host:port", "user@host", "[::1]:port". kInvalidArgument: a port that is no number below 65536.
Status CutAuthority(std::string_view authority, Cut* cut) {
  while (authority.ends_with(':')) authority.remove_suffix(1);
  authority.remove_prefix(authority.rfind('@') + 1);  // npos + 1 is 0.
  std::string_view port;
  std::string_view host = authority.substr(0, authority.find(':'));
  if (const size_t open = authority.find('['); open != std::string_view::npos) {
    const std::string_view inside = authority.substr(open + 1);
    const size_t close = std::min(inside.find(']'), inside.size());
    host = inside.substr(0, close);
    port = inside.substr(close);
  } else {
    port = authority.substr(host.size());
  }
  cut->host = host;
  const size_t colon = port.find(':');
  if (colon == std::string_view::npos) return OkStatus();
  port.remove_prefix(colon + 1);
  if (port.empty()) return OkStatus();
  unsigned value = 0;
  for (const char c : port) {
    if (IsDigit(c)) value = std::min(value * 10 + static_cast<unsigned>(c - '0'), 65'536U);
    if (!IsDigit(c) || value > 65'535)
      return InvalidArgument("port \"" + EscapeTerminal(port) + "\" is not a number below 65536");
  }
  if (value != 0) cut->port = value;
  return OkStatus();
}

// "http://https://a.cn/": the last of several schemes counts.
std::string_view WithoutStackedSchemes(std::string_view url) {
  size_t last = 0;
  for (size_t at = 0;;) {
    const std::string_view rest = url.substr(at);
    const size_t length = rest.starts_with("http://") ? 7 : rest.starts_with("https://") ? 8 : 0;
    if (length == 0) return url.substr(last);
    last = at;
    at += length;
  }
}

StatusOr<Cut> CutUrl(std::string_view exact_url) {
  std::string url(TrimAscii(exact_url));
  url.erase(std::remove_if(url.begin(), url.end(),
                           [](char c) { return c == '\t' || c == '\n' || c == '\r'; }),
            url.end());
  if (SchemeLength(url) == 0) url.insert(0, "http://");
  std::string_view rest = WithoutStackedSchemes(url);
  rest = rest.substr(0, rest.find('#'));
  Cut cut;
  cut.scheme = rest.substr(0, SchemeLength(rest));
  rest.remove_prefix(cut.scheme.size() + 1);
  if (const size_t question = rest.find('?'); question != std::string_view::npos) {
    cut.query = rest.substr(question + 1);
    rest = rest.substr(0, question);
  }
  if (rest.starts_with("//")) {
    const size_t end = std::min(rest.find('/', 2), rest.size());
    RETURN_IF_ERROR(CutAuthority(rest.substr(2, end - 2), &cut));
    rest.remove_prefix(end);
  }
  cut.path = rest;
  // "http:////a.cn/x" and "http:a.cn/x".
  if (cut.host.empty() && !cut.path.empty() && cut.scheme.starts_with("http")) {
    const std::string path = cut.path.substr(std::min(cut.path.find_first_not_of('/'),
                                                      cut.path.size()));
    const size_t slash = path.find('/');
    cut.host = path.substr(0, slash);
    cut.path = slash == std::string::npos ? "/" : path.substr(slash);
  }
  return cut;
}

// inet_aton's forms: 1 to 4 numbers, decimal or with a leading 0 octal, the last filling the rest.
std::optional<std::string> Ipv4Of(std::string_view host) {
  uint64_t address = 0;
  if (AllDigits(host)) {
    // One number, however long: its lowest 32 bits.
    for (const char c : host)
      address = (address * 10 + static_cast<uint64_t>(c - '0')) & 0xFFFFFFFF;
  } else {
    const std::vector<std::string_view> parts = SplitAscii(host, '.');
    if (parts.size() > 4) return std::nullopt;
    for (size_t i = 0; i < parts.size(); ++i) {
      if (!AllDigits(parts[i])) return std::nullopt;
      const uint64_t radix = parts[i].size() > 1 && parts[i][0] == '0' ? 8 : 10;
      uint64_t value = 0;
      for (const char c : parts[i]) {
        const auto digit = static_cast<uint64_t>(c - '0');
        if (digit >= radix) return std::nullopt;
        value = std::min(value * radix + digit, uint64_t{1} << 32);
      }
      const bool last = i + 1 == parts.size();
      if (value >= uint64_t{1} << (last ? 8 * (5 - parts.size()) : 8)) return std::nullopt;
      address = last ? address << (8 * (4 - i)) | value : address << 8 | value;
    }
  }
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += std::to_string(address >> shift & 0xFF);
    if (shift > 0) out += '.';
  }
  return out;
}

// Without the bytes that are not UTF-8.
std::string ValidPart(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    bool valid = true;
    NextCodePoint(text, &at, &valid);
    if (valid) out.append(text, begin, at - begin);
  }
  return out;
}

std::string NormalizedHost(std::string_view text, bool strip_www) {
  std::string host = DecodeRepeatedly(text);
  const auto is_foreign = [](char c) { return static_cast<uint8_t>(c) > 0x7F; };
  if (std::any_of(host.begin(), host.end(), is_foreign)) {
    const std::string valid = ValidPart(host);
    if (valid.empty()) return "";
    if (auto ascii = DomainToAscii(valid, Uts46::kTransitional)) host = *std::move(ascii);
  }
  for (size_t at = 0; (at = host.find("..", at)) != std::string::npos; ++at) host.erase(at, 1);
  const size_t begin = std::min(host.find_first_not_of('.'), host.size());
  host = host.substr(begin, host.find_last_not_of('.') + 1 - begin);
  if (const std::optional<std::string> ip = Ipv4Of(host)) return *ip;
  host = ToLowerAscii(EscapeOnce(host));
  if (strip_www && host.starts_with("www")) {
    const size_t dot = host.find_first_not_of("0123456789", 3);
    if (dot != std::string::npos && host[dot] == '.') host.erase(0, dot + 1);
  }
  return host;
}

// "." and ".." resolved, runs of slashes made one. ".." above the root stays.
std::string NormalizedPath(std::string_view path) {
  std::vector<std::string_view> kept;
  if (!path.empty()) {
    std::vector<std::string_view> pieces = SplitAscii(path, '/');
    pieces.erase(pieces.begin());
    for (const std::string_view piece : pieces) {
      if (piece == ".." && !kept.empty()) {
        kept.pop_back();
      } else if (piece != ".") {
        kept.push_back(piece);
      }
    }
  }
  std::string out = "/";
  for (size_t i = 0; i < kept.size(); ++i) {
    const bool last = i + 1 == kept.size();
    out.append(kept[i]);
    if (!last && !kept[i].empty()) out += '/';
  }
  return out;
}

// Arguments by name, then value; "b" before "b=".
std::string SortedQuery(std::string_view query) {
  struct Argument {
    std::string_view name;
    std::optional<std::string_view> value;
  };
  std::vector<Argument> arguments;
  for (const std::string_view piece : SplitAscii(query, '&')) {
    const size_t equals = piece.find('=');
    arguments.push_back({piece.substr(0, equals), std::nullopt});
    if (equals != std::string_view::npos) arguments.back().value = piece.substr(equals + 1);
  }
  std::sort(arguments.begin(), arguments.end(), [](const Argument& a, const Argument& b) {
    return a.name != b.name ? a.name < b.name : a.value < b.value;
  });
  std::string out;
  for (const Argument& argument : arguments) {
    if (&argument != &arguments.front()) out += '&';
    out.append(argument.name);
    if (argument.value) out.append("=").append(*argument.value);
  }
  return out;
}

std::string Reversed(std::string_view host) {
  const std::vector<std::string_view> labels = SplitAscii(host, '.');
  std::string out;
  for (size_t i = labels.size(); i-- > 0;) out.append(labels[i]).append(i == 0 ? "" : ",");
  return out;
}

bool IsVerbatim(std::string_view url) {
  for (const std::string_view prefix : {"filedesc", "warcinfo:", "mailto:", "dns:"})
    if (url.starts_with(prefix)) return true;
  return false;
}

}  // namespace

StatusOr<std::string> Surt(std::string_view exact_url) {
  if (TrimAscii(exact_url).empty()) return InvalidArgument("SURT: the URL is empty");
  if (exact_url.size() > kSurtInputBytesMax)
    return InvalidArgument("SURT of \"" + EscapeTerminal(exact_url.substr(0, 100)) + "...\": " +
                           std::to_string(exact_url.size()) + " bytes, more than " +
                           std::to_string(kSurtInputBytesMax));
  if (exact_url.find('\0') != std::string_view::npos)
    return InvalidArgument("SURT of \"" + EscapeTerminal(exact_url) + "\": a zero byte");
  if (IsVerbatim(exact_url)) return std::string(exact_url);

  StatusOr<Cut> cut = CutUrl(exact_url);
  if (!cut.ok())
    return Annotate(cut.status(), "SURT of \"" + EscapeTerminal(exact_url.substr(0, 200)) + "\"");
  const std::string scheme = ToLowerAscii(cut->scheme);
  const std::string host = NormalizedHost(cut->host, true);
  std::string path = DecodeRepeatedly(cut->path);
  if (!host.empty()) path = NormalizedPath(path);
  path = StripPathSession(ToLowerAscii(EscapeOnce(path)));
  if (path.size() > 1 && path.ends_with('/')) path.pop_back();
  const std::string query = SortedQuery(
      ToLowerAscii(StripQuerySession(EscapeOnce(DecodeRepeatedly(cut->query)))));

  std::string out = host.empty() ? cut->scheme + ":" : Reversed(host);
  if (!host.empty()) {
    const bool own_port = (scheme == "http" && cut->port == 80U) ||
                          (scheme == "https" && cut->port == 443U);
    if (cut->port && !own_port) out.append(":").append(std::to_string(*cut->port));
    out += ')';
  }
  out += path;
  if (!query.empty()) {
    if (path.empty()) out += '/';
    out.append("?").append(query);
  }
  return out;
}

std::string SurtHostPrefix(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return Reversed(NormalizedHost(host, true));
}

StatusOr<SurtRange> SurtRangeOf(std::string_view url, SurtMatch match) {
  ASSIGN_OR_RETURN(const std::string surt, Surt(url));
  if (match == SurtMatch::kExact) return SurtRange{surt, surt + "!"};
  if (match == SurtMatch::kPrefix) {
    SurtRange range{surt, ""};
    for (const char mark : {'/', '?'})
      if (url.ends_with(mark) && !range.first.ends_with(mark)) range.first += mark;
    range.end = range.first;
    // A SURT is ASCII but for the verbatim ones; 0xFF has no successor in one byte.
    while (!range.end.empty() && range.end.back() == '\xFF') range.end.pop_back();
    if (!range.end.empty()) range.end.back() = static_cast<char>(range.end.back() + 1);
    return range;
  }
  const std::string host = surt.substr(0, surt.find(")/"));
  if (match == SurtMatch::kHost) return SurtRange{host + ")/", host + "*"};
  // Below a top-level domain there are only hosts, no pages.
  const bool top_level = host.find(',') == std::string::npos;
  return SurtRange{host + (top_level ? "," : ")/"), host + "-"};
}

}  // namespace signboard::base
