// Undoes Content-Encoding (RFC 9110 section 8.4) within bounds: the wire's bytes become the page's.
//
// gzip (RFC 1952, many members), x-gzip, deflate (RFC 1950, and the raw RFC 1951 stream that old
// servers send under that name), br (RFC 7932), zstd (RFC 8878, window at most 8 MiB as RFC 9659
// asks) and identity. Codings are undone last to first. A stream that ends early or breaks gives
// the bytes before the break: half a page is worth keeping, and the state says that it is half.
//
// Threads:  Safe from any; no state.
// Errors:   Never a Status: what a server sent is data. See Decoded::State.
// Cost:     Output and working memory stay below the limits whatever the stream promises.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace signboard::decode {

struct DecodeLimits {
  size_t decoded_bytes_max = size_t{10} << 20;
  // More than this many decoded bytes for one wire byte is a bomb, once `ratio_free_bytes` came.
  double ratio_max = 100;
  size_t ratio_free_bytes = size_t{1} << 20;
  int codings_max = 2;
};

struct Decoded {
  enum class State {
    kOk,
    kTruncated,    // The stream ended before its end; `bytes` is what came.
    kTooLarge,     // A limit was passed; `bytes` is the part below it.
    kMalformed,    // The stream is broken; `bytes` is the part before the break.
    kUnsupported,  // A coding we do not know, or too many of them; `bytes` are the wire's.
  };
  std::string bytes;
  State state = State::kOk;
  std::string detail;  // For people: which coding, where. Empty when all is well.
};

// No coding, or none but "identity".
bool IsIdentity(std::string_view content_encoding);

// `content_encoding` is the header's value, several fields joined with commas; empty: identity.
// An empty body is kOk under every coding.
Decoded DecodeContent(std::string_view wire, std::string_view content_encoding,
                      const DecodeLimits& limits = {});

}  // namespace signboard::decode
