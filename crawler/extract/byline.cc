#include "crawler/extract/byline.h"

#include <algorithm>
#include <array>
#include <utility>

#include "crawler/extract/dates.h"
#include "crawler/extract/first_chars.h"
#include "crawler/extract/script_text.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

using parse::Document;
using parse::Node;

constexpr size_t kLdScriptBytesMax = size_t{64} << 10;
constexpr size_t kLdScriptsMax = 8;
constexpr size_t kStampBytesMax = 64;
constexpr size_t kStampLineBytesMax = 100;
constexpr size_t kMediumCharsMax = 12;
constexpr size_t kValueBytesMax = 256;  // Of a line, behind a label.
// What stands between a label and its word; a bar is a fashion of WeChat's.
constexpr std::string_view kColons = ":：|｜丨";

enum class Kind { kSource, kAuthor, kTime };

struct Label {
  std::string_view text;
  Kind kind = Kind::kSource;
};

// The surest first, for a page may have several.
constexpr std::array<Label, 31> kLabels = {{
    {"信息来源", Kind::kSource}, {"文章来源", Kind::kSource}, {"稿件来源", Kind::kSource},
    {"新闻来源", Kind::kSource}, {"内容来源", Kind::kSource}, {"信息來源", Kind::kSource},
    {"文章來源", Kind::kSource}, {"稿件來源", Kind::kSource}, {"来源", Kind::kSource},
    {"來源", Kind::kSource},     {"来 源", Kind::kSource},    {"稿源", Kind::kSource},
    {"作者", Kind::kAuthor},     {"作 者", Kind::kAuthor},    {"记者", Kind::kAuthor},
    {"記者", Kind::kAuthor},     {"撰稿", Kind::kAuthor},     {"发布时间", Kind::kTime},
    {"发布日期", Kind::kTime},   {"發布時間", Kind::kTime},   {"發佈時間", Kind::kTime},
    {"發布日期", Kind::kTime},   {"发表时间", Kind::kTime},   {"發表時間", Kind::kTime},
    {"公开日期", Kind::kTime},   {"发文日期", Kind::kTime},   {"更新时间", Kind::kTime},
    {"更新時間", Kind::kTime},   {"日期", Kind::kTime},       {"时间", Kind::kTime},
    {"時間", Kind::kTime}}};

// A Chinese word goes on where a letter stands before it.
bool EndsInLetter(std::string_view text) {
  if (text.empty() || (text.back() & 0x80) == 0) return false;
  size_t at = text.size() - 1;
  while (at > 0 && (text[at] & 0xC0) == 0x80) --at;
  const char32_t c = base::NextCodePoint(text, &at);
  return c >= 0x4E00 && c <= 0x9FFF;
}

// Which label ends `before`, as a place in kLabels; kLabels.size(): none.
size_t LabelAt(std::string_view before) {
  constexpr size_t kLastBytes = 3;  // Of a label: its last character.
  static const FirstChars kLast = [] {
    FirstChars last("");
    for (const Label& label : kLabels)
      last.AddFirst(label.text.substr(label.text.size() - kLastBytes));
    return last;
  }();
  if (before.size() < kLastBytes || !kLast.Has(before, before.size() - kLastBytes))
    return kLabels.size();
  for (size_t i = 0; i < kLabels.size(); ++i) {
    const std::string_view label = kLabels[i].text;
    if (before.ends_with(label) && !EndsInLetter(before.substr(0, before.size() - label.size())))
      return i;
  }
  return kLabels.size();
}

std::string_view TrimFront(std::string_view text) {
  for (bool more = true; more;) {
    more = false;
    for (const std::string_view mark : {" ", "\t", "\u3000", "\u00A0", "[", "【", "「", "“", "("}) {
      if (!text.starts_with(mark)) continue;
      text.remove_prefix(mark.size());
      more = true;
    }
  }
  return text;
}

// Up to a space or the mark that ends it. Empty: none, too long, or another label.
std::string_view WordIn(std::string_view rest) {
  rest = TrimFront(rest);
  size_t end = rest.size();
  for (const std::string_view stop :
       {" ", "|", "】", "]", "）", ")", "」", "”", "\t", "\u3000", "\u00A0", "，", "；", "。", "丨"})
    end = std::min(end, rest.find(stop));
  const std::string_view word = rest.substr(0, end);
  const bool is_label = word.find(':') != std::string_view::npos ||
                        word.find("：") != std::string_view::npos;
  return is_label || base::CountCodePoints(word) > kBylineWordCharsMax ? std::string_view() : word;
}

// 2024年10月30日 09:34 中國新聞網: the name of a medium behind a stamp, and nothing else.
std::string_view MediumBehindStamp(std::string_view line) {
  line = base::TrimAscii(line);
  const bool begins = line.starts_with("20") || line.starts_with("19");
  const size_t space = line.rfind(' ');
  if (!begins || line.size() > kStampLineBytesMax || space == std::string_view::npos) return {};
  const std::string_view word = line.substr(space + 1);
  if (base::CountCodePoints(word) > kMediumCharsMax || !ParsePageTime(line)) return {};
  // Between the two only what a time is made of.
  for (const char c : base::TrimAscii(line.substr(0, space)).substr(4))
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return {};
  for (const std::string_view end : {"网", "網", "报", "報", "社", "台", "臺", "发布", "發布"})
    if (word.ends_with(end)) return word;
  return {};
}

std::optional<UnixTime> TimeIn(std::string_view rest) {
  return ParsePageTime(TrimFront(rest));
}

// The first of kColons from `at` on, where a character begins; line.size() or more: none.
size_t ColonFrom(std::string_view line, size_t at) {
  static const FirstChars kMarks(kColons);
  while (at < line.size() && !kMarks.Has(line, at)) {
    const auto lead = static_cast<unsigned char>(line[at]);
    at += lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  }
  return at;
}

class Reader {
 public:
  void Line(std::string_view line, std::string_view next) {
    if (byline.source.empty()) byline.source = MediumBehindStamp(line);
    for (size_t at = 0; at < line.size();) {
      const size_t colon = ColonFrom(line, at);
      if (colon >= line.size()) return;
      at = colon + ((line[colon] & 0x80) == 0 ? 1 : 3);
      const std::string_view before = base::TrimAscii(line.substr(0, colon));
      // Most colons follow other words.
      if (before.empty() || (before.back() & 0x80) == 0) continue;
      const size_t label = LabelAt(before);
      if (label == kLabels.size()) continue;
      const std::string_view rest = base::TrimAscii(line.substr(at, kValueBytesMax));
      Take(label, rest.empty() ? next.substr(0, kValueBytesMax) : rest);
    }
  }
  Byline byline;

 private:
  void Take(size_t label, std::string_view value) {
    const Kind kind = kLabels[label].kind;
    size_t& best = best_[static_cast<size_t>(kind)];
    if (label >= best) return;
    if (kind == Kind::kTime) {
      const auto time = TimeIn(value);
      if (!time) return;
      byline.published = time;
    } else {
      const std::string_view word = WordIn(value);
      if (word.empty()) return;
      (kind == Kind::kSource ? byline.source : byline.author) = word;
    }
    best = label;
  }

  std::array<size_t, 3> best_ = {kLabels.size(), kLabels.size(), kLabels.size()};
};

std::string_view LineAt(std::string_view text, size_t at) {
  return at < text.size() ? text.substr(at, text.find('\n', at) - at) : std::string_view();
}

}  // namespace

Byline FindByline(std::string_view visible_text) {
  Reader reader;
  size_t at = 0;
  for (size_t lines = 0; lines < kBylineLinesMax && at < visible_text.size(); ++lines) {
    const std::string_view line = LineAt(visible_text, at);
    at += line.size() + 1;
    reader.Line(line, LineAt(visible_text, at));
  }
  return std::move(reader.byline);
}

std::optional<UnixTime> DeclaredTime(const Document& document) {
  size_t scripts = 0;
  for (Node n = document.root(); n; n = n.Next(document.root())) {
    if (n.tag() == "time") {
      if (const auto time = ParsePageTime(n.Attribute("datetime"))) return time;
    }
    if (n.tag() != "script" ||
        !base::EqualsIgnoreCaseAscii(n.Attribute("type"), "application/ld+json"))
      continue;
    if (++scripts > kLdScriptsMax) continue;
    const std::string script = parse::RawTextOf(n, kLdScriptBytesMax);
    for (const std::string_view name : {"datePublished", "pubDate"})
      if (const auto time = ParsePageTime(ScriptString(script, name, kStampBytesMax))) return time;
  }
  return std::nullopt;
}

}  // namespace signboard::extract
