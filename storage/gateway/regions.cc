#include "storage/gateway/regions.h"

#include <algorithm>

#include "crawler/extract/gazetteer.h"
#include "proto/base/text.h"

namespace signboard::gateway {
namespace {

constexpr std::string_view kCountryCode = "100000";
constexpr size_t kSuggestionsMax = 6;

bool IsCode(std::string_view word) {
  return word.size() == 6 && std::all_of(word.begin(), word.end(),
                                         [](char c) { return c >= '0' && c <= '9'; });
}

// Regions that still exist, of the level asked for.
std::vector<const extract::Region*> Fitting(std::vector<const extract::Region*> regions,
                                            std::string_view level) {
  std::erase_if(regions, [&](const extract::Region* region) {
    return !region->successor.empty() ||
           (!level.empty() && extract::LevelName(region->level) != level);
  });
  return regions;
}

}  // namespace

std::string RegionName(std::string_view code) {
  if (code == kCountryCode) return "全国";
  const extract::Region* region = extract::RegionOf(code);
  return std::string(region == nullptr ? code : region->name_zh);
}

std::vector<std::string> PlaceChain(const v1::Place& place) {
  std::vector<std::string> names;
  for (int i = place.parents_size(); i > 0; --i) names.push_back(RegionName(place.parents(i - 1)));
  if (!place.name_zh().empty()) {
    names.push_back(place.name_zh());
  } else if (!place.code().empty()) {
    names.push_back(RegionName(place.code()));
  }
  return names;
}

StatusOr<std::string> RegionCode(std::string_view word, std::string_view level) {
  word = base::TrimAscii(word);
  const std::string shown = base::EscapeTerminal(word);
  if (IsCode(word)) {
    const extract::Region* region = extract::RegionOf(word);
    if (region == nullptr)
      return base::InvalidArgument("no place has the code " + shown);
    if (!level.empty() && extract::LevelName(region->level) != level)
      return base::InvalidArgument(shown + " (" + std::string(region->name_zh) + ") is no " +
                                   std::string(level));
    return std::string(word);
  }
  auto found = Fitting(extract::RegionsNamed(word), level);
  if (found.empty()) found = Fitting(extract::RegionsNamedEn(word), level);
  if (found.empty())
    return base::InvalidArgument("no " + std::string(level.empty() ? "place" : level) +
                                 " is named '" + shown + "'");
  // 吉林 is a province and a city in it: the wider one holds the other.
  for (const extract::Region* one : found) {
    const bool holds_all = std::all_of(found.begin(), found.end(), [&](const auto* other) {
      return extract::IsWithin(*other, *one);
    });
    if (holds_all) return std::string(one->code);
  }
  std::string choices;
  for (size_t i = 0; i < std::min(found.size(), kSuggestionsMax); ++i) {
    choices += (i == 0 ? "" : ", ") + std::string(found[i]->code) + " " +
               std::string(extract::ProvinceOf(*found[i]).name_zh) +
               std::string(found[i]->name_zh);
  }
  return base::InvalidArgument("'" + shown + "' names several places: " + choices);
}

}  // namespace signboard::gateway
