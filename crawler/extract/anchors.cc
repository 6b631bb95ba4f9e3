#include "crawler/extract/anchors.h"

#include <algorithm>
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
  // A code point takes one byte at least.
  if (text.size() > kAnchorTextBytesMax / 4)
    text.resize(base::TruncateUtf8(text, kAnchorTextBytesMax / 4).size());
  return text;
}

}  // namespace

bool HasToken(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const size_t end = std::min(list.find(' '), list.size());
    if (base::TrimAscii(list.substr(0, end)) == token) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
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
