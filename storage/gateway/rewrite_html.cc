#include "storage/gateway/rewrite_html.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "crawler/parse/document.h"
#include "proto/base/text.h"
#include "storage/gateway/rewrite_attributes.h"
#include "storage/gateway/rewrite_css.h"

namespace signboard::gateway {
namespace {

using parse::Node;

constexpr size_t kDoctypeBytesMax = 512;

template <size_t N>
bool IsOneOf(std::string_view word, const std::array<std::string_view, N>& all) {
  return std::find(all.begin(), all.end(), word) != all.end();
}

// Left out with all that is in them.
bool IsDropped(std::string_view tag) {
  constexpr std::array<std::string_view, 9> kDropped = {
      "script", "template", "base", "meta", "embed", "param", "noframes", "noembed", "portal"};
  return IsOneOf(tag, kDropped);
}
// What a browser reads as the same name again.
bool IsPlainName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '_' || c == ':' || c == '.';
  });
}

// Only what is in them is shown: it stands for what does not come.
bool IsUnwrapped(std::string_view tag) {
  constexpr std::array<std::string_view, 4> kUnwrapped = {"noscript", "object", "applet",
                                                          "frameset"};
  return IsOneOf(tag, kUnwrapped) || !IsPlainName(tag);
}
bool IsVoid(std::string_view tag) {
  constexpr std::array<std::string_view, 13> kVoid = {
      "area", "br", "col", "hr", "img", "input", "link", "source", "track", "wbr", "basefont",
      "bgsound", "keygen"};
  return IsOneOf(tag, kVoid);
}
// Their text would be read as it stands, without references: it is shown in <pre>.
bool IsPlainText(std::string_view tag) {
  return tag == "xmp" || tag == "plaintext" || tag == "listing";
}

// As the page has it, for without one a browser lays it out as of old.
std::string_view DoctypeOf(std::string_view source) {
  source = base::TrimAscii(source);
  constexpr std::string_view kDoctype = "<!doctype";
  if (!base::EqualsIgnoreCaseAscii(source.substr(0, kDoctype.size()), kDoctype)) return {};
  const size_t end = source.find('>');
  if (end == std::string_view::npos || end > kDoctypeBytesMax) return {};
  return source.find('<', 1) < end ? std::string_view() : source.substr(0, end + 1);
}

class Writer {
 public:
  Writer(const parse::Document& document, ArchiveLinks links)
      : document_(document), links_(std::move(links)) {}

  Rewritten Write() {
    out_ = std::string(DoctypeOf(document_.source()));
    if (!document_.html()) {
      out_ += "<html><head>";
      head_at_ = out_.size();
      out_ += "</head><body>";
    }
    const Node root = document_.html();
    for (Node n = root; n && Fits();) {
      while (!open_.empty() && open_.back().node != n.parent()) Close();
      const bool passed = !Open(n);
      n = n.Next(root, passed);
    }
    const bool cut = document_.truncated() || !Fits();
    while (!open_.empty()) Close();
    const size_t banner_at = body_end_.value_or(out_.size());
    return {std::move(out_), head_at_.value_or(0), banner_at, cut};
  }

 private:
  struct Element {
    Node node;
    std::string_view tag;  // Of its end; empty: it has none.
  };

  bool Fits() const { return out_.size() < kRewrittenBytesMax; }

  void Close() {
    const std::string_view tag = open_.back().tag;
    open_.pop_back();
    if (tag.empty()) return;
    if (tag == "body") body_end_ = out_.size();
    out_ += "</";
    out_ += tag;
    out_ += '>';
  }

  // False: what is below it is not to be written.
  bool Open(Node n) {
    if (n.type() == Node::Type::kText) AppendEscaped(n.text(), &out_);
    if (n.type() != Node::Type::kElement) return false;
    const std::string_view tag = n.tag();
    if (tag == "style") return Style(n);
    if (tag == "frame" || tag == "iframe") return Frame(n);
    if (tag == "link" && !IsShownLink(n)) return false;
    if (tag == "meta") Viewport(n);
    if (IsDropped(tag)) return false;
    if (tag == "frameset") {
      // Where it is the page itself, a body stands for it.
      const bool is_page = n == document_.body();
      if (is_page) out_ += "<body>";
      open_.push_back({n, is_page ? "body" : ""});
      return true;
    }
    if (IsUnwrapped(tag)) {
      open_.push_back({n, ""});
      return true;
    }
    const std::string_view shown = IsPlainText(tag) ? "pre" : tag;
    out_ += '<';
    out_ += shown;
    WriteAttributes(n, links_, &out_);
    out_ += '>';
    if (tag == "head") {
      out_ += "<meta charset=\"utf-8\">";
      if (!head_at_) head_at_ = out_.size();
    }
    if (IsVoid(tag)) return false;
    // A line end right behind the tag is not part of the text.
    if (shown == "pre" || tag == "textarea") out_ += '\n';
    open_.push_back({n, shown});
    return true;
  }

  bool Style(Node n) {
    std::string css;
    const bool whole = RewriteCss(parse::RawTextOf(n), links_, kRewrittenBytesMax, &css);
    // A browser reads it up to its end tag, but in pictures and formulas as the markup it may hold.
    const std::string_view ends = IsForeign(n) ? "<" : "</style";
    if (!whole || base::ToLowerAscii(css).find(ends) != std::string::npos) return false;
    out_ += "<style";
    WriteAttributes(n, links_, &out_);
    out_ += '>';
    out_ += css;
    out_ += "</style>";
    return false;
  }

  bool Frame(Node n) {
    const std::string link = links_.Of(n.Attribute("src"), ReferenceKind::kPage);
    if (link.empty() || base::TrimAscii(n.Attribute("src")).empty()) return false;
    out_ += "<p><a href=\"";
    AppendEscaped(link, &out_);
    out_ += "\">[frame] ";
    AppendEscaped(n.Attribute("src"), &out_);
    out_ += "</a></p>";
    return false;
  }

  // What a phone makes of the page's width.
  void Viewport(Node n) {
    if (!base::EqualsIgnoreCaseAscii(n.Attribute("name"), "viewport")) return;
    out_ += "<meta name=\"viewport\" content=\"";
    AppendEscaped(n.Attribute("content"), &out_);
    out_ += "\">";
  }

  // Within a picture (SVG) or a formula (MathML), where HTML's rules for text do not hold.
  static bool IsForeign(Node n) {
    while ((n = n.parent()))
      if (n.tag() == "svg" || n.tag() == "math") return true;
    return false;
  }

  static bool IsShownLink(Node n) {
    const std::string rel = base::ToLowerAscii(n.Attribute("rel"));
    const bool other = rel.find("alternate") != std::string::npos;
    return (rel.find("stylesheet") != std::string::npos && !other) ||
           rel.find("icon") != std::string::npos;
  }

  const parse::Document& document_;
  const ArchiveLinks links_;
  std::string out_;
  std::vector<Element> open_;
  std::optional<size_t> head_at_;
  std::optional<size_t> body_end_;
};

// Of the first <base> that has one.
ArchiveLinks LinksOf(const parse::Document& document, const ArchiveLinks& links) {
  const Node root = document.root();
  for (Node n = root; n; n = n.Next(root))
    if (n.tag() == "base" && n.HasAttribute("href")) return links.WithBase(n.Attribute("href"));
  return links;
}

}  // namespace

Rewritten RewriteHtml(std::string utf8, const ArchiveLinks& links) {
  auto document = parse::Document::Parse(std::move(utf8));
  if (!document.ok()) return {"", 0, 0, true};
  return Writer(*document, LinksOf(*document, links)).Write();
}

}  // namespace signboard::gateway
