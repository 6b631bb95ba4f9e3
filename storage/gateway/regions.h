// Places as people write them, and their GB/T 2260 codes.
//
// Threads: safe from any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"
#include "signboard/v1/types.pb.h"

namespace signboard::gateway {

// 360925 -> 靖安县; the code itself where it is unknown.
std::string RegionName(std::string_view code);

// The place's names, widest first: 江西省, 宜春市, 靖安县.
std::vector<std::string> PlaceChain(const v1::Place& place);

// The code meant by a code or a name, with or without its 省, 市, 县. `level` (province,
// prefecture, county; empty: any) narrows it. kInvalidArgument: there is none of that name, or
// more than one, which are then named.
StatusOr<std::string> RegionCode(std::string_view word, std::string_view level);

}  // namespace signboard::gateway
