#include "crawler/extract/place_evidence.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "crawler/extract/gazetteer_table.h"
#include "crawler/extract/page_text.h"
#include "crawler/extract/rules.h"

namespace signboard::extract {
namespace {

using Regions = std::vector<const Region*>;

constexpr size_t kCodeDigits = 6;
constexpr size_t kEnglishWordsMax = 5;  // Of one name: Yi and Miao Autonomous County.
constexpr size_t kEnglishBytesMax = 64;
constexpr size_t kHomeMentionsMax = 8;  // Of each part of the context.

struct Part {
  std::string_view text;
  std::string_view called;
  double confidence;
};

// How much a mention says for a candidate: its own full name 3, its parent 2, its province 1.
int Support(const Mention& mention, const Region& candidate) {
  int support = 0;
  for (const Region* region : mention.regions) {
    if (region == &candidate) {
      // 文山州 is not the full name, but is nobody else's.
      if (mention.is_full || mention.regions.size() == 1) support = std::max(support, 3);
    } else if (region->code == candidate.parent) {
      support = std::max(support, 2);
    } else if (IsWithin(candidate, *region)) {
      support = std::max(support, 1);
    }
  }
  return support;
}

// Keeps those that `value` rates highest, if it rates any and not all the same.
bool Keep(Regions* candidates, const std::function<int(const Region&)>& value) {
  int best = 0;
  for (const Region* c : *candidates) best = std::max(best, value(*c));
  if (best == 0) return false;
  return std::erase_if(*candidates, [&](const Region* c) { return value(*c) < best; }) > 0;
}

std::string NameAll(const Mention& mention, std::string_view text) {
  return std::string(text.substr(mention.from, mention.to - mention.from));
}

bool IsAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool HoldsAny(const Regions& regions, const Regions& others) {
  return std::find_first_of(regions.begin(), regions.end(), others.begin(), others.end()) !=
         regions.end();
}

// One part of the context. True: it decided something, `*word` is what did it.
bool NarrowByText(Regions* candidates, std::string_view matched, std::string_view text,
                  std::string* word) {
  const std::vector<Mention> mentions = FindMentionsAnyScript(text);
  std::vector<std::pair<const Region*, int>> values;
  for (const Region* candidate : *candidates) values.emplace_back(candidate, 0);
  int best = 0;
  for (const Mention& mention : mentions) {
    const std::string name = NameAll(mention, text);
    if (name == matched) continue;  // It says of all candidates the same.
    // HUANGSHAN beside 黄山: the same word again.
    const bool read = IsAsciiLetter(name.front()) && !IsAsciiLetter(matched.front()) &&
                      name.find(' ') == std::string::npos;
    if (read && HoldsAny(mention.regions, *candidates)) continue;
    for (auto& [candidate, value] : values) {
      const int support = Support(mention, *candidate);
      value = std::max(value, support);
      if (support > best) {
        best = support;
        *word = name;
      }
    }
  }
  return Keep(candidates, [&](const Region& c) {
    for (const auto& [candidate, value] : values)
      if (candidate == &c) return value;
    return 0;
  });
}

bool SamePrefecture(const Region& a, const Region& b) {
  return a.level != Level::kProvince && b.level != Level::kProvince &&
         a.code.substr(0, 4) == b.code.substr(0, 4);
}

// The site: itself, then what holds it, its prefecture, its province.
bool NarrowBySite(Regions* candidates, const Region& site, std::string_view* how) {
  const auto own = [&](const Region& c) { return c.code == site.code ? 1 : 0; };
  const auto holder = [&](const Region& c) { return c.code == site.parent ? 1 : 0; };
  const auto prefecture = [&](const Region& c) { return SamePrefecture(c, site) ? 1 : 0; };
  const auto province = [&](const Region& c) {
    return &ProvinceOf(c) == &ProvinceOf(site) ? 1 : 0;
  };
  *how = "the site's own code";
  if (Keep(candidates, own)) return true;
  *how = "the site's prefecture";
  if (Keep(candidates, holder) || Keep(candidates, prefecture)) return true;
  *how = "the site's province";
  return Keep(candidates, province);
}

// 新华社南昌11月18日电: another place of a candidate's province.
bool NarrowByNeighbours(Regions* candidates, std::string_view matched, std::string_view text) {
  Regions named;
  for (const Mention& mention : FindMentionsAnyScript(text)) {
    if (mention.regions.size() == 1 && NameAll(mention, text) != matched)
      named.push_back(mention.regions[0]);
  }
  return Keep(candidates, [&](const Region& c) {
    return std::any_of(named.begin(), named.end(), [&](const Region* r) {
      return &ProvinceOf(*r) == &ProvinceOf(c);
    });
  });
}

// What a bare name means where nothing else speaks: the province; a prefecture before its own
// county (长沙, not 长沙县).
bool NarrowByCustom(Regions* candidates) {
  const auto province = [](const Region& c) { return c.level == Level::kProvince ? 1 : 0; };
  if (Keep(candidates, province)) return true;
  Regions prefectures = *candidates;
  std::erase_if(prefectures, [](const Region* c) { return c->level != Level::kPrefecture; });
  if (prefectures.size() != 1) return false;
  const bool all_inside = std::all_of(candidates->begin(), candidates->end(), [&](const Region* c) {
    return IsWithin(*c, *prefectures[0]);
  });
  if (all_inside) *candidates = prefectures;
  return all_inside;
}

// 象山 without more is the county; a district is called one. In pinyin (Yiwu) only a city comes
// first.
bool NarrowByType(Regions* candidates, bool pinyin) {
  const auto type = [pinyin](const Region& c) {
    if (c.type_zh == "市") return 3;
    return pinyin ? 0 : c.type_zh.ends_with("区") ? 1 : 2;
  };
  return std::all_of(candidates->begin(), candidates->end(),
                     [](const Region* c) { return c->level == Level::kCounty; }) &&
         Keep(candidates, type);
}

struct Stretch {
  size_t from;
  size_t to;
};

// Capitalised words; an apostrophe or a right quotation mark may stand inside (Jing'an), a final
// 's does not belong to it. Letters with accents count as letters.
std::vector<Stretch> CapitalisedWords(std::string_view text) {
  std::vector<Stretch> words;
  for (size_t at = 0; at < text.size();) {
    const bool accent = text[at] == '\xC3';
    if (!IsAsciiLetter(text[at]) && !accent) {
      ++at;
      continue;
    }
    const size_t from = at;
    while (at < text.size()) {
      if (IsAsciiLetter(text[at])) {
        ++at;
      } else if (text[at] == '\xC3' && at + 1 < text.size()) {
        at += 2;
      } else if (text[at] == '\'' && at + 1 < text.size() && IsAsciiLetter(text[at + 1])) {
        ++at;
      } else if (text.substr(at).starts_with("’") && at + 3 < text.size() &&
                 IsAsciiLetter(text[at + 3])) {
        at += 3;
      } else {
        break;
      }
    }
    size_t to = std::max(at, from + 1);
    at = to;
    const std::string_view word = text.substr(from, to - from);
    if (word.ends_with("'s")) to -= 2;
    if (word.ends_with("’s")) to -= 4;
    if (accent || (text[from] >= 'A' && text[from] <= 'Z')) words.push_back({from, to});
  }
  return words;
}

// "Jing'an County" names those that bear it in full.
bool KeepFull(Regions* regions, std::string_view name) {
  const std::string key = EnglishKey(name);
  Regions full = *regions;
  std::erase_if(full, [&](const Region* r) { return EnglishKey(r->name_en) != key; });
  if (full.empty()) return false;
  *regions = std::move(full);
  return true;
}

// 四川省雅安市名山区: the innermost of the places that follow each other.
const Region* Innermost(const Region* region, size_t to, const std::vector<Mention>& mentions) {
  for (const Mention& next : mentions) {
    if (next.from != to) continue;
    Regions inside = next.regions;
    std::erase_if(inside, [&](const Region* r) { return r == region || !IsWithin(*r, *region); });
    // 青海玉树: the prefecture before its own city.
    const auto outer = std::find_if(inside.begin(), inside.end(), [&](const Region* r) {
      return std::all_of(inside.begin(), inside.end(),
                         [&](const Region* other) { return IsWithin(*other, *r); });
    });
    if (outer == inside.end()) break;
    region = *outer;
    to = next.to;
  }
  return region;
}

}  // namespace

const Region* SiteRegion(std::string_view site_code) {
  return site_code.size() < kCodeDigits ? nullptr : RegionOf(site_code.substr(0, kCodeDigits));
}

std::vector<Mention> FindMentionsEn(std::string_view text) {
  const std::vector<Stretch> words = CapitalisedWords(text);
  std::vector<Mention> mentions;
  for (size_t first = 0; first < words.size();) {
    size_t used = 0;
    for (size_t count = std::min(kEnglishWordsMax, words.size() - first); count > 0; --count) {
      const Stretch& from = words[first];
      const Stretch& last = words[first + count - 1];
      if (last.to - from.from > kEnglishBytesMax) continue;
      // Words of one name are apart by one space or hyphen.
      bool together = true;
      for (size_t i = first; i + 1 < first + count; ++i)
        together = together && words[i + 1].from == words[i].to + 1;
      if (!together) continue;
      Regions regions = RegionsNamedEn(text.substr(from.from, last.to - from.from));
      if (regions.empty()) continue;
      const bool full = KeepFull(&regions, text.substr(from.from, last.to - from.from));
      mentions.push_back({from.from, last.to, std::move(regions), full});
      used = count;
      break;
    }
    first += std::max<size_t>(used, 1);
  }
  return mentions;
}

std::vector<Mention> FindMentionsAnyScript(std::string_view text) {
  text = CutAtCharacter(text, kContextBytesMax);
  std::vector<Mention> mentions = FindMentions(text);
  std::vector<Mention> english = FindMentionsEn(text);
  mentions.insert(mentions.end(), std::make_move_iterator(english.begin()),
                  std::make_move_iterator(english.end()));
  std::sort(mentions.begin(), mentions.end(),
            [](const Mention& a, const Mention& b) { return a.from < b.from; });
  return mentions;
}

Choice Narrow(Regions candidates, std::string_view matched, const PlaceContext& context) {
  Choice choice{std::move(candidates), 0.9, {}};
  if (choice.left.size() == 1) return choice;
  const Part parts[] = {{context.sentence, "in the same sentence", 0.95},
                        {context.title, "in the headline", 0.92},
                        {context.source, "in the byline", 0.9},
                        {context.text_head, "in the lead", 0.88},
                        {context.site_name, "in the site's name", 0.86}};
  const auto decided = [&](double confidence, std::string reason) {
    choice.confidence = confidence;
    choice.reason += (choice.reason.empty() ? "" : "; ") + std::move(reason);
    return choice.left.size() == 1;
  };
  for (const Part& part : parts) {
    std::string word;
    if (!part.text.empty() && NarrowByText(&choice.left, matched, part.text, &word) &&
        decided(part.confidence, word + " " + std::string(part.called)))
      return choice;
  }
  std::string_view how;
  const Region* site = SiteRegion(context.site_code);
  if (site != nullptr && NarrowBySite(&choice.left, *site, &how) &&
      decided(0.85, std::string(how) + " " + std::string(site->code)))
    return choice;
  if (NarrowByNeighbours(&choice.left, matched, context.text_head) &&
      decided(0.75, "another place of the same province in the lead"))
    return choice;
  if (NarrowByCustom(&choice.left) && decided(0.6, "the bare name usually means the larger one"))
    return choice;
  const bool pinyin = !matched.empty() && IsAsciiLetter(matched[0]);
  if (NarrowByType(&choice.left, pinyin) &&
      decided(0.5, "the bare name is rather a city's or county's"))
    return choice;
  choice.confidence = 0;
  choice.reason += (choice.reason.empty() ? "" : "; ") + std::string("still tied");
  return choice;
}

namespace {

// Whose organ is named, or where the thing happens, is at home there: 莆田市委, 在围场设立.
bool IsPlaced(std::string_view text, const Mention& mention) {
  const std::string_view front = text.substr(0, mention.from);
  const std::string_view rest = text.substr(mention.to);
  // 在屯溪老街: a county's stem with something behind it is a place within.
  const bool ends = rest.empty() || mention.is_full || ListOf("verb").At(rest, 0) != nullptr ||
                    ListOf("filler").At(rest, 0) != nullptr || rest[0] == ',' ||
                    rest.starts_with("。") || MentionAt(rest, 0).to > 0;
  if (mention.regions[0]->level == Level::kCounty && !ends) return false;
  for (const std::string_view word : {"在", "于", "落户", "位于", "设在", "驻"})
    if (front.ends_with(word)) return true;
  for (const std::string_view word : {"市委", "县委", "区委", "州委", "委宣传部", "委、", "人民政府",
                                      "政府", "融媒体中心", "广播电视台", "日报"})
    if (rest.starts_with(word)) return true;
  return false;
}

// 据承德市委消息，…在围场设立: the place within the place.
const Region* Deepest(const Region* home, std::string_view text,
                      const std::vector<Mention>& mentions, const PlaceContext& context) {
  for (const Mention& mention : mentions) {
    if (!IsPlaced(text, mention)) continue;
    const Choice choice = Narrow(mention.regions, NameAll(mention, text), context);
    if (choice.left.size() == 1 && choice.left[0] != home && IsWithin(*choice.left[0], *home))
      home = choice.left[0];
  }
  return home;
}

// 淄博新闻网 … 淄博市临淄区足球博物馆: the one county within the home that the head of the page names
// in full.
const Region* OnlyCounty(const Region* home, const PlaceContext& context) {
  if (home->level != Level::kPrefecture) return home;
  const Region* only = nullptr;
  for (const std::string_view text : {context.sentence, context.title, context.text_head}) {
    for (const Mention& mention : FindMentions(CutAtCharacter(text, kContextBytesMax))) {
      if (!mention.is_full || mention.regions.size() != 1) continue;
      const Region* region = mention.regions[0];
      if (region->level != Level::kCounty || !IsWithin(*region, *home)) continue;
      if (only != nullptr && only != region) return home;
      only = region;
    }
  }
  return only == nullptr ? home : only;
}

bool IsAcrossTheBorder(const Region& region) {
  const Region& province = ProvinceOf(region);
  return province.code == "710000" || province.code == "810000" || province.code == "820000";
}

}  // namespace

const Region* HomeOf(const PlaceContext& context, std::string* reason) {
  const Part parts[] = {{context.sentence, "in the same sentence", 0},
                        {context.title, "in the headline", 0},
                        {context.source, "in the byline", 0},
                        {context.text_head, "in the lead", 0},
                        {context.site_name, "in the site's name", 0}};
  // What is placed (在围场设立, 莆田市委) before what is only named.
  for (const bool placed : {true, false}) {
    for (const Part& part : parts) {
      std::vector<Mention> mentions = FindMentionsAnyScript(part.text);
      if (mentions.size() > kHomeMentionsMax) mentions.resize(kHomeMentionsMax);
      for (Mention& mention : mentions) {
        if (placed && !IsPlaced(part.text, mention)) continue;
        // A county's stem may be any word; larger regions are named by their stems.
        if (!mention.is_full && !placed)
          std::erase_if(mention.regions,
                        [](const Region* r) { return r->level == Level::kCounty; });
        if (mention.regions.empty()) continue;
        const std::string word = NameAll(mention, part.text);
        const Choice choice = Narrow(mention.regions, word, context);
        if (choice.left.size() != 1 || IsAcrossTheBorder(*choice.left[0])) continue;
        const Region* home = Innermost(choice.left[0], mention.to, mentions);
        *reason = word + " " + std::string(part.called);
        if (placed) home = Deepest(home, part.text, mentions, context);
        // Where its own sentence says where, no other place of the page does.
        const bool told = placed && &part == &parts[0];
        return OfItsOrgans(told ? home : OnlyCounty(home, context), context);
      }
    }
  }
  const Region* site = SiteRegion(context.site_code);
  if (site == nullptr) return nullptr;
  *reason = "the site's code " + std::string(site->code);
  return OnlyCounty(site, context);
}

}  // namespace signboard::extract
