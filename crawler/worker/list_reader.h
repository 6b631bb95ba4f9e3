// Sitemaps and feeds among the pages of a site: what they list becomes links, they become hubs.
//
// What a body is, it says itself: sites send sitemaps as text/html and feeds as text/plain. A
// gzip file (sitemap.xml.gz) is read too, whatever its Content-Type. Entries are given newest
// first, those without a date behind in their own order, so that a bound cuts what is old.
//
// Threads: a pure function.
// Errors:  none: of a list that breaks, what was read before the break counts.
#pragma once

#include <cstddef>
#include <string_view>

#include "crawler/extract/extract.h"
#include "proto/base/url.h"

namespace signboard::worker {

// Of an index; a site with more has no need of sitemaps that small.
inline constexpr size_t kSitemapChildrenMax = 1'000;

// Reads `body` (content coding undone), or `read->text` where ExtractFromBody has decoded it, and
// makes `read` the page of a list: its links, title, newest date, fingerprint. False, and `read` as
// it was: neither a sitemap nor a feed.
bool ReadListFile(std::string_view body, const base::Url& url, extract::PageRead* read);

}  // namespace signboard::worker
