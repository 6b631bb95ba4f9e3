// What a CDX request asks for, in the dialect of the Internet Archive's CDX server or in that of
// pywb. They differ in what a filter means: a whole regular expression there, a part of the value
// here; and in what they print.
//
//   archive   https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server
//   pywb      https://pywb.readthedocs.io/en/latest/manual/cdxserver_api.html
//
// Threads: pure functions.
// Errors:  kInvalidArgument begins with the parameter's name. What a dialect has and is not
//          offered here (pages by number) is refused, not passed over.
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

enum class CdxDialect { kArchive, kPywb };

// In the order of CdxRow's fields.
enum class CdxField { kUrlKey, kTimestamp, kOriginal, kMime, kStatus, kDigest, kLength };
inline constexpr size_t kCdxFieldCount = 7;

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
  enum class Output { kText, kJson, kNdjson, kCdxj };
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
};

inline constexpr uint64_t kCdxLimitMax = 100'000;
inline constexpr uint64_t kCdxNewestMax = 10'000;  // They are turned round in memory.

StatusOr<CdxQuery> ParseCdxQuery(const HttpServerRequest& request, CdxDialect dialect);

}  // namespace signboard::gateway
