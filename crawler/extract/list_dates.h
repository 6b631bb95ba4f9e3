// Which link of a list does a date belong to?
//
// Lists are made of <li>, of table rows, of <dl>, of nothing but <div>; the date stands behind the
// link, before it, or in it. What holds for all of them: a date belongs to the link that it shares
// the deepest element with. A walk over the page reports its links, its texts and how far it came
// up in between; ties go the way that the last date went.
//
// Threads: One page at a time.
// Cost:    Constant for a link or step; a parse for each short text with a digit.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "crawler/extract/link_sink.h"
#include "crawler/extract/links.h"
#include "crawler/extract/list_day.h"

namespace signboard::extract {

class ListDates {
 public:
  // Days found are given to links of `sink`, which must outlive this.
  explicit ListDates(LinkSink* sink) : sink_(sink) {}

  // The walk has left everything below this depth.
  void Up(int depth);
  // A link begins, and ends. Only those with the text of a headline get dates.
  void Open(size_t link, size_t text_chars, int depth);
  void Close();
  void Text(std::string_view text, int depth);
  // A row ends: nothing behind it belongs to what is in it.
  void EndItem();
  // No more comes.
  void End() { Settle(std::nullopt); }

 private:
  static constexpr size_t kNone = LinkSink::kNone;

  void Found(ListDay day, int depth);
  // The date that waits is given to the link before it, or returned for the one that comes at
  // `next_depth`. None waits, or it is of neither: empty.
  ListDay Settle(std::optional<int> next_depth);

  LinkSink* const sink_;
  size_t open_ = kNone;          // The link that the walk is in.
  size_t last_ = kNone;          // The headline before here.
  int last_depth_ = 0;
  int since_last_ = 0;           // Least depth since then.
  std::optional<ListDay> wait_;  // A date that is not given yet.
  int wait_to_last_ = 0;         // Least depth between the last headline and it.
  int since_wait_ = 0;           // Least depth since it.
  bool went_on_ = false;         // The last date went to the link behind it.
};

// Gives days without a year the year of the day in their link's URL, else that of the newest day
// the list shows or its URLs hold; where there is none they stay as they are. Links with a day are
// entries of a list.
void FindYears(Links* links);

// The day of a link: the one shown beside it, else the one in its URL, else none (all zero).
ListDay DayOfLink(const Link& link);

// The newest and the oldest day that a list shows beside its entries; empty: none whole.
struct ListSpan {
  ListDay newest;
  ListDay oldest;
};
ListSpan SpanOfList(const Links& links);

}  // namespace signboard::extract
