// Build step: writes the pairs (traditional, simplified) of fold.cc from OpenCC's t2s data, each
// character converted by itself.
//   signboard_fold_table FILE
#include <opencc/opencc.h>

#include <cstdint>
#include <cstdio>
#include <string>

#include "proto/base/text.h"

namespace {

int Write(opencc_t converter, std::FILE* out) {
  int count = 0;
  for (uint32_t c = 0x3400; c <= 0x9FFF; ++c) {
    std::string from;
    signboard::base::AppendUtf8(c, &from);
    char* const converted = opencc_convert_utf8(converter, from.c_str(), from.size());
    if (converted == nullptr) return 0;
    const std::string to = converted;
    opencc_convert_utf8_free(converted);
    size_t at = 0;
    if (to.empty()) continue;
    const uint32_t simple = signboard::base::NextCodePoint(to, &at);
    // Some characters have no simplified form in the first plane.
    if (at != to.size() || simple == c || simple > 0xFFFF) continue;
    std::fprintf(out, "{0x%04X,0x%04X},\n", c, simple);
    ++count;
  }
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  opencc_t converter = opencc_open(OPENCC_DEFAULT_CONFIG_TRAD_TO_SIMP);
  if (converter == reinterpret_cast<opencc_t>(-1)) {
    std::fprintf(stderr, "no conversion %s: %s\n", OPENCC_DEFAULT_CONFIG_TRAD_TO_SIMP,
                 opencc_error());
    return 1;
  }
  std::FILE* const out = std::fopen(argv[1], "w");
  if (out == nullptr) {
    std::perror(argv[1]);
    return 1;
  }
  const int count = Write(converter, out);
  opencc_close(converter);
  const bool closed = std::fclose(out) == 0;
  if (count < 2'000) std::fprintf(stderr, "only %d pairs: OpenCC's data is damaged\n", count);
  return closed && count >= 2'000 ? 0 : 1;
}
