#include "crawler/extract/text_render.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "proto/base/text.h"

namespace signboard::extract {
namespace {

using parse::Node;

// Every node of a page asks, and most are in no set: first letter and length tell that without
// comparing names.
template <size_t N>
class TagSet {
 public:
  explicit constexpr TagSet(const std::string_view (&names)[N]) {
    std::copy(names, names + N, names_.begin());
    for (const std::string_view name : names) lengths_[Slot(name)] |= LengthBit(name);
  }
  constexpr bool Has(std::string_view tag) const {
    if (tag.empty() || (lengths_[Slot(tag)] & LengthBit(tag)) == 0) return false;
    return std::find(names_.begin(), names_.end(), tag) != names_.end();
  }

 private:
  static constexpr size_t Slot(std::string_view tag) {
    return static_cast<unsigned char>(tag[0]) & 31U;
  }
  static constexpr uint32_t LengthBit(std::string_view tag) { return 1U << (tag.size() & 31U); }

  std::array<std::string_view, N> names_;
  std::array<uint32_t, 32> lengths_{};
};

bool IsHidden(Node n) {
  constexpr std::string_view kNone = "display:none";
  if (n.HasAttribute("hidden")) return true;
  const std::string_view written = n.Attribute("style").substr(0, 512);
  if (written.size() < kNone.size()) return false;
  std::string style;
  for (const char c : written)
    if (c != ' ' && c != '\t' && c != '\n') style.push_back(c);
  return base::ToLowerAscii(style).find(kNone) != std::string::npos;
}

// Not <form>: ASP.NET wraps whole pages in one.
bool IsBoilerplate(std::string_view tag) {
  static constexpr TagSet<7> kTags({
      "nav", "header", "footer", "aside", "menu", "dialog", "marquee"});
  return kTags.Has(tag);
}

// The bytes of one character, `at` its first: how many, and whether it is a space to a reader.
// Zero-width characters count as nothing and are left out.
enum class Glyph { kSpace, kNothing, kInk };
Glyph Classify(std::string_view text, size_t at, size_t* bytes) {
  const auto c = static_cast<unsigned char>(text[at]);
  *bytes = 1;
  if (c <= 0x20 || c == 0x7F) return Glyph::kSpace;
  if (c < 0x80) return Glyph::kInk;
  *bytes = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
  const std::string_view glyph = text.substr(at, *bytes);
  if (glyph == "\u00A0" || glyph == "\u3000" || (glyph >= "\u2000" && glyph <= "\u200A"))
    return Glyph::kSpace;
  if (glyph == "\u200B" || glyph == "\uFEFF" || glyph == "\u200C" || glyph == "\u200D")
    return Glyph::kNothing;
  return Glyph::kInk;
}

// The bytes from `at` on that are ink beyond doubt. What Classify has more to say of ends them: it
// begins with one of four bytes.
size_t PlainInk(std::string_view text, size_t at) {
  const size_t from = at;
  while (at < text.size()) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c < 0x80) {
      if (c <= 0x20 || c == 0x7F) break;
      ++at;
    } else {
      const bool asks = c == 0xC2 || c == 0xE2 || c == 0xE3 || c == 0xEF;
      const bool is_comma = c == 0xEF && at + 1 < text.size() && text[at + 1] == '\xBC';
      if (asks && !is_comma) break;
      at += c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    }
  }
  return std::min(at, text.size()) - from;
}

class Lines {
 public:
  void Break() {
    if (!text_.empty() && text_.back() != '\n') {
      text_.push_back('\n');
      ++count_;
    }
    space_ = false;
  }
  void Space() { space_ = true; }
  void Append(std::string_view text, bool keep_lines) {
    for (size_t at = 0; at < text.size();) {
      if (const size_t plain = PlainInk(text, at); plain > 0) {
        Ink(text.substr(at, plain));
        at += plain;
        continue;
      }
      size_t bytes = 1;
      const Glyph glyph = Classify(text, at, &bytes);
      if (keep_lines && text[at] == '\n') {
        Break();
      } else if (glyph == Glyph::kSpace) {
        space_ = true;
      } else if (glyph == Glyph::kInk) {
        Ink(text.substr(at, bytes));
      }
      at += bytes;
    }
  }
  size_t size() const { return text_.size(); }
  size_t count() const { return count_; }
  std::string Take(size_t bytes_max) {
    if (text_.size() > bytes_max) {
      while (bytes_max > 0 && (text_[bytes_max] & 0xC0) == 0x80) --bytes_max;
      text_.resize(bytes_max);
    }
    while (!text_.empty() && text_.back() == '\n') text_.pop_back();
    return std::move(text_);
  }

 private:
  void Ink(std::string_view ink) {
    if (space_ && !text_.empty() && text_.back() != '\n') text_.push_back(' ');
    space_ = false;
    text_.append(ink);
  }

  std::string text_;
  size_t count_ = 0;  // Lines that are ended.
  bool space_ = false;
};

}  // namespace

bool IsBlock(std::string_view tag) {
  static constexpr TagSet<45> kTags({
      "address", "article",  "aside",   "blockquote", "body",    "caption", "center", "dd",
      "details", "dialog",   "dir",     "div",        "dl",      "dt",      "fieldset",
      "figcaption", "figure", "footer", "form",       "h1",      "h2",      "h3",     "h4",
      "h5",      "h6",       "header",  "hgroup",     "hr",      "li",      "main",   "menu",
      "nav",     "ol",       "option",  "p",          "pre",     "section", "summary", "table",
      "tbody",   "tfoot",    "thead",   "tr",         "ul",      "listing"});
  return kTags.Has(tag);
}

bool IsUnread(std::string_view tag) {
  static constexpr TagSet<15> kTags({
      "script", "style",  "template", "noscript", "head",  "iframe", "object", "select",
      "button", "textarea", "input",  "svg",      "math", "noframes", "audio"});
  return kTags.Has(tag);
}

std::string RenderText(Node root, const RenderOptions& options) {
  Lines lines;
  size_t pre_depth = 0;
  const auto is_enough = [&] {
    return lines.size() >= options.bytes_max ||
           (options.lines_enough != 0 && lines.count() >= options.lines_enough &&
            lines.size() >= options.bytes_enough);
  };
  for (Node n = root; n && !is_enough();) {
    const std::string_view tag = n.tag();
    const bool element = n.type() == Node::Type::kElement;
    const bool skip =
        element && !(n == root) &&
        (IsUnread(tag) || IsHidden(n) || (options.skip_boilerplate && IsBoilerplate(tag)));
    if (n.type() == Node::Type::kText) {
      lines.Append(n.text(), pre_depth > 0);
    } else if (tag == "br" || IsBlock(tag)) {
      lines.Break();
    }
    if (const Node child = skip ? Node() : n.first_child()) {
      if (tag == "pre") ++pre_depth;
      n = child;
      continue;
    }
    // Up to the next sibling, leaving every element that ends here.
    for (; n; n = n.parent()) {
      const std::string_view left = n.tag();
      if (left == "pre" && n.first_child() && pre_depth > 0) --pre_depth;
      if (IsBlock(left)) lines.Break();
      if (left == "td" || left == "th") lines.Space();
      if (n == root) return lines.Take(options.bytes_max);
      if (const Node sibling = n.next_sibling()) {
        n = sibling;
        break;
      }
    }
  }
  return lines.Take(options.bytes_max);
}

}  // namespace signboard::extract
