#include "crawler/extract/anchors.h"

#include <utility>

#include "proto/base/text.h"

namespace signboard::extract {
namespace {

using parse::Node;

std::string AnchorText(Node anchor) {
  std::string text = parse::TextOf(anchor, kAnchorTextBytesMax);
  if (text.empty()) text = std::string(anchor.Attribute("title"));
  for (Node n = anchor; n && text.empty(); n = n.Next(anchor))
    if (n.tag() == "img") text = std::string(n.Attribute("alt"));
  return std::string(base::TruncateUtf8(text, kAnchorTextBytesMax / 4));
}

}  // namespace

bool HasToken(std::string_view list, std::string_view token) {
  for (std::string_view piece : base::SplitAscii(list, ' '))
    if (base::TrimAscii(piece) == token) return true;
  return false;
}

void AddAnchor(Node anchor, LinkKind kind, bool nofollow, LinkSink* sink) {
  if (!anchor.HasAttribute("href")) return;
  std::string rel = base::ToLowerAscii(anchor.Attribute("rel"));
  nofollow = nofollow || HasToken(rel, "nofollow");
  if (HasToken(rel, "next") || HasToken(rel, "prev")) kind = LinkKind::kNext;
  std::string text = sink->full() ? std::string() : AnchorText(anchor);
  sink->Add(anchor.Attribute("href"), kind, std::move(text), std::move(rel), nofollow);
}

void AddAnchorsOf(std::string html, LinkKind kind, bool nofollow, LinkSink* sink) {
  const StatusOr<parse::Document> piece = parse::Document::Parse(std::move(html));
  if (!piece.ok()) return;
  for (Node n = piece->root(); n; n = n.Next(piece->root()))
    if (n.tag() == "a" || n.tag() == "area") AddAnchor(n, kind, nofollow, sink);
}

}  // namespace signboard::extract
