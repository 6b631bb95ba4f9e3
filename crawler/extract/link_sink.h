// Collects links: resolves, bounds, and keeps the first of each.
//
// Threads: One page at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crawler/extract/link_resolver.h"
#include "crawler/extract/links.h"

namespace signboard::extract {

// Where a URL stands in a growing list of links: a hash table that holds no URL of its own.
class LinkTable {
 public:
  // The index of the link of `links` with this URL. Where there is none, that of the next link to
  // be added is noted for it.
  std::optional<size_t> FindOrNote(const std::string& url, const std::vector<Link>& links);

 private:
  struct Slot {
    uint32_t hash = 0;
    uint32_t next = 0;  // One more than the index; 0: free.
  };
  void Grow();
  std::vector<Slot> slots_;
  size_t taken_ = 0;
};

class LinkSink {
 public:
  // `base` must outlive the sink.
  explicit LinkSink(const base::Url& base) : base_(base), resolver_(base) {}

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
  LinkResolver resolver_;
  Links found_;
  bool rooted_only_ = false;
  LinkTable known_links_;
  LinkTable known_requisites_;
};

}  // namespace signboard::extract
