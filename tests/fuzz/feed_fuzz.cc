// Every input is a feed, cut where its first byte says. It ends, within its bounds, and where it is
// cut makes no difference. Its rest is also a date.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "crawler/robots/feed.h"
#include "tests/fuzz/fuzz_check.h"

namespace robots = signboard::robots;

namespace {

std::string Read(std::string_view text, size_t piece) {
  std::string seen;
  robots::FeedReader reader([&seen](robots::FeedEntry entry) {
    FUZZ_CHECK(!entry.url.empty());
    seen += entry.url + "|" + entry.title + (entry.published ? "|d\n" : "\n");
  });
  bool whole = true;
  for (size_t at = 0; whole && at < text.size(); at += piece)
    whole = reader.Add(text.substr(at, piece)).ok();
  whole = whole && reader.End().ok();
  return seen + (whole ? "whole" : "broken");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  FUZZ_CHECK(Read(text, text.size()) == Read(text, size_t{data[0]} + 1));
  robots::ParseRfc822(text);
  return 0;
}
