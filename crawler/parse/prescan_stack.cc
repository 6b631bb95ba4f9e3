#include "crawler/parse/prescan_stack.h"

#include <algorithm>
#include <initializer_list>

namespace signboard::parse {
namespace {

// Unclosed formatting is copied into every later block; browsers would do it too.
constexpr size_t kFormattingMax = 128;

enum Trait : uint32_t {
  kVoid = 1U << 0U,
  kSpecial = 1U << 1U,
  kFormatting = 1U << 2U,
  kScope = 1U << 3U,        // Ends the search "in scope".
  kTableScope = 1U << 4U,   // Ends the search "in table scope".
  kButton = 1U << 5U,
  kListScope = 1U << 6U,
  kClosesP = 1U << 7U,
  kHeading = 1U << 8U,
  kItem = 1U << 9U,         // li
  kDefinition = 1U << 10U,  // dd, dt
  kCell = 1U << 11U,
  kRow = 1U << 12U,
  kSection = 1U << 13U,     // tbody, thead, tfoot, caption, colgroup
  kOption = 1U << 14U,
  kMarker = 1U << 15U,      // Formatting does not reach across it.
  kBreakout = 1U << 16U,    // Ends SVG and MathML.
  kForeignRoot = 1U << 17U,
  kIntegration = 1U << 18U,  // HTML again inside foreign content.
  kUnique = 1U << 19U,       // a, nobr: a second one ends the first.
  kRoot = 1U << 20U,         // html, head, body: merged, never nested.
  kAlone = 1U << 21U,        // Raw text: holds no elements.
};

constexpr uint64_t Hash(std::string_view name) {
  uint64_t h = 14695981039346656037ULL;  // FNV-1a.
  for (const char c : name) h = (h ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return h;
}

using Traits = std::unordered_map<uint64_t, uint32_t>;

Traits MakeTraits() {
  Traits traits;
  const auto mark = [&traits](uint32_t bits, std::initializer_list<std::string_view> names) {
    for (std::string_view name : names) traits[Hash(name)] |= bits;
  };
  mark(kVoid | kSpecial, {"area", "base", "basefont", "bgsound", "br", "col", "embed", "frame",
                          "hr", "img", "input", "keygen", "link", "meta", "param", "source",
                          "track", "wbr"});
  mark(kSpecial | kClosesP,
       {"address", "article", "aside", "blockquote", "center", "details", "dialog", "dir", "div",
        "dl", "fieldset", "figcaption", "figure", "footer", "header", "hgroup", "main", "menu",
        "nav", "ol", "p", "section", "summary", "ul", "pre", "listing", "form", "table", "h1",
        "h2", "h3", "h4", "h5", "h6", "li", "dd", "dt", "plaintext", "xmp", "hr"});
  mark(kSpecial, {"applet", "body", "button", "caption", "colgroup", "frameset", "head", "html",
                  "iframe", "marquee", "noembed", "noframes", "noscript", "object", "script",
                  "select", "style", "tbody", "td", "template", "textarea", "tfoot", "th",
                  "thead", "title", "tr", "isindex"});
  mark(kFormatting, {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike",
                     "strong", "tt", "u"});
  mark(kUnique, {"a", "nobr"});
  mark(kScope, {"applet", "caption", "html", "table", "td", "th", "marquee", "object", "template",
                "foreignobject", "desc", "annotation-xml", "mi", "mo", "mn", "ms", "mtext"});
  mark(kTableScope, {"html", "table", "template"});
  mark(kMarker, {"applet", "caption", "td", "th", "marquee", "object", "template"});
  mark(kButton, {"button"});
  mark(kListScope, {"ol", "ul"});
  mark(kHeading, {"h1", "h2", "h3", "h4", "h5", "h6"});
  mark(kItem, {"li"});
  mark(kDefinition, {"dd", "dt"});
  mark(kCell, {"td", "th"});
  mark(kRow, {"tr"});
  mark(kSection, {"tbody", "thead", "tfoot", "caption", "colgroup"});
  mark(kOption, {"option", "optgroup"});
  mark(kForeignRoot, {"svg", "math"});
  mark(kIntegration, {"foreignobject", "desc", "title", "annotation-xml", "mi", "mo", "mn", "ms",
                      "mtext"});
  mark(kRoot, {"html", "head", "body"});
  mark(kAlone, {"script", "style", "xmp", "iframe", "noembed", "noframes", "textarea", "title"});
  mark(kBreakout,
       {"b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em",
        "embed", "h1", "h2", "h3", "h4", "h5", "h6", "head", "hr", "i", "img", "li", "listing",
        "menu", "meta", "nobr", "ol", "p", "pre", "ruby", "s", "small", "span", "strong",
        "strike", "sub", "sup", "table", "tt", "u", "ul", "var"});
  return traits;
}

uint32_t TraitsOf(uint64_t name) {
  static const Traits kTraits = MakeTraits();
  const auto at = kTraits.find(name);
  return at == kTraits.end() ? 0 : at->second;
}

constexpr uint64_t kMarkerEntry = 0;

}  // namespace

void OpenElements::PopTop() {
  const Open top = stack_.back();
  stack_.pop_back();
  if (top.formatting) --open_formatting_;
  if ((top.traits & kMarker) == 0 || top.foreign) return;
  while (!formatting_.empty()) {
    const uint64_t last = formatting_.back();
    formatting_.pop_back();
    if (last == kMarkerEntry) break;
  }
}

bool OpenElements::PopTo(uint64_t name, uint32_t barrier) {
  for (size_t i = stack_.size(); i-- > 0;) {
    if (stack_[i].name == name) {
      while (stack_.size() > i) PopTop();
      return true;
    }
    if ((stack_[i].traits & barrier) != 0) return false;
  }
  return false;
}

void OpenElements::CloseListItem(uint32_t kind) {
  static constexpr uint64_t kPassed[] = {Hash("address"), Hash("div"), Hash("p")};
  for (size_t i = stack_.size(); i-- > 0;) {
    const Open& open = stack_[i];
    if ((open.traits & kind) != 0) {
      while (stack_.size() > i) PopTop();
      return;
    }
    if ((open.traits & kSpecial) != 0 &&
        std::find(std::begin(kPassed), std::end(kPassed), open.name) == std::end(kPassed)) {
      return;
    }
  }
}

void OpenElements::CloseToTable(uint32_t keep) {
  // Only inside a table; elsewhere a <td> is ignored, and counting it does no harm.
  for (size_t i = stack_.size(); i-- > 0;) {
    if ((stack_[i].traits & (keep | kTableScope)) == 0) continue;
    while (stack_.size() > i + 1) PopTop();
    return;
  }
}

void OpenElements::ImplyEnds(uint64_t name, uint32_t traits) {
  if ((traits & kItem) != 0) CloseListItem(kItem);
  if ((traits & kDefinition) != 0) CloseListItem(kDefinition);
  if ((traits & kClosesP) != 0) PopTo(Hash("p"), kScope | kButton);
  if ((traits & kHeading) != 0 && !stack_.empty() && (stack_.back().traits & kHeading) != 0)
    PopTop();
  if ((traits & kCell) != 0) CloseToTable(kRow);
  if ((traits & kRow) != 0) CloseToTable(kSection);
  if ((traits & kSection) != 0) CloseToTable(0);
  if ((traits & kButton) != 0) PopTo(name, kScope);
  if ((traits & kOption) != 0 && !stack_.empty() && stack_.back().name == Hash("option")) PopTop();
  if ((traits & kUnique) != 0) EndFormatting(name);
}

bool OpenElements::EndFormatting(uint64_t name) {
  for (size_t i = formatting_.size(); i-- > 0 && formatting_[i] != kMarkerEntry;) {
    if (formatting_[i] != name) continue;
    formatting_.erase(formatting_.begin() + static_cast<std::ptrdiff_t>(i));
    break;
  }
  bool special_above = false;
  for (size_t i = stack_.size(); i-- > 0;) {
    if (stack_[i].name == name) {
      // The adoption agency takes the element out from under blocks, which stay open.
      if (special_above) {
        if (stack_[i].formatting) --open_formatting_;
        stack_.erase(stack_.begin() + static_cast<std::ptrdiff_t>(i));
      } else {
        while (stack_.size() > i) PopTop();
      }
      return true;
    }
    if ((stack_[i].traits & kScope) != 0) return false;
    special_above = special_above || (stack_[i].traits & kSpecial) != 0;
  }
  return false;
}

bool OpenElements::DropsStart(uint64_t name, uint32_t traits) {
  const bool formatting = (traits & kFormatting) != 0 && (traits & kUnique) == 0;
  // Formatting that would be reconstructed is not on the stack now, but will be.
  const size_t waiting =
      formatting_.size() > open_formatting_ ? formatting_.size() - open_formatting_ : 0;
  if (stack_.size() + waiting + 2 < depth_max_ &&
      !(formatting && formatting_.size() >= kFormattingMax)) {
    return false;
  }
  ++left_out_[name];
  return true;
}

bool OpenElements::Start(std::string_view name_text, bool self_closing) {
  const uint64_t name = Hash(name_text);
  const uint32_t traits = TraitsOf(name);
  if (in_foreign() && (traits & kBreakout) != 0) {
    while (in_foreign()) PopTop();
  }
  Open open;
  open.name = name;
  open.traits = traits;
  open.foreign = in_foreign() || (traits & kForeignRoot) != 0;
  if (open.foreign) {
    if (self_closing) return true;
    open.foreign_inside = (traits & kIntegration) == 0;
  } else {
    if ((traits & (kRoot | kAlone)) != 0) return true;
    ImplyEnds(name, traits);
    if ((traits & kVoid) != 0) return true;
  }
  if (DropsStart(name, open.foreign ? 0 : traits)) return false;
  open.formatting = !open.foreign && (traits & kFormatting) != 0;
  stack_.push_back(open);
  if (open.foreign) return true;
  if (open.formatting) {
    ++open_formatting_;
    formatting_.push_back(name);
  }
  if ((traits & kMarker) != 0) formatting_.push_back(kMarkerEntry);
  return true;
}

bool OpenElements::End(std::string_view name_text) {
  const uint64_t name = Hash(name_text);
  if (const auto left_out = left_out_.find(name); left_out != left_out_.end()) {
    if (--left_out->second == 0) left_out_.erase(left_out);
    return false;
  }
  for (size_t i = stack_.size(); i-- > 0 && stack_[i].foreign;) {
    if (stack_[i].name != name) continue;
    while (stack_.size() > i) PopTop();
    return true;
  }
  const uint32_t traits = TraitsOf(name);
  if ((traits & (kRoot | kVoid | kAlone)) != 0) return true;
  if ((traits & kFormatting) != 0) {
    EndFormatting(name);
  } else if ((traits & kHeading) != 0) {
    for (size_t i = stack_.size(); i-- > 0 && (stack_[i].traits & kScope) == 0;) {
      if ((stack_[i].traits & kHeading) == 0) continue;
      while (stack_.size() > i) PopTop();
      break;
    }
  } else if (name == Hash("p")) {
    PopTo(name, kScope | kButton);
  } else if ((traits & kItem) != 0) {
    PopTo(name, kScope | kListScope);
  } else if ((traits & (kCell | kRow | kSection | kTableScope)) != 0) {
    PopTo(name, name == Hash("template") ? 0U : uint32_t{kTableScope});
  } else {
    PopTo(name, uint32_t{(traits & kSpecial) != 0 ? kScope : kSpecial});
  }
  return true;
}

}  // namespace signboard::parse
