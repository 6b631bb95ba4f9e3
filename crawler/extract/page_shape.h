// What kind of page is it? A list of headlines, a vacancy, an encyclopaedia, a page that is gone,
// one made for search engines, a denial: what counts for all centres that it names.
//
// Threads: Safe from any; no state.
// Errors:  None.
// Cost:    Linear in the first kShapeBytesMax bytes.
#pragma once

#include <cstddef>
#include <vector>

#include "crawler/extract/groups.h"

namespace signboard::extract {

inline constexpr size_t kShapeBytesMax = 64 * 1'024;
// As many centres, none of them in the headline and none with a day: a list.
inline constexpr size_t kListedCentres = 6;

struct PageShape {
  bool headlines = false;  // Lines without sentences: a list of links.
  bool recruiting = false;
  bool retold = false;     // The headline is about an award, an anniversary, a review.
  bool list = false;
  bool gone = false;       // The page says that it is not there any more.
  bool denied = false;     // 辟谣: what it tells is untrue.
  bool reference = false;  // An encyclopaedia, a directory.
  bool spam = false;       // For search engines.
  bool repeats = false;    // Little else than names of centres.
  bool business = false;   // Members, fees and offers.
  bool tender = false;
  bool company = false;    // Shares, brands and sales.
};
// 由某商会、某公司共同发起: and no party organ, government or medium among them.
bool FoundersArePrivate(const PageView& view, const Group& group);
// A sentence of running text has a comma or a full stop.
bool IsRunningText(const PageView& view, size_t sentence);

PageShape ShapeOf(const PageView& view, const std::vector<Group>& groups);

}  // namespace signboard::extract
