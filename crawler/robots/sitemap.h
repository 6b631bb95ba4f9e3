// Sitemaps (sitemaps.org 0.9): XML <urlset> and <sitemapindex>, their news extension, and plain
// text, one URL a line. UTF-8, read piece by piece, so that a file of 50 MiB costs no memory.
//
// Threads: one at a time.
// Errors:  kInvalidArgument: it breaks, or is no sitemap; kResourceExhausted: a bound was passed.
//          What was read before counts.
// Cost:    linear; one element's text is held at a time.
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

inline constexpr size_t kSitemapBytesMax = size_t{50} << 20;  // Uncompressed, as sitemaps.org says.
inline constexpr size_t kSitemapUrlsMax = 50'000;
inline constexpr size_t kSitemapUrlBytesMax = 2'048;

struct SitemapEntry {
  std::string url;                  // As written, entities resolved; not checked.
  std::optional<UnixTime> changed;  // <lastmod>, <news:publication_date>
  std::string title;                // <news:title>
  bool is_sitemap = false;          // A <sitemap> of an index.
};

class SitemapReader {
 public:
  using Sink = std::function<void(SitemapEntry)>;
  explicit SitemapReader(Sink sink);
  ~SitemapReader();
  SitemapReader(const SitemapReader&) = delete;
  SitemapReader& operator=(const SitemapReader&) = delete;

  // Bytes without a byte order mark, cut anywhere.
  Status Add(std::string_view bytes);
  Status End();

 private:
  class Reader;
  std::unique_ptr<Reader> reader_;
};

}  // namespace signboard::robots
