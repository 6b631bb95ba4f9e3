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
  Scanner(std::string& html, size_t depth_max, size_t attributes_max)
      : html_(html), attributes_max_(attributes_max), open_(depth_max) {}

  PrescanResult Run() {
    while (at_ != kNone && (at_ = html_.find('<', at_)) != kNone) Markup();
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
    const size_t end = Attributes(i, &self_closing);
    at_ = end;
    if (end == kNone) return;  // Cut off inside the tag: the tokenizer drops it.
    const bool was_foreign = open_.in_foreign();
    const bool kept = is_end ? open_.End(name) : open_.Start(name, self_closing);
    if (!kept) {
      std::fill(html_.begin() + static_cast<std::ptrdiff_t>(tag_at),
                html_.begin() + static_cast<std::ptrdiff_t>(end), ' ');
      ++result_.tags_blanked;
    } else if (!is_end && !was_foreign) {
      SkipRawText(name);
    }
  }

  // From after a tag's name to after its '>', blanking attributes beyond the maximum.
  size_t Attributes(size_t i, bool* self_closing) {
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
      }
    }
  }

  size_t PastAttribute(size_t i) const {
    const size_t from = i;
    while (i < html_.size() && !IsSpace(html_[i]) && html_[i] != '/' && html_[i] != '>' &&
           (html_[i] != '=' || i == from)) {
      ++i;
    }
    size_t value = i;
    while (value < html_.size() && IsSpace(html_[value])) ++value;
    if (value >= html_.size() || html_[value] != '=') return i;
    ++value;
    while (value < html_.size() && IsSpace(html_[value])) ++value;
    if (value >= html_.size()) return kNone;
    if (html_[value] == '"' || html_[value] == '\'')
      return PastEnd(html_.find(html_[value], value + 1), 1);
    while (value < html_.size() && !IsSpace(html_[value]) && html_[value] != '>') ++value;
    return value;
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
        at_ = i;
        return;
      }
    }
    at_ = kNone;
  }

  std::string& html_;
  const size_t attributes_max_;
  OpenElements open_;
  PrescanResult result_;
  size_t at_ = 0;
};

}  // namespace

PrescanResult BlankExcess(std::string& html, size_t depth_max, size_t attributes_max) {
  return Scanner(html, depth_max, attributes_max).Run();
}

}  // namespace signboard::parse
