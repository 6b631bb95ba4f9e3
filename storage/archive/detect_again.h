// Detection over a capture that is kept: as the worker did it when the page came (page_reader.h),
// by the rules in force on this thread.
//
// Where something was found before, the text that was kept with it is searched again, so that old
// and new ranges count in one text. Else the page is read again.
//
// Threads: pure functions, but for the templates, which are safe from any thread.
// Errors:  none: what does not parse has no findings.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/extract/site_templates.h"
#include "signboard/v1/archive.pb.h"

namespace signboard::archive {

struct Searched {
  std::vector<v1::Finding> findings;
  std::string text;  // Their ranges count in it. Empty: there are none.
  v1::PageFacts page;  // What the search went by.
};

// Whether a capture's bytes may be those of a page with text.
bool MayBePage(const v1::Snapshot& snapshot);
// Of what its site is the site. Empty: unknown.
std::string PlaceCodeOf(const v1::Snapshot& snapshot);

// `snapshot` with the page facts that were kept with the text.
Searched SearchText(const v1::Snapshot& snapshot, const std::string& text);
// nullopt: a list, or no page of text; a worker does not search it either.
std::optional<Searched> SearchPage(const v1::Snapshot& snapshot, std::string_view body,
                                   extract::SiteTemplates* templates);

// What differs, centre by centre; empty: nothing but quotes and reasons does.
using Difference = v1::RedetectionChange::Difference;
std::vector<Difference> Compare(const std::vector<v1::Finding>& before,
                                const std::vector<v1::Finding>& after);

// The findings of `before` whose centres `after` does not have, cut to what names the centre.
std::vector<v1::Finding> GoneOf(const std::vector<v1::Finding>& before,
                                const std::vector<v1::Finding>& after);

}  // namespace signboard::archive
