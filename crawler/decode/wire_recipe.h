// How the bytes of the wire are made again from the decoded page, so that an archive keeps the
// page once, in a form that deltas well, and still gives back what was sent, byte for byte.
//
// Servers compress with a handful of libraries at a handful of settings. FindRecipe reads what the
// stream itself tells (gzip header, brotli window, zstd frame header), tries the usual settings in
// the order of how common they are, and stops a candidate at its first wrong byte. Where none fits
// (flushes in mid-stream, other libraries) the answer is kStored: keep the wire bytes.
// The fields are those of v1.WireRecipe.
//
// A recipe holds as long as the compressing library gives the same bytes. Who relies on one must
// compare the digest of what Recreate returns with the digest of the wire, and must do so.
//
// Threads:  Safe from any; no state.
// Cost:     At most kRecipeBytesMax of page and 24 candidates; most wrong ones end in one block.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "proto/base/status.h"

namespace signboard::decode {

// Larger pages are kStored without a search.
inline constexpr size_t kRecipeBytesMax = size_t{16} << 20;

// What is longer in front of a stream or behind it (10,000 gzip members) is kStored.
inline constexpr size_t kRecipeFramingBytesMax = size_t{64} << 10;

struct Recipe {
  enum class Method { kIdentity, kZlib, kBrotli, kZstd, kStored };
  Method method = Method::kStored;
  int level = 0;        // zlib and zstd level; brotli quality.
  int window_bits = 0;  // zlib: 9 to 15, without the framing's offset. brotli: lgwin.
  int mem_level = 0;    // zlib only.
  int strategy = 0;     // zlib strategy. zstd: bit 0 checksum, bit 1 content size in the header.
  std::string head;     // Framing before the compressed stream: gzip or zlib header.
  std::string tail;     // Framing after it: trailer, and whatever followed.

  bool operator==(const Recipe&) const = default;
};

// `wire` decodes to `decoded` under `content_encoding`. The recipe returned was tried: Recreate
// gave `wire`. Two codings, or a pair that does not belong together: kStored.
Recipe FindRecipe(std::string_view wire, std::string_view decoded,
                  std::string_view content_encoding);

// The library of this process that a method compresses with, and its version: "zlib 1.2.13". What
// it makes of the same page by the same recipe is the same. Empty for kIdentity and kStored.
std::string RecipeLibrary(Recipe::Method method);

// kFailedPrecondition for kStored, whose bytes are kept elsewhere; kInvalidArgument for settings
// that the library refuses.
StatusOr<std::string> Recreate(const Recipe& recipe, std::string_view decoded);

}  // namespace signboard::decode
