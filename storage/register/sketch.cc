#include "storage/register/sketch.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "crawler/extract/fold.h"
#include "proto/base/key_codec.h"
#include "proto/base/text.h"

namespace signboard::registry {
namespace {

// Letters, digits and everything beyond Latin-1 but the punctuation blocks.
bool Counts(char32_t c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  const bool punctuation = c < 0xc0 || (c >= 0x2000 && c < 0x2070) ||
                           (c >= 0x3000 && c < 0x3040) || (c >= 0xff00 && c < 0xff10) ||
                           (c >= 0xfe10 && c < 0xfe70) || c == 0xfffd;
  return !punctuation;
}

// The finalizer of splitmix64: each bit of the input moves half of the output's.
uint64_t Mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

// How alike two sketches are; 0 as soon as that is known to be less than `least`.
double Compare(const std::vector<uint64_t>& a, const std::vector<uint64_t>& b, double least) {
  if (a.empty() || b.empty()) return 0;
  // Of the least hashes of the union, how many are in both?
  const size_t most = std::min(kSketchHashes, a.size() + b.size());
  const bool is_full = std::max(a.size(), b.size()) >= kSketchHashes;  // All are looked at.
  const auto needed = static_cast<size_t>(least * static_cast<double>(most));
  size_t looked = 0;
  size_t common = 0;
  size_t i = 0;
  size_t j = 0;
  while ((i < a.size() || j < b.size()) && looked < kSketchHashes) {
    ++looked;
    if (j == b.size() || (i < a.size() && a[i] < b[j])) {
      ++i;
    } else if (i == a.size() || b[j] < a[i]) {
      ++j;
    } else {
      ++common;
      ++i;
      ++j;
      continue;
    }
    if (is_full && common + (most - looked) < needed) return 0;
  }
  return static_cast<double>(common) / static_cast<double>(looked);
}

}  // namespace

std::string MakeSketch(std::string_view text) {
  const std::string folded = extract::FoldText(base::TruncateUtf8(text, kSketchCharsMax));
  std::array<char32_t, kShingleChars> last{};
  size_t seen = 0;
  std::vector<uint64_t> hashes;
  base::ForEachCodePoint(folded, [&](char32_t c) {
    if (!Counts(c)) return;
    std::rotate(last.begin(), last.begin() + 1, last.end());
    last.back() = c;
    if (++seen < kShingleChars) return;
    uint64_t hash = 0x9e3779b97f4a7c15u;
    for (const char32_t one : last) hash = Mix(hash ^ one) + 0x9e3779b97f4a7c15u;
    hashes.push_back(Mix(hash));
  });
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  hashes.resize(std::min(hashes.size(), kSketchHashes));
  std::string sketch;
  for (const uint64_t hash : hashes) base::AppendU64(&sketch, hash);
  return sketch;
}

std::vector<uint64_t> HashesOf(std::string_view sketch) {
  std::vector<uint64_t> hashes(sketch.size() / sizeof(uint64_t));
  if (hashes.empty()) return hashes;  // There may be no address to copy from or to.
  std::memcpy(hashes.data(), sketch.data(), hashes.size() * sizeof(uint64_t));
  for (uint64_t& hash : hashes) hash = __builtin_bswap64(hash);  // Kept highest byte first.
  return hashes;
}

double Likeness(const std::vector<uint64_t>& a, const std::vector<uint64_t>& b) {
  return Compare(a, b, 0);
}

bool AreReprints(const std::vector<uint64_t>& a, const std::vector<uint64_t>& b) {
  return Compare(a, b, kReprintLikeness) >= kReprintLikeness;
}

}  // namespace signboard::registry
