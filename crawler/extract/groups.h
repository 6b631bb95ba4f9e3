// The centres a page speaks of: its names and statements gathered by centre_key.h, each centre with
// its place.
//
// A bare 国际传播中心 belongs to the one centre of its page, if there is only one.
//
// Threads: Safe from any; no state.
// Errors:  None.
// Cost:    Places are resolved once for each spelling, at most kPrefixesMax of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/extract/detector.h"
#include "crawler/extract/event_date.h"
#include "crawler/extract/gazetteer.h"
#include "crawler/extract/names.h"
#include "crawler/extract/page_text.h"
#include "crawler/extract/statements.h"

namespace signboard::extract {

inline constexpr size_t kPrefixesMax = 64;
inline constexpr size_t kGroupStatementsMax = 24;
inline constexpr size_t kHeadBytesMax = 3'072;  // Dateline and lead.

// What every step may look at.
struct PageView {
  PageView(const DetectorInput& input, std::string_view original, size_t title_bytes);

  std::string_view Title() const { return page.text().substr(0, page.title_end()); }
  std::string_view Lead() const { return page.text().substr(page.title_end(), kHeadBytesMax); }

  const DetectorInput& input;
  PageText page;
  std::string source;     // Folded.
  std::string site_name;
  const Region* site = nullptr;
  std::optional<UnixTime> published;  // The stamp, else the day of the URL or of a line.
  std::vector<Name> names;
};

struct Dated {
  Statement said;
  std::optional<EventDateFound> date;
};

struct Group {
  std::string key;
  Place place;
  const Region* region = nullptr;
  std::string place_why;
  std::string unit;
  std::string prefix;               // Of the first name.
  bool weak = false;
  bool is_private = false;
  std::vector<size_t> names;        // Indices, in the order of the text.
  std::vector<size_t> short_names;  // 桓仁中心
  std::vector<Dated> statements;
};

// Only centres of which something is said.
std::vector<Group> MakeGroups(const PageView& view, const std::vector<Statement>& statements);

}  // namespace signboard::extract
