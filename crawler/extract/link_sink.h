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

  static constexpr size_t kNone = static_cast<size_t>(-1);

  // `reference` as it stands in the page. A known URL is not added again, but gives its text to one
  // that had none. Returns where among the links it is; kNone: it is a requisite, or left out.
  size_t Add(std::string_view reference, LinkKind kind, std::string text, std::string rel,
             bool nofollow);
  // From here on, references that need to know their page ("art_1.html") are left out.
  void TakeRootedOnly(bool only) { rooted_only_ = only; }
  Link& at(size_t index) { return found_.links[index]; }
  const base::Url& base() const { return base_; }
  size_t size() const { return found_.links.size(); }
  bool full() const { return found_.links.size() >= kLinksMax; }
  // Years are found for the days that have none (list_dates.h).
  Links Take();

 private:
  const base::Url& base_;
  Links found_;
  bool rooted_only_ = false;
  std::unordered_map<std::string, size_t> link_at_;
  std::unordered_set<std::string> requisites_seen_;
};

}  // namespace signboard::extract
