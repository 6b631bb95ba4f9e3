// Versions of pages for benchmarks: what a county's site makes of one page in a month of days.
//
// A page is a page of the sample sites, given the size that such pages have: the menu and scripts
// that all pages of a site share, more paragraphs, lists of dated links. A site is one home page,
// four hubs, eight articles. Then it is edited once a day, by numbers that follow from its place
// alone, so that the corpus is the same in every run:
//
//   every day        today's date in the banner; the counter of views
//   article  1 in 2  a new top item in the list beside the text, its last one dropped
//            1 in 3  a sentence corrected
//            1 in 6  an image added between two paragraphs
//   hub      always  one to three new items on top, as many dropped; its list beside as above
//            1 in 8  a title corrected
//   home     always  new top items in a third of its twelve lists; the carousel turned by one
//            1 in 3  a new slide in the carousel
//            1 in 6  a link added to those of other sites
//   each     1 in 15 the footer changed
//
// About 16 KB an article, 26 KB a hub, 55 KB a home page; UTF-8, sent without a content coding,
// which is kindest to a WARC: a page that came gzipped does not become shorter there.
//
// Threads: Make is safe from any.
// Errors:  Open: kNotFound, the folder has no pages of one kind.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "deploy/signboard/bench_pages.h"

namespace signboard::cli {

enum class PageKind { kArticle, kHub, kHome };
inline constexpr PageKind kPageKinds[] = {PageKind::kArticle, PageKind::kHub, PageKind::kHome};
// "article", "hub", "home"
const char* NameOf(PageKind kind);

class BenchVersions {
 public:
  // `sites` is a folder of sample sites.
  static StatusOr<BenchVersions> Open(const std::string& sites);

  // Page `number` of its kind, `count` versions, oldest first; no two neighbours are the same.
  std::vector<std::string> Make(PageKind kind, size_t number, size_t count) const;
  static std::string UrlOf(PageKind kind, size_t number);

 private:
  explicit BenchVersions(BenchPages pages) : pages_(std::move(pages)) {}

  const BenchPages pages_;
};

}  // namespace signboard::cli
