// The list of URLs: counted as captures are kept, read in SURT order.
//
// Threads: Listing is safe from any. Two calls of CountCapture on one URL must not overlap until
//          the first one's batch is written.
// Errors:  kDataLoss: a key or record does not decode. Others are the shard's.
// Cost:    listing is one seek and a step per URL, however many captures each has.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/index/record.h"
#include "storage/index/schema.h"

namespace signboard::index {

struct UrlRow {
  std::string url;
  std::string surt;
  UrlRecord record;
};

// URLs of one slot whose keys lie in [first, end); both without the slot.
struct UrlQuery {
  kv::Slot slot = 0;
  std::string first;
  std::string end;
  std::string after;  // A UrlCursor: begin behind it.
  size_t limit = 0;
};
StatusOr<std::vector<UrlRow>> ListUrls(kv::Shard& shard, const UrlQuery& query);

// Where a list goes on: SURT, a space, URL. Neither holds a space.
std::string UrlCursor(std::string_view surt, std::string_view url);
// kInvalidArgument: not made by UrlCursor.
Status CheckUrlCursor(std::string_view cursor);

StatusOr<std::optional<UrlRecord>> GetUrl(kv::Shard& shard, kv::Slot slot, std::string_view surt,
                                          std::string_view url);

struct CountedCapture {
  UnixTime time{};
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  std::string title;
  bool has_findings = false;
};
// What was known of the URL before.
struct CountedUrl {
  bool is_new = false;
  bool has_findings = false;
};
// Adds to `batch` what one more capture of `url` changes.
StatusOr<CountedUrl> CountCapture(kv::Shard& shard, kv::Slot slot, std::string_view surt,
                                  std::string_view url, const CountedCapture& capture,
                                  kv::Batch* batch);

// Something is found in a capture that came before. kNotFound: no capture of `url` is kept.
Status MarkFindings(kv::Shard& shard, kv::Slot slot, std::string_view surt, std::string_view url,
                    kv::Batch* batch);

// The record after one more capture. Captures may come in any order of time.
void Count(const CountedCapture& capture, UrlRecord* record);

// Takes a key of the url family apart.
StatusOr<UrlRow> ParseUrlEntry(std::string_view key, std::string_view value);

}  // namespace signboard::index
