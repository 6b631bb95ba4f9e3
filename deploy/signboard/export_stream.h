// The captures of a query, one after the other: with their bytes, as Archive.Export gives them, or
// without.
//
// Threads: one.
// Errors:  the archive's. Damage of a single capture is in Exported::damage.
// Cost:    holds one capture with its bytes, and the digests of the last kRepeatsMax bodies.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "deploy/signboard/cli.h"
#include "deploy/signboard/export_records.h"

namespace signboard::cli {

inline constexpr size_t kRepeatsMax = 100'000;

class ExportStream {
 public:
  virtual ~ExportStream() = default;
  // False: there are no more.
  virtual StatusOr<bool> Next(Exported* exported) = 0;
};

// Without a deadline: an export lasts as long as there is something to export.
std::unique_ptr<ExportStream> ExportWithBytes(const Context& context,
                                              const v1::ExportRequest& request);
std::unique_ptr<ExportStream> ExportWithoutBytes(const Context& context,
                                                 const v1::ExportRequest& request);

}  // namespace signboard::cli
