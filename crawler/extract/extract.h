// One page to all its facts: the call that workers make.
//
// Threads:  Safe from any; no state, no clock, no I/O.
// Errors:   None: a page without facts has none.
// Cost:     Some passes over the tree; the parse before it costs more.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crawler/decode/charset.h"
#include "crawler/decode/content_type.h"
#include "crawler/extract/hub.h"
#include "crawler/extract/links.h"
#include "crawler/extract/list_dates.h"
#include "crawler/extract/page_facts.h"
#include "crawler/parse/document.h"
#include "proto/base/url.h"

namespace signboard::extract {

// Of a body that is no HTML page. Of what is longer only so much is looked into.
inline constexpr size_t kPlainTextBytesMax = size_t{10} << 20;
inline constexpr size_t kListBodyBytesMax = size_t{50} << 20;  // XML and JSON: a whole sitemap.

// The content type of a document that a browser made of a page, whatever its meta element says.
inline constexpr std::string_view kRenderedType = "text/html; charset=utf-8";

struct Extracted {
  PageFacts facts;
  Links links;
  std::string main_text;       // Paragraphs as lines; at most kTextBytesMax.
  std::string main_container;  // Where it was found; for people.
  uint64_t fingerprint = 0;    // See fingerprint.h, FingerprintBytes. 0: none.
  bool is_hub = false;
  std::string hub_why;
  ListSpan listed;             // Of a hub: the days its entries show.
  size_t text_chars = 0;       // Code points of main_text.
  std::string app_shell_why;   // Nothing is here before its scripts ran (app_shell.h); else empty.
  std::string truncated_why;   // What the parser had to cut; empty: nothing.
};

Extracted Extract(const parse::Document& document, const base::Url& final_url);

// A body with its content coding undone, taken all the way.
struct PageRead {
  decode::BodyKind kind = decode::BodyKind::kOther;
  decode::DecodedText text;  // Empty for kOther.
  Extracted extracted;       // HTML: everything. Lists in XML and JSON (list_body.h): links and
                             // fingerprint. Other text: main_text and fingerprint. Others: the
                             // fingerprint of the bytes.
};
PageRead ExtractFromBody(std::string_view body, std::string_view content_type,
                         const base::Url& final_url, const parse::ParseLimits& limits = {});

}  // namespace signboard::extract
