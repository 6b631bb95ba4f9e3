// What a page says of its own encoding in its first bytes.
//
// Threads: Safe from any; no state.
#pragma once

#include <cstddef>
#include <string_view>

namespace signboard::decode {

// HTML says 1,024; pages that put their meta after a banner of comments need a little more.
inline constexpr size_t kPrescanBytesMax = 2048;

// The encoding by byte order mark ("utf-8", "utf-16le", "utf-16be"), and the mark's length.
std::string_view EncodingOfBom(std::string_view body, size_t* bom_bytes);

// WHATWG "prescan a byte stream to determine its encoding": <meta charset>, <meta http-equiv
// content-type>. An encoding's name, or "".
std::string_view EncodingOfMeta(std::string_view body);

// <?xml version="1.0" encoding="gb2312"?>: an encoding's name, or "".
std::string_view EncodingOfXmlDeclaration(std::string_view body);

}  // namespace signboard::decode
