// Compressed bodies stay within their bounds, and a recipe that is found gives back the wire.
// Input: a Content-Encoding header, a line end, the wire bytes.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "crawler/decode/content_coding.h"
#include "crawler/decode/wire_recipe.h"
#include "tests/fuzz/fuzz_check.h"

namespace decode = signboard::decode;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t line = input.find('\n');
  if (line == std::string_view::npos) return 0;
  const std::string_view header = input.substr(0, line);
  const std::string_view wire = input.substr(line + 1);
  decode::DecodeLimits limits;
  limits.decoded_bytes_max = size_t{64} << 10;
  const decode::Decoded decoded = decode::DecodeContent(wire, header, limits);
  FUZZ_CHECK(decoded.bytes.size() <= limits.decoded_bytes_max);
  FUZZ_CHECK(decoded.state == decode::Decoded::State::kOk || !decoded.detail.empty());
  const decode::Recipe recipe = decode::FindRecipe(wire, decoded.bytes, header);
  if (recipe.method == decode::Recipe::Method::kStored) return 0;
  const auto again = decode::Recreate(recipe, decoded.bytes);
  FUZZ_CHECK(again.ok() && *again == wire);
  return 0;
}
