#include "storage/gateway/rewrite_attributes.h"

#include <algorithm>
#include <array>

#include "proto/base/text.h"
#include "storage/gateway/rewrite_css.h"

namespace signboard::gateway {
namespace {

using parse::Node;

constexpr size_t kStyleBytesMax = 64 << 10;  // Of one attribute.
constexpr size_t kCandidatesMax = 50;        // Of one srcset.

// What a page looks like and says. All else sends, opens, loads, checks or acts, or belongs to what
// does: scripts find what they need by data-*, and there are none.
constexpr std::array<std::string_view, 118> kShown = {
    "class", "id", "title", "lang", "dir", "hidden", "role", "name", "type", "value",
    "alt", "width", "height", "align", "valign", "border", "cellpadding", "cellspacing", "bgcolor",
    "color", "face", "size", "colspan", "rowspan", "span", "scope", "headers", "summary", "nowrap",
    "hspace", "vspace", "noshade", "clear", "rules", "frame", "start", "reversed", "compact",
    "media", "rel", "sizes", "usemap", "shape", "coords", "datetime", "open", "label", "for",
    "checked", "disabled", "selected", "readonly", "multiple", "rows", "cols", "wrap",
    "maxlength", "placeholder", "min", "max", "step", "low", "high", "optimum", "controls",
    "link", "vlink", "alink", "text", "char", "charoff", "axis", "abbr", "aria-label",
    "aria-hidden", "marginwidth", "marginheight", "scrolling", "direction", "behavior", "loop",
    "scrollamount", "topmargin", "leftmargin", "xml:lang", "version", "viewBox",
    "preserveAspectRatio",
    "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-linecap",
    "stroke-linejoin", "stroke-opacity", "opacity", "transform", "points", "d", "x", "y", "x1",
    "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry", "dx", "dy", "offset", "stop-color",
    "stop-opacity", "text-anchor", "font-size"};
constexpr std::array<std::string_view, 6> kReferences = {"href",       "src",    "poster",
                                                         "background", "srcset", "style"};

// Where pages keep the image that a script shows once it is scrolled to.
constexpr std::array<std::string_view, 5> kLazyNames = {"data-src", "data-original",
                                                        "data-lazy-src", "_src", "lazy-src"};

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

bool IsData(std::string_view value) {
  return base::EqualsIgnoreCaseAscii(base::TrimAscii(value).substr(0, 5), "data:");
}

std::string ImageOf(std::string_view value, const ArchiveLinks& links) {
  if (IsData(value)) return std::string(value);
  return base::TrimAscii(value).empty() ? "" : links.Of(value, ReferenceKind::kImage);
}

// "a.png 1x, b.png 2x", as HTML has it (section 4.8.4.2.1): a comma ends a candidate unless it is
// within a URL.
std::string SourceSetOf(std::string_view value, const ArchiveLinks& links) {
  std::string set;
  size_t at = 0;
  for (size_t count = 0; count < kCandidatesMax; ++count) {
    while (at < value.size() && (IsSpace(value[at]) || value[at] == ',')) ++at;
    if (at == value.size()) break;
    const size_t from = at;
    while (at < value.size() && !IsSpace(value[at])) ++at;
    std::string_view url = value.substr(from, at - from);
    std::string_view descriptor;
    if (url.ends_with(',')) {
      while (url.ends_with(',')) url.remove_suffix(1);
    } else {
      const size_t end = std::min(value.find(',', at), value.size());
      descriptor = base::TrimAscii(value.substr(at, end - at));
      at = end;
    }
    const std::string link = ImageOf(url, links);
    if (link.empty() || IsData(link)) continue;
    // Within a list a comma would end the URL.
    set += set.empty() ? "" : ", ";
    for (const char c : link) set += c == ',' ? std::string("%2C") : std::string(1, c);
    if (!descriptor.empty()) set += " " + std::string(descriptor);
  }
  return set;
}

// Within the page a link stays as it is.
bool IsFragment(std::string_view value) { return base::TrimAscii(value).starts_with('#'); }

std::string HrefOf(Node n, std::string_view value, const ArchiveLinks& links) {
  const std::string_view tag = n.tag();
  if (IsFragment(value)) return std::string(value);
  if (tag == "a" || tag == "area") return links.Of(value, ReferenceKind::kPage);
  if (tag == "link") {
    const bool style =
        base::ToLowerAscii(n.Attribute("rel")).find("stylesheet") != std::string::npos;
    return style ? links.Of(value, ReferenceKind::kStyle) : ImageOf(value, links);
  }
  // Pictures within pictures.
  return tag == "image" || tag == "feimage" ? ImageOf(value, links) : "";
}

// Empty: it is left out.
std::string ValueOf(Node n, std::string_view name, const ArchiveLinks& links) {
  const std::string_view value = n.Attribute(name);
  if (name == "href") return HrefOf(n, value, links);
  if (name == "srcset") return SourceSetOf(value, links);
  if (name != "style") return ImageOf(value, links);
  std::string style;
  return RewriteCss(value, links, kStyleBytesMax, &style) ? style : "";
}

void Append(std::string_view name, std::string_view value, std::string* out) {
  *out += ' ';
  *out += name;
  *out += "=\"";
  AppendEscaped(value, out);
  *out += '"';
}

// The picture that an <img> without one of its own would get from a script.
std::string LazyImageOf(Node n, const ArchiveLinks& links) {
  if (n.tag() != "img" || n.HasAttribute("srcset")) return "";
  const std::string_view own = base::TrimAscii(n.Attribute("src"));
  for (const std::string_view name : kLazyNames) {
    const std::string_view value = n.Attribute(name);
    if (value.empty() || IsData(value)) continue;
    // Beside a picture of its own it is the real one only where that is a place holder.
    const bool holds_place = own.empty() || IsData(own) || own.ends_with(".gif");
    if (holds_place) return links.Of(value, ReferenceKind::kImage);
  }
  return "";
}

}  // namespace

void WriteAttributes(Node element, const ArchiveLinks& links, std::string* out) {
  for (const std::string_view name : kShown)
    if (element.HasAttribute(name)) Append(name, element.Attribute(name), out);
  const std::string lazy = LazyImageOf(element, links);
  if (!lazy.empty()) Append("src", lazy, out);
  for (const std::string_view name : kReferences) {
    if (!element.HasAttribute(name) || (name == "src" && !lazy.empty())) continue;
    const std::string value = ValueOf(element, name, links);
    if (!value.empty()) Append(name, value, out);
  }
}

}  // namespace signboard::gateway
