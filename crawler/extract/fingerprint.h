// Eight bytes that change when the content changes, and not when a counter does.
//
// Articles: title and main text, without white space, view counters, clocks and "today is"
// banners. Hubs: the set of links of the same registrable domain with their texts, in any order.
// Zero means: nothing to take a fingerprint of.
//
// Threads: Safe from any; no state.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/extract/links.h"
#include "proto/base/url.h"

namespace signboard::extract {

uint64_t ArticleFingerprint(std::string_view title, std::string_view main_text);
uint64_t HubFingerprint(const std::vector<Link>& links, const base::Url& page_url);
// Of a body that is not text.
uint64_t BytesFingerprint(std::string_view body);

// Big-endian, as v1.PageFacts keeps it; empty for zero.
std::string FingerprintBytes(uint64_t fingerprint);

// One line without what changes by itself; empty when nothing else is in it.
std::string StableLine(std::string_view line);

}  // namespace signboard::extract
