// Content-Type taken apart, and what a body is when nobody says so.
//
// Threads: Safe from any; no state.
#pragma once

#include <string>
#include <string_view>

namespace signboard::decode {

struct ContentType {
  std::string type;     // Lower case, without parameters: text/html. Empty: none was sent.
  std::string charset;  // As sent, without quotes. Empty: none.
};

// RFC 9110 section 8.3, and forgiving: what does not parse is left out.
ContentType ParseContentType(std::string_view header);

enum class BodyKind { kHtml, kXml, kText, kJson, kOther };

// The kind by header, and by the first bytes where the header is missing or says no more than
// application/octet-stream or text/plain (WHATWG MIME Sniffing, the part about HTML).
BodyKind FindBodyKind(std::string_view content_type_header, std::string_view body);

}  // namespace signboard::decode
