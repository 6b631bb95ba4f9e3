// How alike are two texts? A sketch is the 128 least hashes of a text's shingles (five characters
// each, folded, without spaces and punctuation); the share that two sketches have in common
// estimates that of the texts (Broder, "On the resemblance and containment of documents", 1997).
//
// Threads: pure functions.
// Cost:    MakeSketch is linear in the text, which is cut at kSketchCharsMax. A sketch is 1 KiB.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signboard::registry {

inline constexpr size_t kSketchHashes = 128;
inline constexpr size_t kShingleChars = 5;
inline constexpr size_t kSketchCharsMax = 50'000;
// Texts that share so much are reprints of each other.
inline constexpr double kReprintLikeness = 0.6;

// Empty: the text is too short to tell.
std::string MakeSketch(std::string_view text);
// What a sketch holds, for Likeness. Bytes at its end that are no whole hash do not count.
std::vector<uint64_t> HashesOf(std::string_view sketch);
// 0 to 1; 0 where either is empty.
double Likeness(const std::vector<uint64_t>& a, const std::vector<uint64_t>& b);
// Whether that is at least kReprintLikeness; mostly known after a part of the hashes.
bool AreReprints(const std::vector<uint64_t>& a, const std::vector<uint64_t>& b);

}  // namespace signboard::registry
