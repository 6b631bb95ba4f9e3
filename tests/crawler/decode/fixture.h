// Reads the byte files beside these tests. data/ holds pages as their makers wrote them: python's
// codecs, zlib and gzip, gzip(1), zstd(1) and node's brotli.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "tests/paths.h"

namespace signboard::decode {

inline std::string Fixture(const std::string& name) {
  const std::string path =
      std::string(SIGNBOARD_SOURCE_DIR) + "/tests/crawler/decode/data/" + name;
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace signboard::decode
