// Lists in XML that come without a page around them, as a page's script asks for them; those in
// JSON are json_list.h's.
//
//   Hanweb's dataproxy   <datastore><nextgroup><![CDATA[<a href=…>]]></nextgroup>
//                        <recordset><record><![CDATA[<li><a href=…>…</a></li>]]></record>…
//
// The XML is looked into, not parsed: what matters is in CDATA sections, and half of the servers
// that send it send no well-formed document.
//
// Threads: Safe from any; no state.
// Errors:  None: what is no such list has no links.
// Cost:    Linear; a parse of each piece of HTML, of which kListPiecesMax are read.
#pragma once

#include <cstddef>
#include <string_view>

#include "crawler/extract/link_sink.h"
#include "crawler/extract/links.h"
#include "proto/base/url.h"

namespace signboard::extract {

inline constexpr size_t kListPiecesMax = 64;
inline constexpr size_t kListPieceBytesMax = size_t{1} << 20;

// Whether a body is such a list, whatever its Content-Type says.
bool IsXmlList(std::string_view body);

Links FindXmlListLinks(std::string_view xml, const base::Url& list_url);

// The same into a sink, for lists that stand in a page's script.
void AddXmlList(std::string_view xml, bool nofollow, LinkSink* sink);

}  // namespace signboard::extract
