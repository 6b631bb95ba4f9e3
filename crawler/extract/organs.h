// Who leads, guides and runs a centre, and with whom it was made: 由靖安县委宣传部主管, 在省委宣传部指导下,
// 与中国日报社共建.
//
// Only what is said of the centre itself counts: what was spoken of last before the organ is the
// centre and no activity. Who hosts the ceremony (主办, 承办, 协办) is neither. What 牵头, 主办 or 设立
// make of an organ depends on its kind: a party organ leads, a medium runs. Of organs in a row the
// first is given. Short names are completed by the place: 县委宣传部 is 靖安县委宣传部.
//
// Threads: Safe from any; no state.
// Errors:  None.
// Cost:    Linear in the sentence.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crawler/extract/gazetteer.h"
#include "crawler/extract/page_text.h"

namespace signboard::extract {

inline constexpr size_t kOrgansMax = 12;  // In one sentence.

struct OrganFound {
  std::string_view role;  // lead, guiding, operator, partner
  std::string name;       // Completed.
  size_t from = 0;        // As it stands in the page.
  size_t to = 0;
};

// `names`: spans of centres' names in the sentence, which are no organs. `place` may be null.
// `spoken`: the sentence speaks of the centre; else only organs that open it count (市委宣传部牵头，
// 市融媒体中心承建).
std::vector<OrganFound> FindOrgans(const PageText& page, Span sentence,
                                   const std::vector<Span>& names, const Region* place,
                                   bool spoken);

// The same of an English sentence that may speak of the centre; organs_en.cc.
std::vector<OrganFound> FindOrgansEn(const PageText& page, Span sentence);

// 县委宣传部 of 靖安县: 靖安县委宣传部. Names with a place of their own stay.
std::string CompleteOrgan(std::string_view organ, const Region* place);

}  // namespace signboard::extract
