// Pages as they come over the wire: compressed, or as no recipe gives them.
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

#include "crawler/decode/wire_recipe.h"
#include "tests/storage/archive/archive_fixture.h"

namespace signboard::archive {

// What zlib makes of `page` as gzip.
inline std::string Gzip(const std::string& page, int level) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, level, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, page.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(page.data()));
  stream.avail_in = static_cast<uInt>(page.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

inline void SetWire(Capture& capture, const std::string& wire) {
  v1::Snapshot& snapshot = *capture.header.mutable_snapshot();
  snapshot.set_wire_sha256(base::Sha256(wire));
  snapshot.set_wire_bytes(wire.size());
}

inline void SetRecipe(Capture& capture, const decode::Recipe& recipe) {
  ASSERT_EQ(recipe.method, decode::Recipe::Method::kZlib);
  v1::WireRecipe& to = *capture.header.mutable_snapshot()->mutable_recipe();
  to.set_method(v1::WireRecipe::ZLIB);
  to.set_level(recipe.level);
  to.set_window_bits(recipe.window_bits);
  to.set_mem_level(recipe.mem_level);
  to.set_strategy(recipe.strategy);
  to.set_head(recipe.head);
  to.set_tail(recipe.tail);
}

inline Capture Compressed(const std::string& url, int64_t captured_ms, const std::string& page) {
  Capture capture = Page(url, captured_ms, page);
  const std::string wire = Gzip(page, 6);
  SetRecipe(capture, decode::FindRecipe(wire, page, "gzip"));
  SetWire(capture, wire);
  return capture;
}

inline Capture WithWire(const std::string& url, int64_t captured_ms, const std::string& page,
                        const std::string& wire) {
  Capture capture = Page(url, captured_ms, page);
  capture.header.mutable_snapshot()->mutable_recipe()->set_method(v1::WireRecipe::STORED);
  SetWire(capture, wire);
  capture.wire = wire;
  return capture;
}

}  // namespace signboard::archive
