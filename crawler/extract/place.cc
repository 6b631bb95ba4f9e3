#include "crawler/extract/place.h"

#include <algorithm>
#include <array>
#include <utility>

#include "crawler/extract/place_evidence.h"
#include "crawler/extract/rules.h"

namespace signboard::extract {
namespace {

using Regions = std::vector<const Region*>;

constexpr double kFullName = 0.98;
constexpr double kStem = 0.9;

// A name reduced to what counts: quotation marks, dots and blanks gone, brackets ASCII.
std::string Clean(std::string_view name) {
  if (name.size() > kNamePartBytesMax) {
    size_t from = name.size() - kNamePartBytesMax;
    while (from < name.size() && (name[from] & '\xC0') == '\x80') ++from;
    name.remove_prefix(from);
  }
  static constexpr std::array<std::string_view, 14> kGone = {
      "“", "”", "「", "」", "‘", "’", "《", "》", "\u3000", "\u00A0", "·", "•", " ", "\""};
  std::string clean;
  for (size_t at = 0; at < name.size();) {
    const std::string_view rest = name.substr(at);
    const auto gone = std::find_if(kGone.begin(), kGone.end(),
                                   [&](std::string_view g) { return rest.starts_with(g); });
    if (gone != kGone.end()) {
      at += gone->size();
    } else if (rest.starts_with("（") || rest.starts_with("）")) {
      clean.push_back(rest.starts_with("（") ? '(' : ')');
      at += 3;
    } else {
      clean.push_back(name[at++]);
    }
  }
  return clean;
}

// What is left of `name` without the mentions, empty brackets and one pair around all of it.
std::string Leftover(std::string_view name, const std::vector<Mention>& mentions) {
  std::string left;
  size_t at = 0;
  for (const Mention& mention : mentions) {
    left.append(name.substr(at, mention.from - at));
    at = mention.to;
  }
  left.append(name.substr(at));
  for (size_t empty = left.find("()"); empty != std::string::npos; empty = left.find("()"))
    left.erase(empty, 2);
  if (left.size() >= 2 && left.front() == '(' && left.find(')') == left.size() - 1)
    left = left.substr(1, left.size() - 2);
  const size_t first = left.find_first_not_of(" ,'-");
  if (first == std::string::npos) return {};
  return left.substr(first, left.find_last_not_of(" ,'-") - first + 1);
}

// A stem counts at the name's beginning or end, in brackets, and beside another place: 运河 in
// 大运河文化 is a canal, not a district.
std::vector<Mention> PlacesIn(std::string_view name) {
  std::vector<Mention> places;
  for (Mention& mention : FindMentions(name)) {
    // 贺兰山 is no county.
    const std::string_view rest = name.substr(mention.to);
    if (!mention.is_full && rest.starts_with("山") && !rest.starts_with("山水") &&
        mention.regions[0]->level == Level::kCounty)
      continue;
    const bool first = mention.from == 0 || name[mention.from - 1] == '(' ||
                       (!places.empty() && places.back().to == mention.from);
    const bool last = (mention.to == name.size() || name[mention.to] == ')') &&
                      !name.substr(0, mention.from).ends_with("大");
    if (mention.is_full || first || last) places.push_back(std::move(mention));
  }
  return places;
}

struct Chain {
  Regions regions;      // Of the innermost place.
  std::string matched;  // Its name as written.
  bool is_full = false;
};

// 浙江湖州, 江西省宜春市靖安县, 长城(河北): places of which each lies in the one before are one place.
Chain FollowChain(std::string_view name, const std::vector<Mention>& places) {
  Chain chain;
  for (const Mention& place : places) {
    const std::string_view written = name.substr(place.from, place.to - place.from);
    if (chain.regions.empty()) {
      chain = {place.regions, std::string(written), place.is_full};
      continue;
    }
    Regions inside = place.regions;
    std::erase_if(inside, [&](const Region* r) {
      return std::none_of(chain.regions.begin(), chain.regions.end(), [&](const Region* outer) {
        return r != outer && IsWithin(*r, *outer);
      });
    });
    if (!inside.empty()) {
      chain = {inside, std::string(written), place.is_full};
      continue;
    }
    // The larger one behind: 城关区(兰州).
    Regions around = chain.regions;
    std::erase_if(around, [&](const Region* r) {
      return std::none_of(place.regions.begin(), place.regions.end(),
                          [&](const Region* outer) { return IsWithin(*r, *outer); });
    });
    if (!around.empty()) chain.regions = around;
  }
  return chain;
}

void Decide(Regions candidates, std::string_view matched, bool is_full,
            const PlaceContext& context, PlaceVerdict* verdict) {
  const bool only_one = candidates.size() == 1;
  Choice choice = Narrow(std::move(candidates), matched, context);
  if (only_one) {
    verdict->region = choice.left[0];
    verdict->confidence = is_full ? kFullName : kStem;
    verdict->reason = std::string(matched) + (is_full ? " is its full name" : " is one place only");
    return;
  }
  verdict->reason = std::string(matched) + ": " + choice.reason;
  if (choice.left.size() == 1) {
    verdict->region = choice.left[0];
    verdict->confidence = choice.confidence;
  } else {
    verdict->candidates = std::move(choice.left);
  }
}

// 江孜县“宗山国际传播中心”: the place that ends where the name begins.
const Region* PlaceBefore(const PlaceContext& context, std::string* reason) {
  const std::vector<Mention> mentions = FindMentions(context.before);
  if (mentions.empty() || mentions.back().to != context.before.size()) return nullptr;
  const Mention& place = mentions.back();
  const std::string_view word = context.before.substr(place.from, place.to - place.from);
  Choice choice = Narrow(place.regions, std::string(word), context);
  if (choice.left.size() != 1) return nullptr;
  *reason = std::string(word) + " right before it";
  return choice.left[0];
}

// A name without a place: a theme (长江文化) or a brand, at home where the context is.
PlaceVerdict Theme(std::string infix, const PlaceContext& context) {
  PlaceVerdict verdict;
  verdict.is_theme = true;
  verdict.infix = std::move(infix);
  std::string reason;
  verdict.region = PlaceBefore(context, &reason);
  if (verdict.region == nullptr) verdict.region = HomeOf(context, &reason);
  verdict.confidence = verdict.region == nullptr ? 0 : 0.5;
  verdict.reason = "no place in the name" + (reason.empty() ? "" : "; at home by " + reason);
  return verdict;
}

// 敦煌文化: a theme that bears a place's name. It is at home there unless the site lies around the
// place and the context never names it in full (牡丹文化 on 菏泽's site is the flower's).
PlaceVerdict PlaceTheme(const Chain& chain, std::string name, const PlaceContext& context) {
  PlaceVerdict verdict;
  Decide(chain.regions, chain.matched, chain.is_full, context, &verdict);
  verdict.is_theme = true;
  verdict.infix = std::move(name);
  const Region* site = SiteRegion(context.site_code);
  if (chain.is_full) return verdict;
  if (verdict.region != nullptr &&
      (site == nullptr || !IsWithin(*verdict.region, *site) || site == verdict.region)) {
    verdict.confidence = std::min(verdict.confidence, 0.6);
    return verdict;
  }
  for (const std::string_view text : {context.sentence, context.title, context.text_head}) {
    for (const Mention& mention : FindMentionsAnyScript(text)) {
      if (!mention.is_full) continue;
      const auto& named = mention.regions;
      if (std::find(named.begin(), named.end(), verdict.region) != named.end()) return verdict;
    }
  }
  return Theme(verdict.infix, context);
}

// 和平: an ordinary word, a place only where its full name stands beside it.
PlaceVerdict OrdinaryName(const std::string& name, const PlaceContext& context) {
  for (const std::string_view text : {context.sentence, context.title, context.source}) {
    for (const Mention& mention : FindMentionsAnyScript(text)) {
      const std::string_view full = text.substr(mention.from, mention.to - mention.from);
      if (!mention.is_full || !full.starts_with(name) || full == name) continue;
      PlaceVerdict verdict;
      Decide(mention.regions, full, true, context, &verdict);
      verdict.confidence = std::min(verdict.confidence, 0.6);
      return verdict;
    }
  }
  PlaceVerdict verdict;
  verdict.infix = name;
  verdict.reason = name + " is an ordinary word and never counts bare";
  return verdict;
}

bool IsDeictic(std::string_view name) {
  static constexpr std::array<std::string_view, 20> kWords = {
      "我省", "我市", "我县", "我区", "我州", "本省", "本市", "本县", "本区", "本州",
      "全省", "全市", "全县", "全区", "全州", "省",   "市",   "县",   "区",   "州"};
  return std::find(kWords.begin(), kWords.end(), name) != kWords.end();
}

PlaceVerdict DeicticName(const std::string& name, const PlaceContext& context) {
  PlaceVerdict verdict;
  verdict.region = RegionOf(ScopeOf(name, nullptr, context.site_code));
  verdict.confidence = verdict.region == nullptr ? 0 : 0.75;
  verdict.reason = name + (verdict.region == nullptr ? ": the site's place is not known"
                                                     : " of the site's own code");
  return verdict;
}

// 三江源, 江南水乡文化: a county's stem that begins another word. It counts only where the context
// knows the county or what lies around it.
bool IsSupported(const Region& region, const PlaceContext& context) {
  const Region* site = SiteRegion(context.site_code);
  if (site != nullptr && (IsWithin(region, *site) || IsWithin(*site, region))) return true;
  for (const std::string_view text : {context.sentence, context.title, context.source,
                                      context.text_head, context.site_name}) {
    for (const Mention& mention : FindMentionsAnyScript(text)) {
      for (const Region* named : mention.regions) {
        if (named != &region && IsWithin(region, *named)) return true;
        if (named == &region && mention.is_full) return true;
      }
    }
  }
  return false;
}

// 江海 on a site of 南通, whose page names 启东: not the county of that stem far away.
bool IsFarAway(const Region& region, const PlaceContext& context) {
  const Region* site = SiteRegion(context.site_code);
  if (site == nullptr || &ProvinceOf(*site) == &ProvinceOf(region)) return false;
  for (const std::string_view text : {context.sentence, context.title, context.text_head})
    for (const Mention& mention : FindMentionsAnyScript(text))
      for (const Region* named : mention.regions)
        if (IsWithin(*named, *site)) return true;
  return false;
}

// 新民晚报: a medium whose name does not say where it is at home.
const Region* HomeOfMedium(std::string_view name) {
  const WordHit hit = ListOf("home").First(name);
  return hit ? RegionOf(hit.word->tag) : nullptr;
}

}  // namespace

PlaceVerdict ResolvePlace(std::string_view name_part, const PlaceContext& context) {
  const std::string name = Clean(name_part);
  if (const Region* home = HomeOfMedium(name)) {
    PlaceVerdict verdict;
    verdict.region = home;
    verdict.infix = name;
    verdict.confidence = kStem;
    verdict.reason = name + " is at home there";
    return verdict;
  }
  if (name.empty()) {
    PlaceVerdict verdict;
    verdict.reason = "the name has no place";
    return verdict;
  }
  if (IsDeictic(name)) return DeicticName(name, context);
  if (IsOrdinaryWord(name)) return OrdinaryName(name, context);
  const std::vector<Mention> places = PlacesIn(name);
  if (places.empty()) return Theme(Leftover(name, {}), context);
  const Chain chain = FollowChain(name, places);
  std::string infix = Leftover(name, places);
  if (infix == "文化") return PlaceTheme(chain, name, context);
  PlaceVerdict verdict;
  verdict.infix = infix;
  Decide(chain.regions, chain.matched, chain.is_full, context, &verdict);
  const bool begins_a_word = !chain.is_full && places.size() == 1 && places[0].from == 0 &&
                             verdict.infix.size() > 0 && verdict.region != nullptr &&
                             verdict.region->level == Level::kCounty;
  const bool bare = !chain.is_full && verdict.region != nullptr && places.size() == 1 &&
                    verdict.region->level == Level::kCounty;
  if ((begins_a_word || (bare && IsFarAway(*verdict.region, context))) &&
      !IsSupported(*verdict.region, context)) {
    PlaceVerdict theme = Theme(name, context);
    if (theme.region != nullptr) return theme;
  }
  return verdict;
}

PlaceVerdict ResolvePlaceEn(std::string_view name_part, const PlaceContext& context) {
  const std::string_view name = name_part.substr(0, kNamePartBytesMax);
  const std::vector<Mention> places = FindMentionsEn(name);
  if (places.empty()) return Theme(Leftover(name, {}), context);
  // The larger one may come first (Zhejiang Huzhou) or last (Jing'an, Jiangxi).
  Chain chain = FollowChain(name, places);
  std::vector<Mention> reversed(places.rbegin(), places.rend());
  if (places.size() > 1) {
    Chain back = FollowChain(name, reversed);
    const bool deeper = !back.regions.empty() && !chain.regions.empty() &&
                        back.regions[0]->level > chain.regions[0]->level;
    if (deeper || back.regions.size() < chain.regions.size()) chain = std::move(back);
  }
  PlaceVerdict verdict;
  verdict.infix = Leftover(name, places);
  Decide(chain.regions, chain.matched, chain.is_full, context, &verdict);
  // Wudang on a page of Hubei: the mountain, and not the district of that name elsewhere.
  const bool bare = !chain.is_full && places.size() == 1 && verdict.region != nullptr &&
                    verdict.region->level == Level::kCounty;
  if (bare && !IsSupported(*verdict.region, context)) {
    PlaceVerdict theme = Theme(Leftover(name, {}), context);
    const bool apart = theme.region != nullptr &&
                       &ProvinceOf(*theme.region) != &ProvinceOf(*verdict.region);
    if (apart) return theme;
  }
  return verdict;
}

Place MakePlace(const Region& region) {
  Place place;
  place.code = region.code;
  place.name_zh = region.name_zh;
  place.level = LevelName(region.level);
  for (const Region* at = Parent(region); at != nullptr; at = Parent(*at))
    place.parents.emplace_back(at->code);
  return place;
}

Place MakePlace(const PlaceVerdict& verdict) {
  Place place;
  if (verdict.region != nullptr) place = MakePlace(*verdict.region);
  if (verdict.is_theme) place.level = "other";
  return place;
}

}  // namespace signboard::extract
