// What a CDX request asks for, in the dialect of the Internet Archive's CDX server, of pywb or of
// OutbackCDX. They differ in what a filter means, a part of the value of pywb's, a whole regular
// expression of the others'; and in what they print.
//
//   archive   https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server
//   pywb      https://pywb.readthedocs.io/en/latest/manual/cdxserver_api.html
//   outback   https://github.com/nla/outbackcdx
//
// Threads: pure functions.
// Errors:  kInvalidArgument begins with the parameter's name. What a dialect has and is not
//          offered here (counts of duplicates) is refused, not passed over.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "signboard/v1/archive.pb.h"
#include "storage/gateway/answer.h"

namespace signboard::gateway {

enum class CdxDialect { kArchive, kPywb, kOutback };

// In the order of CdxRow's fields.
enum class CdxField {
  kUrlKey, kTimestamp, kOriginal, kMime, kStatus, kDigest, kLength,
  // Of OutbackCDX: of places in WARC files, which there are none.
  kRedirect, kRobotFlags, kOffset, kFilename,
};
inline constexpr size_t kCdxFieldCount = 11;
inline constexpr size_t kCdxKnownCount = 7;  // The first of them say something.

struct CdxFilter {
  enum class How { kContains, kIs, kMatches };
  std::optional<CdxField> field;  // Absent: the whole line.
  bool negated = false;
  How how = How::kContains;
  std::string text;
  std::shared_ptr<const re2::RE2> pattern;  // Of kMatches.
};

struct CdxCollapse {
  CdxField field = CdxField::kUrlKey;
  size_t characters = 0;  // 0: all.
};

struct CdxQuery {
  CdxDialect dialect = CdxDialect::kArchive;
  v1::ListCapturesRequest range;  // Without `limit` and `after`.
  enum class Output { kText, kJson, kNdjson, kCdxj, kJsonObjects };
  Output output = Output::kText;
  std::vector<CdxField> fields;
  std::vector<CdxFilter> filters;
  std::vector<CdxCollapse> collapses;
  uint64_t limit = 0;        // Rows at most.
  bool newest = false;       // The last `limit` rows, oldest first all the same.
  uint64_t offset = 0;       // Captures that are passed over first, whatever filters say.
  bool resolve_revisits = false;
  bool show_resume_key = false;
  std::string after;         // From resumeKey.
  // Pages by number are parts of the list of captures, before filters: `offset` is where one
  // begins. 0: none is asked for.
  uint64_t captures_per_page = 0;
  bool counts_pages = false;  // Their number alone is wanted.
};

inline constexpr uint64_t kCdxLimitMax = 100'000;
inline constexpr uint64_t kCdxNewestMax = 10'000;  // They are turned round in memory.
// What one answer looks at. Filters that fit little must not hold a server for ever.
inline constexpr uint64_t kCdxCapturesMax = 5'000'000;
// A page is so many blocks of so many captures, unless pageSize says otherwise.
inline constexpr uint64_t kCdxBlockCaptures = 3'000;
inline constexpr uint64_t kCdxPageBlocks = 5;

StatusOr<CdxQuery> ParseCdxQuery(const HttpServerRequest& request, CdxDialect dialect);

}  // namespace signboard::gateway
