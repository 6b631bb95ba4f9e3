// PageAlarms tells of pages that subscriptions name: that one changed, or is gone. Once for each,
// however often it is looked at and whatever crashes in between.
//
// A look reads a page's captures since the last look, in their order. What fingerprints call a
// change is one, and a page that answers again after it was gone; all changes in a row at one look
// are told as one. Gone is what answers 404 or 410, or says that it is not here; a block, a refusal
// or a fault says nothing of either. How a page stood when it was first looked at is no news.
//
// What was told is written in one batch with the occurrences that tell it.
//
// Threads: safe from any; they wait for disk. Only one at a time looks.
// Errors:  kDataLoss: a record does not decode.
// Cost:    Look is one synced write if any page was captured since.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "signboard/v1/archive.pb.h"
#include "storage/register/alert_book.h"

namespace signboard::registry {

// What captures say of a page.
struct PageEvent {
  bool gone = false;       // Else it changed.
  std::string before;      // Snapshot id of the version that was known; empty: there was none.
  std::string after;       // Of the one that says so.
  int64_t time_ms = 0;     // When that was captured.
  uint32_t changes = 0;    // How many are told as one.
  bool came_back = false;  // It was gone before it changed.
};

// `since`: the captures after `record->seen_id()`, oldest first; `record` takes them in.
std::vector<PageEvent> JudgePage(const std::vector<v1::Version>& since, PageRecord* record);

// How a page stands after a look, and what is to be told of it.
struct PageSeen {
  PageRecord record;
  std::vector<Occurrence> happened;
};

class PageAlarms {
 public:
  // `space` and `book` outlive it.
  static StatusOr<std::unique_ptr<PageAlarms>> Open(kv::Space& space, AlertBook& book);

  // The pages that subscriptions name, each once, as they stood at their last look; one that was
  // not looked at yet has its URL alone.
  StatusOr<std::vector<PageRecord>> Wanted() const;
  // What was looked at. Of pages that nobody names all is forgotten. How many are told of.
  StatusOr<size_t> Look(std::vector<PageSeen> pages);

 private:
  PageAlarms(std::shared_ptr<kv::Shard> shard, AlertKeys keys, AlertBook& book)
      : shard_(std::move(shard)), keys_(keys), book_(book) {}
  StatusOr<std::map<std::string, PageRecord>> Records() const;

  const std::shared_ptr<kv::Shard> shard_;
  const AlertKeys keys_;
  AlertBook& book_;
};

}  // namespace signboard::registry
