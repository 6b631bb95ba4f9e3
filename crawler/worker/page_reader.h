// From what came over the wire to what is kept and reported: decode, parse, extract, detect,
// digests, recipe. Pure and heavy: runs on the pool.
//
// A page that says it does not exist is GONE, whatever its status (extract/soft_404.h).
//
// Announcements are looked for in pages to read. A list repeats the headlines of other pages, in
// its own words' order and without their dates: what it names is found where it leads. Where no
// known container marks a page's text, they are looked for in what its host's other pages do not
// repeat; the fingerprint stays that of the whole text, for it must not depend on what was met
// before.
//
// Threads: safe from any.
// Errors:  none: a page that does not decode or parse is kept as it came and says so.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "crawler/extract/rule_set.h"
#include "crawler/extract/site_templates.h"
#include "crawler/fetch/fetcher.h"
#include "crawler/worker/archive_client.h"
#include "signboard/v1/scheduling.pb.h"

namespace signboard::worker {

struct ReadLimits {
  size_t body_bytes_max = size_t{100} << 20;
  size_t html_bytes_max = size_t{10} << 20;
  double decode_ratio_max = 100;
  std::string robots_token = "Signboard";  // Which X-Robots-Tag is ours.
  std::shared_ptr<const extract::RuleSet> rules = nullptr;  // None: those that are compiled in.
};

struct PageRead {
  Capture capture;  // Snapshot without capture id and clock facts; findings; bodies.
  bool is_hub = false;
  bool needs_rendering = false;  // An app shell: its body says nothing without its scripts.
  // Of the content without its host's template (site_templates.h); empty: that is not known.
  std::string refined_fingerprint;
  std::optional<Millis> retry_after;  // The site asked for it.
  bool may_follow = true;  // Neither robots meta nor X-Robots-Tag says nofollow.
  std::vector<v1::Outlink> outlinks;  // Of any scope, canonical, distinct.
};

// What is known of a page before it is read.
struct PageOrigin {
  std::string url;         // The exact URL that was asked.
  std::string place_code;  // Of its site (Lease.place_code); empty: unknown.
  extract::SiteTemplates* templates = nullptr;  // Of this process; none: texts stay as they are.
};

PageRead ReadPage(const PageOrigin& origin, fetch::FetchOutcome fetched, const ReadLimits& limits);

// `page` as its `document` tells it: links, facts, findings and fingerprint become the document's,
// which is kept beside the body.
void ReadRendered(const PageOrigin& origin, std::string document, const ReadLimits& limits,
                  PageRead* page);

// Whether the content differs from that of the last visit: its fingerprints do, and where both
// visits know their host's template, so does what is left without it.
bool IsChanged(const v1::PageState& last, const PageRead& page);

}  // namespace signboard::worker
