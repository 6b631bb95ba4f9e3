// Which of its kind is the centre? 全市第三家, 甘肃首个县区级, 我省第四家省级, "Yichun's third".
//
// An ordinal counts only where its head noun is the centre: 全省首个地市频道 in the same sentence is
// another thing's. Deictics (我省, 全市) are resolved by the centre's place, else by the site's.
//
// Text is UTF-8, folded to simplified characters by the caller. Positions are bytes.
//
// Threads:  Safe from any; no state.
// Errors:   None: no ordinal is nullopt.
// Cost:     Linear; a sentence is cut at kOrdinalBytesMax.
#pragma once

#include <optional>
#include <string_view>

#include "crawler/extract/finding.h"
#include "crawler/extract/gazetteer.h"

namespace signboard::extract {

inline constexpr size_t kOrdinalBytesMax = 4 * 1'024;

struct OrdinalFound {
  Ordinal ordinal;
  size_t from = 0;  // ordinal.raw in the sentence.
  size_t to = 0;
};

// `name_at`: where the centre's name begins in the sentence; npos: it is not named there (这是全市
// 第三家国际传播中心), and then the head noun must be a communication centre. `place`: the centre's.
std::optional<OrdinalFound> FindOrdinal(std::string_view sentence, size_t name_at,
                                        const Region* place, std::string_view site_code);

}  // namespace signboard::extract
