#include "proto/base/url_host.h"

#include <unicode/uidna.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <memory>
#include <vector>

#include "proto/base/percent.h"
#include "proto/base/text.h"
#include "proto/base/url.h"

namespace signboard::base {
namespace {

constexpr std::string_view kForbiddenHost = "\t\n\r #/:<>?@[\\]^|";

Status BadHost(std::string_view host, std::string_view why) {
  constexpr size_t kShownBytesMax = 200;
  std::string message = "host \"" + EscapeTerminal(host.substr(0, kShownBytesMax)) + "\": ";
  return InvalidArgument(message.append(why));
}

bool IsForbiddenHostByte(char c) {
  return c == '\0' || kForbiddenHost.find(c) != std::string_view::npos;
}

bool IsForbiddenDomainByte(char c) {
  return IsForbiddenHostByte(c) || static_cast<uint8_t>(c) < 0x20 || c == '%' || c == 0x7F;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// #ipv4-number-parser: decimal, 0x hexadecimal, 0 octal. Values past 32 bits are all "too large".
std::optional<uint64_t> Ipv4Number(std::string_view text) {
  constexpr uint64_t kTooLarge = uint64_t{1} << 32;
  if (text.empty()) return std::nullopt;
  unsigned radix = 10;
  if (text.size() >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    text.remove_prefix(2);
    radix = 16;
  } else if (text.size() >= 2 && text[0] == '0') {
    text.remove_prefix(1);
    radix = 8;
  }
  uint64_t value = 0;
  for (const char c : text) {
    const int digit = HexDigit(c);
    if (digit < 0 || static_cast<unsigned>(digit) >= radix) return std::nullopt;
    value = std::min(value * radix + static_cast<unsigned>(digit), kTooLarge);
  }
  return value;
}

std::vector<std::string_view> Ipv4Parts(std::string_view domain) {
  std::vector<std::string_view> parts = SplitAscii(domain, '.');
  if (parts.size() > 1 && parts.back().empty()) parts.pop_back();
  return parts;
}

// #ends-in-a-number-checker: such a host is an IPv4 address or nothing.
bool EndsInNumber(std::string_view domain) {
  const std::string_view last = Ipv4Parts(domain).back();
  return (!last.empty() && std::all_of(last.begin(), last.end(), IsDigit)) ||
         Ipv4Number(last).has_value();
}

// #concept-ipv4-parser
StatusOr<std::string> ParseIpv4(std::string_view domain) {
  const std::vector<std::string_view> parts = Ipv4Parts(domain);
  if (parts.size() > 4) return BadHost(domain, "an IPv4 address has at most four parts");
  uint64_t address = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    const std::optional<uint64_t> number = Ipv4Number(parts[i]);
    if (!number) return BadHost(domain, "ends in a number but is not an IPv4 address");
    const bool last = i + 1 == parts.size();
    const uint64_t most = last ? uint64_t{1} << (8 * (5 - parts.size())) : 256;
    if (*number >= most) return BadHost(domain, "a number of the IPv4 address is too large");
    address = last ? address << (8 * (4 - i)) | *number : address << 8 | *number;
  }
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += std::to_string(address >> shift & 0xFF);
    if (shift > 0) out += '.';
  }
  return out;
}

// #concept-ipv6-parser, as a value that walks the text.
class Ipv6 {
 public:
  bool Parse(std::string_view text) {
    text_ = text;
    if (Peek() == ':') {
      if (text_.size() < 2 || text_[1] != ':') return false;
      at_ = 2;
      compress_ = static_cast<int>(++piece_);
    }
    while (at_ < text_.size()) {
      if (piece_ == 8) return false;
      if (text_[at_] == ':') {
        if (compress_ >= 0) return false;
        ++at_;
        compress_ = static_cast<int>(++piece_);
        continue;
      }
      const size_t begin = at_;
      const uint16_t value = Hex();
      if (Peek() == '.') {
        if (at_ == begin) return false;
        at_ = begin;
        if (piece_ > 6 || !Ipv4Tail()) return false;
        break;
      }
      if (Peek() == ':') {
        if (++at_ == text_.size()) return false;
      } else if (at_ < text_.size()) {
        return false;
      }
      pieces_[piece_++] = value;
    }
    return Expand();
  }

  // #concept-ipv6-serializer: the first longest run of two or more zeros becomes "::".
  std::string Serialized() const {
    size_t best = 8;
    size_t best_length = 1;
    for (size_t i = 0; i < 8; ++i) {
      size_t length = 0;
      while (i + length < 8 && pieces_[i + length] == 0) ++length;
      if (length > best_length) best = i, best_length = length;
    }
    std::string out = "[";
    for (size_t i = 0; i < 8; ++i) {
      if (i == best) {
        out += i == 0 ? "::" : ":";
        i += best_length - 1;
        continue;
      }
      char digits[4];
      const auto end = std::to_chars(digits, digits + sizeof digits, pieces_[i], 16);
      out.append(digits, end.ptr);
      if (i < 7) out += ':';
    }
    return out + "]";
  }

 private:
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  uint16_t Hex() {
    unsigned value = 0;
    for (int count = 0; count < 4 && HexDigit(Peek()) >= 0; ++count, ++at_)
      value = value << 4 | static_cast<unsigned>(HexDigit(Peek()));
    return static_cast<uint16_t>(value);
  }

  // "1.2.3.4" up to the end; no leading zeros here.
  bool Ipv4Tail() {
    for (int seen = 0; seen < 4; ++seen) {
      if (seen > 0) {
        if (Peek() != '.') return false;
        ++at_;
      }
      const size_t begin = at_;
      unsigned value = 0;
      for (; IsDigit(Peek()); ++at_) {
        if (at_ > begin && value == 0) return false;
        value = value * 10 + static_cast<unsigned>(Peek() - '0');
        if (value > 255) return false;
      }
      if (at_ == begin) return false;
      pieces_[piece_] = static_cast<uint16_t>(pieces_[piece_] << 8 | value);
      if (seen % 2 == 1) ++piece_;
    }
    return at_ == text_.size();
  }

  // Moves what followed "::" to the end.
  bool Expand() {
    if (compress_ < 0) return piece_ == 8;
    std::rotate(pieces_.begin() + compress_, pieces_.begin() + static_cast<int>(piece_),
                pieces_.end());
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::array<uint16_t, 8> pieces_{};
  size_t piece_ = 0;
  int compress_ = -1;
};

bool AnyLabelBeginsWithXn(std::string_view low) {
  return low.starts_with("xn--") || low.find(".xn--") != std::string_view::npos;
}

struct IdnaCloser {
  void operator()(UIDNA* idna) const { uidna_close(idna); }
};
using Idna = std::unique_ptr<UIDNA, IdnaCloser>;

Idna OpenIdna(uint32_t options) {
  UErrorCode error = U_ZERO_ERROR;
  Idna idna(uidna_openUTS46(options, &error));
  if (U_FAILURE(error)) idna.reset();
  return idna;
}

}  // namespace

std::optional<std::string> DomainToAscii(std::string_view domain, Uts46 uts46) {
  constexpr uint32_t kChecks = UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ;
  static const Idna modern =
      OpenIdna(kChecks | UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE);
  static const Idna old = OpenIdna(UIDNA_DEFAULT);
  const bool is_modern = uts46 == Uts46::kNonTransitional;
  const UIDNA* idna = is_modern ? modern.get() : old.get();
  if (idna == nullptr || domain.size() > kUrlBytesMax * 3) return std::nullopt;
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  UErrorCode error = U_ZERO_ERROR;
  std::string out(domain.size() * 4 + 64, '\0');
  int32_t length = uidna_nameToASCII_UTF8(idna, domain.data(), static_cast<int32_t>(domain.size()),
                                          out.data(), static_cast<int32_t>(out.size()), &info,
                                          &error);
  if (error == U_BUFFER_OVERFLOW_ERROR) {
    error = U_ZERO_ERROR;
    out.resize(static_cast<size_t>(length));
    length = uidna_nameToASCII_UTF8(idna, domain.data(), static_cast<int32_t>(domain.size()),
                                    out.data(), length, &info, &error);
  }
  // CheckHyphens and VerifyDnsLength are off in the standard; IDNA2003 minds the length of labels.
  uint32_t allowed = UIDNA_ERROR_LEADING_HYPHEN | UIDNA_ERROR_TRAILING_HYPHEN |
                     UIDNA_ERROR_HYPHEN_3_4 | UIDNA_ERROR_DOMAIN_NAME_TOO_LONG;
  if (is_modern) allowed |= UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG;
  if (U_FAILURE(error) || (info.errors & ~allowed) != 0) return std::nullopt;
  out.resize(static_cast<size_t>(length));
  return out;
}

StatusOr<std::string> ParseHostOf(std::string_view text, HostKind kind) {
  if (!text.empty() && text.front() == '[') {
    Ipv6 address;
    if (text.back() != ']' || !address.Parse(text.substr(1, text.size() - 2)))
      return BadHost(text, "not an IPv6 address");
    return address.Serialized();
  }
  if (kind == HostKind::kOpaque) {
    if (std::any_of(text.begin(), text.end(), IsForbiddenHostByte))
      return BadHost(text, "holds a character that no host can have");
    std::string out;
    AppendPercentEncoded(PercentSet::kC0Control, text, &out);
    return out;
  }
  std::string domain = ToValidUtf8(PercentDecode(text));
  const bool ascii = std::all_of(domain.begin(), domain.end(),
                                 [](char c) { return static_cast<uint8_t>(c) < 0x80; });
  domain = ToLowerAscii(domain);
  // Plain ASCII only changes its case; this keeps the underscores and long labels that DNS has.
  if (!ascii || AnyLabelBeginsWithXn(domain)) {
    std::optional<std::string> mapped = DomainToAscii(domain, Uts46::kNonTransitional);
    if (!mapped) return BadHost(text, "not a valid internationalized domain (UTS #46)");
    domain = *std::move(mapped);
  }
  if (domain.empty()) return BadHost(text, "empty");
  if (std::any_of(domain.begin(), domain.end(), IsForbiddenDomainByte))
    return BadHost(text, "holds a character that no domain can have");
  if (EndsInNumber(domain)) return ParseIpv4(domain);
  return domain;
}

StatusOr<std::string> ParseHost(std::string_view text) {
  if (text.size() > kUrlBytesMax) return BadHost(text, "too long");
  return ParseHostOf(ToValidUtf8(text), HostKind::kSpecial);
}

bool IsIpv4(std::string_view host) {
  const std::vector<std::string_view> parts = SplitAscii(host, '.');
  return parts.size() == 4 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
           int value = 0;
           for (const char c : part.substr(0, 4))
             value = IsDigit(c) ? value * 10 + (c - '0') : 1000;
           return !part.empty() && value < 256 && (part.size() == 1 || part[0] != '0');
         });
}

bool IsIpv6(std::string_view host) {
  return host.size() >= 4 && host.front() == '[' && host.back() == ']';
}

}  // namespace signboard::base
