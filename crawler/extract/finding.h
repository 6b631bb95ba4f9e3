// Finding: one claim in one page that a centre was founded, planned, renamed, ... The finding
// object of the program's interfaces, as plain data; crawler/worker/findings.h makes v1::Finding
// of it.
//
// Empty strings and absent optionals mean: the page does not say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crawler/extract/features.h"

namespace signboard::extract {

// Where the page says it: code points of the detection text (detector.h), half open.
struct Quote {
  std::string field;  // centre, event, date, lead_organ, operator, claim, ordinal, ...
  uint32_t from = 0;
  uint32_t to = 0;
  std::string text;   // The page's own characters, neither folded nor shortened.
};

struct Place {
  std::string code;                  // GB/T 2260; empty: unresolved.
  std::string name_zh;               // Full name.
  std::string level;                 // province, prefecture, county; other: no place (a theme).
  std::vector<std::string> parents;  // Codes, nearest first.
};

struct Claim {
  std::string metric;  // followers, reach, views, countries
  int64_t value = 0;
  std::string raw;     // 3000万
};

struct Ordinal {
  int rank = 0;
  std::string scope_code;  // Whose third: 360900. Empty: undecided. "100000": the country.
  std::string raw;         // 全市第三家
};

struct EventDate {
  std::string date;       // 2025-11-18, 2025-11, 2025, or --11-18 where no year is known.
  std::string precision;  // day, month, year
  std::string basis;      // text, url, stamp, inferred
};

struct Finding {
  bool is_announcement = false;
  double score = 0;       // 0 to 1.
  std::string event;      // established, unveiled, launched, signed, planned, renamed, ...
  std::string unit_type;  // centre, branch, base, station, liaison, ...
  std::string centre_name_zh;
  std::string centre_name_en;
  Place place;
  std::optional<EventDate> event_date;
  std::string lead_organ;
  std::string guiding_organ;
  std::string operator_organ;
  std::vector<std::string> partners;
  std::vector<std::string> platforms;
  std::vector<std::string> accounts;
  std::vector<Claim> claims;
  std::optional<Ordinal> ordinal;
  std::vector<Quote> quotes;
  std::vector<std::string> reasons;  // For people: why this score, rule by rule.
  std::vector<Feature> features;     // What the score of a founding is made of; else empty.
};

}  // namespace signboard::extract
