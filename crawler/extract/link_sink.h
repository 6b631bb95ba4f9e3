// Collects links: resolves, bounds, and keeps the first of each.
//
// Threads: One page at a time.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "crawler/extract/links.h"

namespace signboard::extract {

class LinkSink {
 public:
  // `base` must outlive the sink.
  explicit LinkSink(const base::Url& base) : base_(base) {}

  // `reference` as it stands in the page. A known URL is not added again, but gives its text to one
  // that had none.
  void Add(std::string_view reference, LinkKind kind, std::string text, std::string rel,
           bool nofollow);
  bool full() const { return found_.links.size() >= kLinksMax; }
  Links Take() { return std::move(found_); }

 private:
  const base::Url& base_;
  Links found_;
  std::unordered_map<std::string, size_t> link_at_;
  std::unordered_set<std::string> requisites_seen_;
};

}  // namespace signboard::extract
