// Two spellings of one centre, one key: 靖安国际传播中心, 靖安县国际传播中心 and 靖安縣國際傳播中心 are all
// 360925|国际传播中心.
//
// The key is the place's code and the name without its place (and the places above it), admin
// suffixes, brackets, quotes and spaces; 国传中心, 对外传播中心, 海外传播中心 and 全球传播中心 are
// 国际传播中心 (浙江省国传中心, and a centre that was renamed from one to the other). A theme's
// centre, or one whose place is unknown, keeps its whole name behind an empty code. An empty name
// (a page in a foreign language) counts as 国际传播中心 of its place; with no place either, the key
// is empty.
//
// Threads: Safe from any; no state.
// Errors:  None.
// Cost:    Linear in the name.
#pragma once

#include <string>
#include <string_view>

#include "crawler/extract/finding.h"

namespace signboard::extract {

std::string CentreKey(std::string_view name_zh, const Place& place);

}  // namespace signboard::extract
