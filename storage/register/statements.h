// Everything a finding says of a centre as dated statements. Said again, a statement stays as the
// first time; what is kept is the same whatever order pages come in, up to kStatementsMax.
//
// Threads: pure functions.
#pragma once

#include <string>

#include "proto/base/time.h"
#include "signboard/v1/register.pb.h"

namespace signboard::registry {

inline constexpr int kStatementsMax = 500;
using Statements = google::protobuf::RepeatedPtrField<v1::Statement>;

// 2025-11-18, in China.
std::string DayOf(UnixTime time);
// Adds what `finding` says on a page of `published`, known since `known_ms` from `snapshot_id`.
void AddStatements(const v1::Finding& finding, UnixTime published, const std::string& snapshot_id,
                   int64_t known_ms, Statements* all);
// Takes out what was known from a snapshot. False: nothing was.
bool Withdraw(const std::string& snapshot_id, Statements* all);
// One more, unless it is there already.
void AddStatement(v1::Statement statement, Statements* all);

}  // namespace signboard::registry
