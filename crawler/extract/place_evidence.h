// Decides between namesakes by what stands around a name, in the order that place.h gives.
//
// Threads:  Safe from any; no state.
// Cost:     Linear in the context, each part cut at kContextBytesMax.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crawler/extract/gazetteer.h"
#include "crawler/extract/place.h"

namespace signboard::extract {

// The site's region, by the first six digits of its code. Null: unknown.
const Region* SiteRegion(std::string_view site_code);

// Chinese names and, in runs of capitalised words, English ones, in the order of the text.
std::vector<Mention> FindMentionsAnyScript(std::string_view text);
// Capitalised English names only.
std::vector<Mention> FindMentionsEn(std::string_view text);

struct Choice {
  std::vector<const Region*> left;  // One: decided. Never empty.
  double confidence = 0;
  std::string reason;
};
// `matched`: the name as written, which is no evidence for itself where it stands again.
Choice Narrow(std::vector<const Region*> candidates, std::string_view matched,
              const PlaceContext& context);

// Where the thing without a place in its name is at home: what the sentence, headline, byline or
// lead name without doubt, else the site's region. Null: unknown.
const Region* HomeOf(const PlaceContext& context, std::string* reason);

// 州委宣传部: whose organ speaks in the context, its centre it is; `home`, or what holds it, or the
// site's place. place_scope.cc.
const Region* OfItsOrgans(const Region* home, const PlaceContext& context);

}  // namespace signboard::extract
