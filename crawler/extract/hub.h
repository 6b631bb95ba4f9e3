// Is this page a list that new links appear on, or something to read?
//
// Threads: Safe from any; no state.
#pragma once

#include <string>

#include "crawler/extract/links.h"
#include "crawler/extract/main_text.h"
#include "crawler/extract/page_facts.h"
#include "crawler/parse/document.h"
#include "proto/base/url.h"

namespace signboard::extract {

struct HubVerdict {
  bool is_hub = false;
  std::string why;  // For people: "url:/col/", "links:24 of 31 in one list", "meta:ArticleTitle".
};

// By what the page declares, then by the shape of its URL, then by how much of it is links.
HubVerdict JudgeHub(const base::Url& page_url, const PageFacts& facts, const Links& links,
                    const MainText& main);

enum class UrlShape { kUnknown, kHub, kArticle };
UrlShape ShapeOfUrl(const base::Url& url);

}  // namespace signboard::extract
