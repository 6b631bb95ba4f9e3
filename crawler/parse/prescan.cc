#include "crawler/parse/prescan.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "crawler/parse/prescan_stack.h"
#include "proto/base/text.h"

namespace signboard::parse {
namespace {

constexpr size_t kNone = std::string::npos;
constexpr size_t kTagNameBytesMax = 64;  // Longer names are told apart by their first bytes.

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

class Scanner {
 public:
  Scanner(std::string& html, size_t depth_max, size_t attributes_max, Runs* runs)
      : html_(html), attributes_max_(attributes_max), runs_(runs), open_(depth_max) {}

  PrescanResult Run() {
    while (at_ != kNone) {
      const size_t text_at = at_;
      at_ = html_.find('<', at_);
      runs_->AddText(html_, text_at, std::min(at_, html_.size()), false);
      if (at_ != kNone) Markup();
    }
    return result_;
  }

 private:
  // At '<'. Moves past whatever it begins, or to kNone at the end of all markup.
  void Markup() {
    const std::string_view rest = std::string_view(html_).substr(at_);
    if (rest.size() < 2) {
      at_ = kNone;
    } else if (rest.starts_with("<!--")) {
      Comment();
    } else if (rest.starts_with("<![CDATA[") && open_.in_foreign()) {
      at_ = PastEnd(html_.find("]]>", at_), 3);
    } else if (rest[1] == '!' || rest[1] == '?') {
      at_ = PastEnd(html_.find('>', at_), 1);
    } else if (IsLetter(rest[1])) {
      Tag(at_ + 1, false);
    } else if (rest[1] == '/' && rest.size() > 2) {
      if (IsLetter(rest[2])) {
        Tag(at_ + 2, true);
      } else {
        at_ = PastEnd(html_.find('>', at_), 1);
      }
    } else {
      ++at_;
    }
  }

  static size_t PastEnd(size_t found, size_t bytes) {
    return found == kNone ? kNone : found + bytes;
  }

  void Comment() {
    const std::string_view inside = std::string_view(html_).substr(at_ + 4);
    if (inside.starts_with(">") || inside.starts_with("->")) {
      at_ = html_.find('>', at_) + 1;
      return;
    }
    for (size_t end = html_.find("--", at_ + 4); end != kNone; end = html_.find("--", end + 1)) {
      const std::string_view after = std::string_view(html_).substr(end + 2);
      if (after.starts_with(">") || after.starts_with("!>")) {
        at_ = html_.find('>', end) + 1;
        return;
      }
    }
    at_ = kNone;
  }

  void Tag(size_t name_at, bool is_end) {
    const size_t tag_at = at_;
    size_t i = name_at;
    while (i < html_.size() && !IsSpace(html_[i]) && html_[i] != '/' && html_[i] != '>') ++i;
    const std::string name = base::ToLowerAscii(
        std::string_view(html_).substr(name_at, std::min(i - name_at, kTagNameBytesMax)));
    bool self_closing = false;
    notes_values_ = !is_end && MayShortenValues(name);
    const size_t end = Attributes(i, &self_closing);
    at_ = end;
    if (end == kNone) {  // Cut off inside the tag: the tokenizer drops it.
      runs_->DropFrom(tag_at);
      return;
    }
    const bool was_foreign = open_.in_foreign();
    const bool kept = is_end ? open_.End(name) : open_.Start(name, self_closing);
    if (!kept) {
      std::fill(html_.begin() + static_cast<std::ptrdiff_t>(tag_at),
                html_.begin() + static_cast<std::ptrdiff_t>(end), ' ');
      ++result_.tags_blanked;
      runs_->DropFrom(tag_at);
    } else if (!is_end && !was_foreign) {
      SkipRawText(name);
    }
  }

  // From after a tag's name to after its '>', blanking attributes beyond the maximum.
  size_t Attributes(size_t i, bool* self_closing) {
    values_noted_ = 0;
    for (size_t count = 0;;) {
      while (i < html_.size() && (IsSpace(html_[i]) || html_[i] == '/')) ++i;
      if (i >= html_.size()) return kNone;
      if (html_[i] == '>') {
        *self_closing = html_[i - 1] == '/';
        return i + 1;
      }
      const size_t from = i;
      i = PastAttribute(i);
      if (i == kNone) return kNone;
      if (++count > attributes_max_) {
        std::fill(html_.begin() + static_cast<std::ptrdiff_t>(from),
                  html_.begin() + static_cast<std::ptrdiff_t>(i), ' ');
        ++result_.attributes_blanked;
        runs_->DropFrom(from);
      }
    }
  }

  size_t PastAttribute(size_t i) {
    const size_t from = i;
    while (i < html_.size() && !IsSpace(html_[i]) && html_[i] != '/' && html_[i] != '>' &&
           (html_[i] != '=' || i == from)) {
      ++i;
    }
    const std::string_view name = std::string_view(html_).substr(from, i - from);
    size_t value = i;
    while (value < html_.size() && IsSpace(html_[value])) ++value;
    if (value >= html_.size() || html_[value] != '=') return i;
    ++value;
    while (value < html_.size() && IsSpace(html_[value])) ++value;
    if (value >= html_.size()) return kNone;
    if (html_[value] == '"' || html_[value] == '\'') {
      const size_t close = html_.find(html_[value], value + 1);
      if (close != kNone && NotesValueOf(name)) runs_->AddValue(html_, value + 1, close);
      return PastEnd(close, 1);
    }
    while (value < html_.size() && !IsSpace(html_[value]) && html_[value] != '>') ++value;
    return value;
  }

  // Not of formatting elements, whose copies the tree builder compares; <a> is never copied twice.
  // Nor of those that it merges, or whose values it reads.
  static bool MayShortenValues(std::string_view tag) {
    static constexpr std::array<std::string_view, 24> kTags = {
        "a",    "img",  "link",  "meta", "script", "div", "span", "p",  "li",  "ul", "td", "tr",
        "table", "h1",  "h2",    "h3",   "dd",     "dt",  "dl",   "ol", "th",  "nav", "section",
        "iframe"};
    return std::find(kTags.begin(), kTags.end(), tag) != kTags.end();
  }

  // Whether a value of this attribute may be left out: the first of its name alone counts.
  bool NotesValueOf(std::string_view name) {
    static constexpr std::array<std::string_view, 8> kNames = {
        "href", "src", "title", "alt", "style", "content", "class", "onclick"};
    if (!notes_values_) return false;
    for (size_t i = 0; i < kNames.size(); ++i) {
      if (!base::EqualsIgnoreCaseAscii(name, kNames[i])) continue;
      const bool first = (values_noted_ >> i & 1U) == 0;
      values_noted_ |= 1U << i;
      return first;
    }
    return false;
  }

  // The inside of a raw text element up to its end tag at `end`.
  void AddRawText(const std::string& name, size_t end) {
    const bool is_raw = name == "script" || name == "style";
    if (!is_raw && name != "title" && name != "textarea") return;
    const std::string_view inside = std::string_view(html_).substr(at_, end - at_);
    // What looks like a comment changes how a script ends.
    if (base::Find(inside, "<!-") != kNone) return;
    runs_->AddText(html_, at_, end, is_raw);
  }

  void SkipRawText(const std::string& name) {
    static constexpr std::array<std::string_view, 8> kRaw = {
        "script", "style", "xmp", "iframe", "noembed", "noframes", "textarea", "title"};
    if (name == "plaintext") at_ = kNone;
    if (std::find(kRaw.begin(), kRaw.end(), name) == kRaw.end()) return;
    for (size_t i = html_.find("</", at_); i != kNone; i = html_.find("</", i + 2)) {
      const std::string_view rest = std::string_view(html_).substr(i + 2, name.size() + 1);
      if (rest.size() <= name.size()) continue;
      const char after = rest[name.size()];
      if (base::EqualsIgnoreCaseAscii(rest.substr(0, name.size()), name) &&
          (IsSpace(after) || after == '/' || after == '>')) {
        AddRawText(name, i);
        at_ = i;
        return;
      }
    }
    at_ = kNone;
  }

  std::string& html_;
  const size_t attributes_max_;
  Runs* const runs_;
  bool notes_values_ = false;   // Of the tag under way.
  unsigned values_noted_ = 0;   // Of its attributes, by their place among the names.
  OpenElements open_;
  PrescanResult result_;
  size_t at_ = 0;
};

}  // namespace

PrescanResult BlankExcess(std::string& html, size_t depth_max, size_t attributes_max, Runs* runs) {
  return Scanner(html, depth_max, attributes_max, runs).Run();
}

}  // namespace signboard::parse
