// What a changed detection changes, for people and programs: shared by `redetect` and `rule test`.
//
// Threads: pure functions; Print ones write to stdout.
#pragma once

#include <string>
#include <vector>

#include "signboard/v1/archive.pb.h"
#include "signboard/v1/register.pb.h"
#include "storage/gateway/answer.h"

namespace signboard::cli {

using Difference = v1::RedetectionChange::Difference;

// {"kind": "added|gone|changed", "fields": […], "before": finding or null, "after": …}
gateway::Json DifferenceJson(const Difference& difference);
// {"redetection": {…}, "changes": […], "announcements": {"count", "changes": […]}}
gateway::Json RedetectionJson(const v1::Redetection& job,
                              const std::vector<v1::RedetectionChange>& changes,
                              const v1::PreviewReply& preview);

// "changed  靖安国际传播中心  score 0.61 -> 0.93, lead_organ - -> 县委宣传部"
std::string DifferenceText(const Difference& difference);
// `in_part`: not all changes were previewed.
void PrintRedetection(const v1::Redetection& job,
                      const std::vector<v1::RedetectionChange>& changes,
                      const v1::PreviewReply& preview, bool in_part);

}  // namespace signboard::cli
