// The head of an HTTP message as it stands in a WARC block: its first line and its header fields,
// as they came. Lines that are no fields are left out; what stands there is other people's bytes.
//
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "storage/warc/record.h"

namespace signboard::warc {

struct HttpHead {
  std::string first;      // "HTTP/1.1 200 OK", "GET / HTTP/1.1"
  std::string version;    // Of a response: "1.1".
  int status = 0;         // Of a response.
  std::string reason;     // Of a response.
  Fields fields;
  size_t bytes = 0;       // Of the block, up to the body.
  size_t left_out = 0;    // Lines that were no fields, or too many.
};

inline constexpr size_t kHttpHeadBytesMax = size_t{256} << 10;
inline constexpr size_t kHttpFieldsMax = 1'000;

// nullopt: `block` does not begin with a response; or its head is too long.
std::optional<HttpHead> ParseResponseHead(std::string_view block);
// Of a request, or of the fields of one.
std::optional<HttpHead> ParseRequestHead(std::string_view block);

// Of a chunked body (RFC 9112 section 7.1) the bytes that were sent; nullopt: it is not chunked.
std::optional<std::string> Unchunk(std::string_view body);

}  // namespace signboard::warc
