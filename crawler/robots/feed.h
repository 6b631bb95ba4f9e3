// Feeds: RSS 2.0, RSS 1.0 (RDF), Atom (RFC 4287), JSON Feed 1.1, in UTF-8; which of them it is, the
// bytes say. The link to a feed's next page (RFC 5005, JSON Feed's next_url) is an entry of its
// own.
//
// Threads: one at a time.
// Errors:  kInvalidArgument: it breaks, or is no feed; kResourceExhausted: a bound was passed. What
//          was read before counts.
// Cost:    linear; of XML one element's text is held at a time, JSON is held whole.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proto/base/status.h"
#include "proto/base/time.h"

namespace signboard::robots {

inline constexpr size_t kFeedBytesMax = size_t{10} << 20;
inline constexpr size_t kFeedEntriesMax = 5'000;

struct FeedEntry {
  std::string url;    // As written, may be relative; not checked.
  std::string title;  // Markup and all, where there is some.
  std::optional<UnixTime> published;
  std::optional<UnixTime> updated;
  bool is_next_page = false;
};

class FeedReader {
 public:
  using Sink = std::function<void(FeedEntry)>;
  explicit FeedReader(Sink sink);
  ~FeedReader();
  FeedReader(const FeedReader&) = delete;
  FeedReader& operator=(const FeedReader&) = delete;

  // Bytes without a byte order mark, cut anywhere.
  Status Add(std::string_view bytes);
  Status End();
  // Of the feed itself.
  const std::string& title() const;

 private:
  class Reader;
  std::unique_ptr<Reader> reader_;
};

// RFC 822 as RSS has it: "Tue, 18 Nov 2025 11:04:05 +0800", the weekday and the seconds optional,
// zones by number, GMT, UT or Z.
std::optional<UnixTime> ParseRfc822(std::string_view text);

}  // namespace signboard::robots
