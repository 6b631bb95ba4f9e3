// Does this page announce a new international communication centre, and what does it say of it?
//
// Pure: the same page gives the same findings. Names, verbs, negations and what is confused with a
// centre are data (crawler/extract/data), compiled in.
//
// Threads:  Safe from any; tables are made once, at first use.
// Errors:   None: a page without findings has none.
// Cost:     Linear in the text, which is cut at kDetectBytesMax; pages without a candidate name
//           (nearly all) cost one scan.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/extract/finding.h"
#include "crawler/extract/page_facts.h"
#include "proto/base/time.h"

namespace signboard::extract {

inline constexpr size_t kDetectBytesMax = size_t{1} << 20;
inline constexpr size_t kFindingsMax = 20;

struct DetectorInput {
  std::string url;         // May be empty.
  std::string text;        // See DetectionText.
  size_t title_bytes = 0;  // How much of `text` is the title line.
  std::optional<UnixTime> published;
  std::string source;      // 来源
  std::string site_name;
  std::string place_code;  // Of the site; empty: unknown.
  // For fits: also centres of which too little shows (implied.h); and as a page reads if no list
  // has its founding verbs.
  bool with_doubtful = false;
  bool verbs_unknown = false;
};

// The text that findings' ranges count in: the title, a line break, the main text. The title is
// left out where the main text begins with it.
DetectorInput MakeDetectorInput(const PageFacts& facts, std::string_view main_text,
                                std::string url, std::string place_code);

// How much of a text that MakeDetectorInput made, and that was kept, is the title line.
size_t TitleBytes(std::string_view text, const PageFacts& facts);

// Announcements first, by falling score.
std::vector<Finding> Detect(const DetectorInput& input);

}  // namespace signboard::extract
