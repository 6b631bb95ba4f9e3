// From captures to the rows of a CDX answer: which are taken, and how they are written.
//
// Threads: values and pure functions; a CdxSelection belongs to one answer.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "storage/gateway/cdx_query.h"

namespace signboard::gateway {

using CdxRow = std::array<std::string, kCdxFieldCount>;

// What is not known is "-". A revisit is warc/revisit without a status, unless it is resolved.
CdxRow CdxRowOf(const v1::CaptureEntry& entry, bool resolve_revisits);

// Takes captures in the order of the answer, or, of the last rows, from the newest back.
class CdxSelection {
 public:
  explicit CdxSelection(const CdxQuery& query) : query_(query) {}

  // The row that is sure to be in the answer now: this one's, or the one's before it.
  std::optional<CdxRow> Take(const v1::CaptureEntry& entry);
  // The page that was asked for is behind us: what comes is of the next.
  bool IsFull() const {
    return query_.captures_per_page > 0 && taken_ >= query_.captures_per_page;
  }
  // What was held back.
  std::optional<CdxRow> End();

 private:
  bool Fits(const CdxRow& row) const;
  bool IsNew(const CdxRow& row, const CdxRow& before) const;

  const CdxQuery& query_;
  uint64_t skipped_ = 0;
  uint64_t taken_ = 0;
  std::optional<CdxRow> last_;
};

// The answer's beginning, a row of it, and its end; `key`: where to go on, or empty.
std::string CdxHead(const CdxQuery& query);
std::string CdxLine(const CdxQuery& query, const CdxRow& row, bool is_first);
std::string CdxFoot(const CdxQuery& query, bool is_empty, const std::string& key);

std::string_view CdxContentType(CdxQuery::Output output);

}  // namespace signboard::gateway
