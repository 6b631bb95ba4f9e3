#include <algorithm>
#include <array>

#include "crawler/extract/page_text.h"
#include "crawler/extract/place.h"
#include "crawler/extract/place_evidence.h"
#include "crawler/extract/rules.h"

namespace signboard::extract {
namespace {

constexpr std::string_view kCountryCode = "100000";
constexpr size_t kScopeBytesMax = 128;

enum class Unit { kNone, kCountry, kProvince, kCity, kDistrict, kCounty, kPrefecture };

// The unit that a deictic names: its last word says which.
Unit UnitOf(std::string_view words) {
  struct Row {
    std::string_view word;
    Unit unit;
  };
  static constexpr std::array<Row, 32> kRows = {{
      {"全国", Unit::kCountry},   {"我国", Unit::kCountry},   {"国内", Unit::kCountry},
      {"中国", Unit::kCountry},   {"the country", Unit::kCountry},
      {"the nation", Unit::kCountry},                         {"China", Unit::kCountry},
      {"全省", Unit::kProvince},  {"我省", Unit::kProvince},  {"本省", Unit::kProvince},
      {"省内", Unit::kProvince},  {"省", Unit::kProvince},    {"the province", Unit::kProvince},
      {"全市", Unit::kCity},      {"我市", Unit::kCity},      {"本市", Unit::kCity},
      {"市内", Unit::kCity},      {"市", Unit::kCity},        {"the city", Unit::kCity},
      {"全区", Unit::kDistrict},  {"我区", Unit::kDistrict},  {"本区", Unit::kDistrict},
      {"区内", Unit::kDistrict},  {"区", Unit::kDistrict},    {"the district", Unit::kDistrict},
      {"全县", Unit::kCounty},    {"我县", Unit::kCounty},    {"县", Unit::kCounty},
      {"the county", Unit::kCounty},                          {"全州", Unit::kPrefecture},
      {"我州", Unit::kPrefecture},                            {"州", Unit::kPrefecture},
  }};
  for (const Row& row : kRows)
    if (words == row.word) return row.unit;
  if (words == "本县" || words == "县内") return Unit::kCounty;
  if (words == "本州" || words == "州内" || words == "全盟" || words == "我盟")
    return Unit::kPrefecture;
  if (words == "the region" || words == "全自治区" || words == "自治区") return Unit::kDistrict;
  if (words == "全地区" || words == "本地区" || words == "全自治州") return Unit::kPrefecture;
  if (words == "全旗" || words == "我旗") return Unit::kCounty;
  // 该省: as 全省.
  if (words.starts_with("该")) return UnitOf(words.substr(std::string_view("该").size()));
  return Unit::kNone;
}

const Region* UpTo(const Region& region, Level level) {
  const Region* at = &region;
  while (at != nullptr && at->level > level) at = Parent(*at);
  return at;
}

// 我市 on the site of a county-level city is that city; 全市, said of a centre, is what it lies in.
std::string CityOf(std::string_view words, const Region& base, const Region* site) {
  const bool own = words == "我市" || words == "本市" || words == "市";
  if (own && site != nullptr && site->type_zh == "市" && IsWithin(base, *site))
    return std::string(site->code);
  const Region* city = UpTo(base, Level::kPrefecture);
  return city == nullptr ? "" : std::string(city->code);
}

// 全区: the autonomous region, else the district.
std::string DistrictOf(const Region& base) {
  const Region& province = ProvinceOf(base);
  if (province.type_zh == "自治区") return std::string(province.code);
  return base.level == Level::kCounty && base.type_zh.ends_with("区") ? std::string(base.code) : "";
}

// A name instead: 宜春, 江西省, Yichun. The namesake that holds the place, else the only one.
std::string NamedScope(std::string_view words, const Region* base) {
  std::vector<const Region*> regions = RegionsNamed(words);
  if (regions.empty()) regions = RegionsNamedEn(words);
  // 吉林 around 吉林市's centre is the province: the larger one, which comes by the smaller code.
  for (const Region* region : regions)
    if (base != nullptr && region != base && IsWithin(*base, *region))
      return std::string(region->code);
  for (const Region* region : regions)
    if (region == base) return std::string(region->code);
  return regions.size() == 1 ? std::string(regions[0]->code) : "";
}

// What an organ of its own place is called first: 市, 县. Not 承德|市委宣传部, with its place in front.
std::string_view KindOfOwnOrgan(std::string_view text) {
  static const WordList& kOrgans = ListOf("own_organ");
  text = CutAtCharacter(text, kContextBytesMax);
  WordHit hit = kOrgans.First(text);
  if (!hit) return {};
  const std::vector<Mention> mentions = FindMentions(text);
  for (; hit; hit = kOrgans.First(text, hit.to)) {
    const bool named = std::any_of(mentions.begin(), mentions.end(), [&](const Mention& m) {
      return m.from < hit.from && m.to >= hit.from;
    });
    if (!named) return hit.word->tag;
  }
  return {};
}

}  // namespace

std::string ScopeOf(std::string_view words, const Region* place, std::string_view site_code) {
  if (words.size() > kScopeBytesMax) return {};
  const Region* site = SiteRegion(site_code);
  const Region* base = place != nullptr ? place : site;
  const Unit unit = UnitOf(words);
  if (unit == Unit::kCountry) return std::string(kCountryCode);
  if (unit == Unit::kNone) {
    const std::string named = NamedScope(words, base);
    if (!named.empty()) return named;
    // 宜春全市: the name in front says whose.
    const Mention front = MentionAt(words, 0);
    if (front.to == 0 || front.to == words.size()) return {};
    if (UnitOf(words.substr(front.to)) == Unit::kNone) return {};
    return NamedScope(words.substr(0, front.to), base);
  }
  if (base == nullptr) return {};
  switch (unit) {
    case Unit::kProvince: return std::string(ProvinceOf(*base).code);
    case Unit::kCity: return CityOf(words, *base, site);
    case Unit::kDistrict: return DistrictOf(*base);
    case Unit::kCounty:
      return base->level == Level::kCounty ? std::string(base->code) : std::string();
    case Unit::kPrefecture: {
      const Region* prefecture = UpTo(*base, Level::kPrefecture);
      return prefecture == nullptr || prefecture->level != Level::kPrefecture
                 ? std::string()
                 : std::string(prefecture->code);
    }
    default: return {};
  }
}

// 州委宣传部 on a page of 海西 that tells of 德令哈: whose organ speaks, its centre it is.
const Region* OfItsOrgans(const Region* home, const PlaceContext& context) {
  std::string_view kind = KindOfOwnOrgan(context.sentence);
  if (kind.empty()) kind = KindOfOwnOrgan(context.text_head);
  const Region* site = SiteRegion(context.site_code);
  if (kind.empty() || home->name_zh.ends_with(kind)) return home;
  if (site != nullptr && site->name_zh.ends_with(kind) &&
      (IsWithin(*site, *home) || IsWithin(*home, *site)))
    return site;
  for (const Region* outer = Parent(*home); outer != nullptr; outer = Parent(*outer))
    if (outer->name_zh.ends_with(kind)) return outer;
  return home;
}

}  // namespace signboard::extract
