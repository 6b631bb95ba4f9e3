// Lists are read in pages: how long one may be, and how much of it one read gives.
//
// Threads: values.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "proto/base/status.h"

namespace signboard::registry {

inline constexpr uint32_t kListDefault = 100;
inline constexpr uint32_t kListMax = 10'000;
// How long a list may be when `asked` was asked for; 0 asks for the default.
StatusOr<uint32_t> ListLimit(uint32_t asked);

// Some rows of a list and where it goes on; `next` empty: it does not.
template <class Row>
struct Page {
  std::vector<Row> rows;
  std::string next;
};

// Is it time to give what there is? A page holds at least one row.
class Fill {
 public:
  static constexpr size_t kRowsMax = 50;
  static constexpr size_t kBytesMax = size_t{1} << 20;
  static constexpr int kSeenMax = 1'000;  // Rows passed over.

  explicit Fill(size_t rows_max) : rows_max_(std::min(rows_max, kRowsMax)) {}
  bool Takes() const { return rows_ < rows_max_ && bytes_ < kBytesMax && seen_ < kSeenMax; }
  void Seen() { ++seen_; }
  void Took(size_t bytes) {
    ++rows_;
    bytes_ += bytes;
  }

 private:
  const size_t rows_max_;
  size_t rows_ = 0;
  size_t bytes_ = 0;
  int seen_ = 0;
};

}  // namespace signboard::registry
