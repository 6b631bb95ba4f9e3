#include "crawler/extract/list_body.h"

#include <algorithm>
#include <string>
#include <utility>

#include "crawler/extract/anchors.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kSniffBytesMax = 1'024;
constexpr size_t kNextGroupNear = 64;  // White space may stand between a tag and its CDATA.
constexpr std::string_view kCdata = "<![CDATA[";

std::string_view Head(std::string_view body) {
  body = body.substr(0, kSniffBytesMax);
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  return base::TrimAscii(body);
}

}  // namespace

bool IsXmlList(std::string_view body) {
  const std::string_view head = Head(body);
  return (head.starts_with("<?xml") || head.starts_with("<datastore")) &&
         head.find("<datastore") != std::string_view::npos;
}

void AddXmlList(std::string_view xml, bool nofollow, LinkSink* sink) {
  std::string records;
  std::string next;  // The URLs of further pages.
  for (size_t at = 0; (at = xml.find(kCdata, at)) != std::string_view::npos;) {
    const size_t begin = at + kCdata.size();
    const size_t end = xml.find("]]>", begin);
    if (end == std::string_view::npos) break;
    const size_t near = at - std::min(at, kNextGroupNear);
    const std::string_view before = base::TrimAscii(xml.substr(near, at - near));
    std::string& piece = before.ends_with("<nextgroup>") ? next : records;
    if (piece.size() + end - begin > kListPieceBytesMax) break;
    piece.append(xml, begin, end - begin);
    at = end + 3;
  }
  if (!records.empty()) AddAnchorsOf(std::move(records), LinkKind::kAnchor, nofollow, sink);
  if (!next.empty()) AddAnchorsOf(std::move(next), LinkKind::kNext, nofollow, sink);
}

Links FindXmlListLinks(std::string_view xml, const base::Url& list_url) {
  LinkSink sink(list_url);
  AddXmlList(xml, false, &sink);
  return sink.Take();
}

}  // namespace signboard::extract
