// A short article as the detector is given it.
#pragma once

#include <string>

#include "crawler/extract/detector.h"

namespace signboard::extract {

// Noon of 2025-11-18 in China.
inline constexpr UnixTime kNoon = FromMillis(1'763'438'400'000);

// A headline, unless it is empty, and a body, published at kNoon on the site of the place `code`.
inline DetectorInput Article(const std::string& title, const std::string& body,
                             const std::string& code = "") {
  DetectorInput input;
  input.text = title.empty() ? body : title + "\n" + body;
  input.title_bytes = title.size();
  input.published = kNoon;
  input.place_code = code;
  return input;
}

}  // namespace signboard::extract
