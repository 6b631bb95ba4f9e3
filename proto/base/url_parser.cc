#include "proto/base/url_parser.h"

#include <algorithm>
#include <array>

#include "proto/base/percent.h"
#include "proto/base/text.h"
#include "proto/base/url_host.h"

namespace signboard::base {
namespace {

bool IsAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsDriveLetter(std::string_view text) {
  return text.size() == 2 && IsAlpha(text[0]) && (text[1] == ':' || text[1] == '|');
}
bool IsNormalizedDriveLetter(std::string_view text) {
  return IsDriveLetter(text) && text[1] == ':';
}

// 1 for ".", 2 for "..", also with dots written %2e; 0 for anything else.
int DotCount(std::string_view segment) {
  int dots = 0;
  while (!segment.empty()) {
    if (segment[0] == '.') {
      segment.remove_prefix(1);
    } else if (EqualsIgnoreCaseAscii(segment.substr(0, 3), "%2e")) {
      segment.remove_prefix(3);
    } else {
      return 0;
    }
    if (++dots > 2) return 0;
  }
  return dots;
}

std::vector<std::string> Segments(std::string_view path) {
  std::vector<std::string> segments;
  if (path.empty()) return segments;
  for (const std::string_view piece : SplitAscii(path.substr(1), '/')) segments.emplace_back(piece);
  return segments;
}

}  // namespace

std::optional<uint16_t> SpecialPort(std::string_view scheme) {
  struct Special {
    std::string_view scheme;
    uint16_t port;
  };
  constexpr std::array<Special, 6> kSpecial = {
      {{"http", 80}, {"https", 443}, {"ws", 80}, {"wss", 443}, {"ftp", 21}, {"file", 0}}};
  for (const Special& s : kSpecial)
    if (s.scheme == scheme) return s.port;
  return std::nullopt;
}

StatusOr<Url> UrlParser::Run() {
  State state = State::kSchemeStart;
  while (state != State::kDone && state != State::kFailed) state = Step(state);
  if (state == State::kFailed) return error_;
  if (!url_.opaque_path_) {
    url_.path_.clear();
    for (const std::string& segment : segments_) url_.path_.append("/").append(segment);
  }
  url_.Serialize();
  return std::move(url_);
}

UrlParser::State UrlParser::Step(State state) {
  switch (state) {
    case State::kSchemeStart: return SchemeStart();
    case State::kNoScheme: return NoScheme();
    case State::kPathOrAuthority: return PathOrAuthority();
    case State::kRelative: return Relative();
    case State::kRelativeSlash: return RelativeSlash();
    case State::kIgnoreSlashes: return IgnoreSlashes();
    case State::kAuthority: return Authority();
    case State::kHost: return Host();
    case State::kPort: return Port();
    case State::kFile: return File();
    case State::kFileSlash: return FileSlash();
    case State::kFileHost: return FileHost();
    case State::kPathStart: return PathStart();
    case State::kPath: return Path();
    case State::kOpaquePath: return OpaquePath();
    case State::kQuery: return Query();
    case State::kFragment: return Fragment();
    case State::kDone:
    case State::kFailed: break;
  }
  return state;
}

UrlParser::State UrlParser::Fail(std::string_view why) {
  constexpr size_t kShownBytesMax = 200;
  std::string message = "URL \"" + EscapeTerminal(text_.substr(0, kShownBytesMax)) + "\": ";
  error_ = InvalidArgument(message.append(why));
  return State::kFailed;
}

void UrlParser::SetScheme(std::string_view scheme) {
  url_.scheme_ = ToLowerAscii(scheme);
  special_ = SpecialPort(url_.scheme_).has_value();
}

void UrlParser::CopyAuthority() {
  url_.username_ = base_->username_;
  url_.password_ = base_->password_;
  url_.host_ = base_->host_;
  url_.has_host_ = base_->has_host_;
  url_.port_ = base_->port_;
}

void UrlParser::CopyPath() {
  url_.opaque_path_ = base_->opaque_path_;
  url_.path_ = base_->path_;
  if (!url_.opaque_path_) segments_ = Segments(base_->path_);
}

void UrlParser::ShortenPath() {
  if (url_.scheme_ == "file" && segments_.size() == 1 && IsNormalizedDriveLetter(segments_[0]))
    return;
  if (!segments_.empty()) segments_.pop_back();
}

size_t UrlParser::AuthorityEnd() const {
  return std::min(text_.find_first_of(special_ ? "/\\?#" : "/?#", at_), text_.size());
}

bool UrlParser::AtDriveLetter() const {
  return IsDriveLetter(text_.substr(at_, 2)) &&
         (at_ + 2 == text_.size() ||
          std::string_view("/\\?#").find(text_[at_ + 2]) != std::string_view::npos);
}

UrlParser::State UrlParser::SchemeStart() {
  if (AtEnd() || !IsAlpha(text_[0])) return State::kNoScheme;
  size_t end = 1;
  const auto in_scheme = [](char c) {
    return IsAlpha(c) || IsDigit(c) || c == '+' || c == '-' || c == '.';
  };
  while (end < text_.size() && in_scheme(text_[end])) ++end;
  if (end == text_.size() || text_[end] != ':') return State::kNoScheme;
  SetScheme(text_.substr(0, end));
  at_ = end + 1;
  return AfterScheme();
}

UrlParser::State UrlParser::AfterScheme() {
  if (url_.scheme_ == "file") return State::kFile;
  const bool slashes = text_.substr(at_, 2) == "//";
  if (special_) {
    // Without slashes, "http:x" is relative to a base of the same scheme, else "http://x".
    if (!slashes && base_ != nullptr && base_->scheme_ == url_.scheme_) return State::kRelative;
    return State::kIgnoreSlashes;
  }
  if (At('/')) {
    ++at_;
    return State::kPathOrAuthority;
  }
  url_.opaque_path_ = true;
  return State::kOpaquePath;
}

UrlParser::State UrlParser::NoScheme() {
  if (base_ == nullptr) return Fail("it is relative, and there is nothing to resolve it against");
  if (base_->opaque_path_) {
    if (!At('#')) return Fail("it is relative, and " + base_->scheme_ + ": URLs have no hierarchy");
    SetScheme(base_->scheme_);
    CopyPath();
    url_.query_ = base_->query_;
    ++at_;
    return State::kFragment;
  }
  if (base_->scheme_ == "file") return State::kFile;
  return State::kRelative;
}

UrlParser::State UrlParser::PathOrAuthority() {
  if (!At('/')) return State::kPath;
  ++at_;
  return State::kAuthority;
}

UrlParser::State UrlParser::Relative() {
  SetScheme(base_->scheme_);
  if (AtSlash()) {
    ++at_;
    return State::kRelativeSlash;
  }
  CopyAuthority();
  CopyPath();
  url_.query_ = base_->query_;
  if (AtEnd() || At('#')) return AfterPath();
  url_.query_.reset();
  if (At('?')) return AfterPath();
  ShortenPath();
  return State::kPath;
}

UrlParser::State UrlParser::RelativeSlash() {
  if (AtSlash()) {
    ++at_;
    return special_ ? State::kIgnoreSlashes : State::kAuthority;
  }
  CopyAuthority();
  return State::kPath;
}

UrlParser::State UrlParser::IgnoreSlashes() {
  while (At('/') || At('\\')) ++at_;
  return State::kAuthority;
}

UrlParser::State UrlParser::Authority() {
  const std::string_view authority = text_.substr(at_, AuthorityEnd() - at_);
  const size_t mark = authority.rfind('@');
  if (mark == std::string_view::npos) return State::kHost;
  const std::string_view userinfo = authority.substr(0, mark);
  const size_t colon = std::min(userinfo.find(':'), userinfo.size());
  AppendPercentEncoded(PercentSet::kUserinfo, userinfo.substr(0, colon), &url_.username_);
  if (colon < userinfo.size())
    AppendPercentEncoded(PercentSet::kUserinfo, userinfo.substr(colon + 1), &url_.password_);
  if (mark + 1 == authority.size()) return Fail("no host after the user's name");
  at_ += mark + 1;
  return State::kHost;
}

UrlParser::State UrlParser::Host() {
  const size_t limit = AuthorityEnd();
  size_t end = at_;
  for (bool in_brackets = false; end < limit; ++end) {
    if (text_[end] == '[') in_brackets = true;
    if (text_[end] == ']') in_brackets = false;
    if (text_[end] == ':' && !in_brackets) break;
  }
  const std::string_view host = text_.substr(at_, end - at_);
  const bool port_follows = end < limit;
  if (host.empty() && (special_ || port_follows)) return Fail("the host is empty");
  StatusOr<std::string> parsed =
      ParseHostOf(host, special_ ? HostKind::kSpecial : HostKind::kOpaque);
  if (!parsed.ok()) return Fail(Message(parsed.status()));
  url_.host_ = *std::move(parsed);
  url_.has_host_ = true;
  at_ = port_follows ? end + 1 : end;
  return port_follows ? State::kPort : State::kPathStart;
}

UrlParser::State UrlParser::Port() {
  const std::string_view digits = text_.substr(at_, AuthorityEnd() - at_);
  unsigned port = 0;
  for (const char c : digits) {
    if (!IsDigit(c)) return Fail("the port is not a number");
    port = port * 10 + static_cast<unsigned>(c - '0');
    if (port > 65'535) return Fail("the port is above 65535");
  }
  if (!digits.empty() && SpecialPort(url_.scheme_) != port)
    url_.port_ = static_cast<uint16_t>(port);
  at_ += digits.size();
  return State::kPathStart;
}

UrlParser::State UrlParser::File() {
  SetScheme("file");
  url_.has_host_ = true;
  if (AtSlash()) {
    ++at_;
    return State::kFileSlash;
  }
  if (base_ == nullptr || base_->scheme_ != "file") return State::kPath;
  url_.host_ = base_->host_;
  CopyPath();
  url_.query_ = base_->query_;
  if (AtEnd() || At('#')) return AfterPath();
  url_.query_.reset();
  if (At('?')) return AfterPath();
  if (AtDriveLetter()) {
    segments_.clear();
  } else {
    ShortenPath();
  }
  return State::kPath;
}

UrlParser::State UrlParser::FileSlash() {
  if (AtSlash()) {
    ++at_;
    return State::kFileHost;
  }
  if (base_ != nullptr && base_->scheme_ == "file") {
    url_.host_ = base_->host_;
    std::vector<std::string> segments = Segments(base_->path_);
    if (!AtDriveLetter() && !segments.empty() && IsNormalizedDriveLetter(segments[0]))
      segments_.push_back(std::move(segments[0]));
  }
  return State::kPath;
}

UrlParser::State UrlParser::FileHost() {
  const std::string_view host = text_.substr(at_, AuthorityEnd() - at_);
  // "file://C:/x" means the drive, not a host called "C:".
  if (IsDriveLetter(host)) return State::kPath;
  if (!host.empty()) {
    StatusOr<std::string> parsed = ParseHostOf(host, HostKind::kSpecial);
    if (!parsed.ok()) return Fail(Message(parsed.status()));
    if (*parsed != "localhost") url_.host_ = *std::move(parsed);
  }
  at_ += host.size();
  return State::kPathStart;
}

UrlParser::State UrlParser::PathStart() {
  if (AtSlash()) {
    ++at_;
    return State::kPath;
  }
  if (special_) return State::kPath;
  if (AtEnd() || At('?') || At('#')) return AfterPath();
  return State::kPath;
}

void UrlParser::AddSegment(std::string segment, bool more_follow) {
  const int dots = DotCount(segment);
  if (dots == 2) ShortenPath();
  if (dots > 0) {
    if (!more_follow) segments_.emplace_back();
    return;
  }
  if (url_.scheme_ == "file" && segments_.empty() && IsDriveLetter(segment)) segment[1] = ':';
  segments_.push_back(std::move(segment));
}

UrlParser::State UrlParser::Path() {
  while (true) {
    const size_t end = AuthorityEnd();
    std::string segment;
    AppendPercentEncoded(PercentSet::kPath, text_.substr(at_, end - at_), &segment);
    at_ = end;
    const bool more_follow = AtSlash();
    AddSegment(std::move(segment), more_follow);
    if (!more_follow) return AfterPath();
    ++at_;
  }
}

UrlParser::State UrlParser::OpaquePath() {
  const size_t end = std::min(text_.find_first_of("?#", at_), text_.size());
  std::string_view path = text_.substr(at_, end - at_);
  // A last space before a query or fragment would be trimmed were these taken away.
  const bool last_space = end < text_.size() && path.ends_with(' ');
  if (last_space) path.remove_suffix(1);
  AppendPercentEncoded(PercentSet::kC0Control, path, &url_.path_);
  if (last_space) url_.path_ += "%20";
  at_ = end;
  return AfterPath();
}

// At '?', '#' or the end.
UrlParser::State UrlParser::AfterPath() {
  if (AtEnd()) return State::kDone;
  return text_[at_++] == '?' ? State::kQuery : State::kFragment;
}

UrlParser::State UrlParser::Query() {
  const size_t end = std::min(text_.find('#', at_), text_.size());
  AppendPercentEncoded(special_ ? PercentSet::kSpecialQuery : PercentSet::kQuery,
                       text_.substr(at_, end - at_), &url_.query_.emplace());
  at_ = end;
  return AfterPath();
}

UrlParser::State UrlParser::Fragment() {
  AppendPercentEncoded(PercentSet::kFragment, text_.substr(at_), &url_.fragment_.emplace());
  at_ = text_.size();
  return State::kDone;
}

}  // namespace signboard::base
