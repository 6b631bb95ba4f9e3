// Every input is a robots.txt. Whatever it says, robots.txt itself may be fetched, two spellings of
// one path get one answer, and what is listed stays within its bounds. Input: the file, whose last
// line is also the path asked for.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "crawler/robots/robots.h"
#include "tests/fuzz/fuzz_check.h"

namespace robots = signboard::robots;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const robots::Robots rules = robots::Robots::Parse(input, "Signboard");
  FUZZ_CHECK(rules.Allows("/robots.txt"));
  FUZZ_CHECK(rules.sitemaps().size() <= robots::kSitemapsMax);
  if (rules.crawl_delay()) FUZZ_CHECK(*rules.crawl_delay() <= robots::kCrawlDelayMax);

  const std::string path = "/" + std::string(input.substr(input.rfind('\n') + 1));
  const std::string normal = robots::NormalizeForRobots(path);
  FUZZ_CHECK(robots::NormalizeForRobots(normal) == normal);
  FUZZ_CHECK(rules.Allows(path) == rules.Allows(normal));
  return 0;
}
