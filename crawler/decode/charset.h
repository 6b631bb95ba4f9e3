// Which character encoding a page is in, and its text as UTF-8.
//
// In this order: byte order mark, charset of Content-Type, <meta> or XML declaration in the first
// 2,048 bytes (WHATWG prescan), detection (UTF-8 if it is valid, else GB2312 by its statistics,
// else uchardet), default. A declaration that is plainly wrong is overruled: Chinese sites declare
// GBK over UTF-8 pages, and Java servers add ISO-8859-1 to GBK ones. What was declared, what it
// seemed and what was used are all said. Every GB label is read with GB18030, which contains the
// others. Names are those of the WHATWG Encoding Standard, in lower case.
//
// Threads:  Safe from any; no state.
// Errors:   None. A byte that means nothing becomes U+FFFD and is counted; NUL stays NUL.
// Cost:     Linear; detection looks at the first 256 KiB.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace signboard::decode {

struct DecodedText {
  std::string utf8;      // Valid UTF-8 always, without byte order mark.
  std::string declared;  // By header, else meta; empty: none, or a label nobody knows.
  std::string detected;  // By looking at the bytes; empty: they do not tell.
  std::string used;
  std::string basis;     // bom, header, meta, detected, default
  size_t replaced_count = 0;
};

// `content_type` is the whole header. `is_html` allows the <meta> prescan.
DecodedText DecodeText(std::string_view body, std::string_view content_type, bool is_html);

// Decodes with one encoding, given by any WHATWG label. An unknown label reads as windows-1252.
std::string ToUtf8(std::string_view body, std::string_view label, size_t* replaced_count);

}  // namespace signboard::decode
