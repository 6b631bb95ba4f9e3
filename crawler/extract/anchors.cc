#include "crawler/extract/anchors.h"

#include <utility>

#include "crawler/extract/link_walk.h"
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

AddedAnchor AddAnchor(Node anchor, LinkKind kind, bool nofollow, LinkSink* sink) {
  AddedAnchor added;
  if (!anchor.HasAttribute("href")) return added;
  std::string rel = base::ToLowerAscii(anchor.Attribute("rel"));
  nofollow = nofollow || HasToken(rel, "nofollow");
  if (HasToken(rel, "next") || HasToken(rel, "prev")) kind = LinkKind::kNext;
  std::string text = sink->full() ? std::string() : AnchorText(anchor);
  added.text_chars = base::CountCodePoints(text);
  added.index =
      sink->Add(anchor.Attribute("href"), kind, std::move(text), std::move(rel), nofollow);
  return added;
}

void AddAnchorsOf(std::string html, LinkKind kind, bool nofollow, LinkSink* sink) {
  const StatusOr<parse::Document> piece = parse::Document::Parse(std::move(html));
  if (!piece.ok()) return;
  LinkWalk(kind, nofollow, sink).Run(piece->root(), [](Node, std::string_view) {});
}

}  // namespace signboard::extract
