// The fixed words of a finding in the reader's language: 揭牌 or "unveiled". A word that is not
// known is shown as it is.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "signboard/v1/types.pb.h"
#include "storage/gateway/pages.h"

namespace signboard::gateway {

std::string EventLabel(std::string_view event, Language language);
std::string UnitLabel(std::string_view unit_type, Language language);
std::string LevelLabel(std::string_view level, Language language);
std::string StateLabel(std::string_view state, Language language);
std::string RemovalLabel(std::string_view kind, Language language);
std::string ActionLabel(std::string_view action, Language language);
// What a message tells: "announcement.new" -> 新成立.
std::string AlertLabel(std::string_view type, Language language);
// The name of a field of the finding: "lead_organ" -> 主导单位.
std::string FieldLabel(std::string_view field, Language language);

// "2025-11-18"; with what qualifies it: "2025-11 (month)", "2025-11-18 (inferred)". Empty: none.
std::string EventDateText(const v1::Finding& finding, Language language);
// "countries 70 (70多个国家)".
std::string ClaimText(const v1::Claim& claim, Language language);
// "3rd in 宜春市 (全市第三家)". Empty: none.
std::string OrdinalText(const v1::Finding& finding, Language language);

}  // namespace signboard::gateway
