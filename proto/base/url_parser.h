// The state machine of https://url.spec.whatwg.org/#concept-basic-url-parser, without overrides.
//
// Each state of the standard is one member that consumes all it can and names the next. The text is
// valid UTF-8; every character with a meaning is ASCII, so states walk bytes.
//
// Threads: one thread, one URL, then thrown away.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/url.h"

namespace signboard::base {

// The port of a special scheme; 0 for file. nullopt: the scheme is not special.
std::optional<uint16_t> SpecialPort(std::string_view scheme);

class UrlParser {
 public:
  // `text` without tabs, line ends and outer spaces. Both must outlive the parser.
  UrlParser(std::string_view text, const Url* base) : text_(text), base_(base) {}

  StatusOr<Url> Run();

 private:
  enum class State {
    kSchemeStart,
    kNoScheme,
    kPathOrAuthority,
    kRelative,
    kRelativeSlash,
    kIgnoreSlashes,
    kAuthority,
    kHost,
    kPort,
    kFile,
    kFileSlash,
    kFileHost,
    kPathStart,
    kPath,
    kOpaquePath,
    kQuery,
    kFragment,
    kDone,
    kFailed,
  };

  State Step(State state);
  State SchemeStart();
  State NoScheme();
  State PathOrAuthority();
  State Relative();
  State RelativeSlash();
  State IgnoreSlashes();
  State Authority();
  State Host();
  State Port();
  State File();
  State FileSlash();
  State FileHost();
  State PathStart();
  State Path();
  State OpaquePath();
  State Query();
  State Fragment();

  State AfterScheme();
  State AfterPath();
  State Fail(std::string_view why);
  bool AtEnd() const { return at_ == text_.size(); }
  bool At(char c) const { return !AtEnd() && text_[at_] == c; }
  // '/', and for special schemes '\'.
  bool AtSlash() const { return At('/') || (special_ && At('\\')); }
  // From here up to the next '/', '?', '#', for special schemes '\', or the end.
  size_t AuthorityEnd() const;
  void SetScheme(std::string_view scheme);
  void CopyAuthority();
  void CopyPath();
  void ShortenPath();
  void AddSegment(std::string segment, bool more_follow);
  // "C:" or "C|" here, followed by a slash, a mark or nothing.
  bool AtDriveLetter() const;

  std::string_view text_;
  const Url* base_;
  size_t at_ = 0;
  Url url_;
  bool special_ = false;
  std::vector<std::string> segments_;
  Status error_;
};

}  // namespace signboard::base
