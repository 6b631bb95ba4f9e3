#include "crawler/extract/centre_key.h"

#include <algorithm>
#include <vector>

#include "crawler/extract/fold.h"
#include "crawler/extract/gazetteer.h"

namespace signboard::extract {
namespace {

constexpr std::string_view kPlainHead = "国际传播中心";
// One body is called by any of them; another head beside its own would be a rename.
constexpr std::string_view kOtherHeads[] = {"国传中心", "对外传播中心", "海外传播中心", "全球传播中心"};
constexpr std::string_view kSuffixes[] = {"自治区", "自治州", "自治县", "地区", "省", "市",
                                          "县",     "区",     "州",     "盟",   "旗"};
// 顺德区级国传中心: the level that news puts before the head is no part of a name.
constexpr std::string_view kLevels[] = {"区县级", "县区级", "地市级", "市级", "区级", "县级", "省级",
                                        "级"};
constexpr std::string_view kMarks[] = {" ", "\n", "\t", "(", ")", "\"", "'", "“", "”", "‘", "’",
                                       "「", "」", "『", "』", "《", "》", "·", "・", "-", "【", "】"};

void Erase(std::string* text, std::string_view part) {
  for (size_t at = text->find(part); at != std::string::npos; at = text->find(part, at))
    text->erase(at, part.size());
}

// Takes one of the place's names, with or without its suffix, off the front.
bool StripPlace(std::string* name, const std::vector<std::string>& places) {
  for (const std::string& place : places) {
    if (!name->starts_with(place)) continue;
    std::string rest = name->substr(place.size());
    for (const std::string_view suffix : kSuffixes) {
      if (!rest.starts_with(suffix)) continue;
      rest.erase(0, suffix.size());
      break;
    }
    *name = std::move(rest);
    return true;
  }
  return false;
}

std::vector<std::string> NamesOf(const Place& place) {
  std::vector<std::string> names;
  if (!place.name_zh.empty()) names.push_back(FoldText(place.name_zh));
  for (const Region* r = RegionOf(place.code); r != nullptr; r = Parent(*r)) {
    names.emplace_back(r->name_zh);
    names.emplace_back(r->short_zh);
  }
  std::erase_if(names, [](const std::string& n) { return n.size() < 6; });
  std::stable_sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    return a.size() > b.size();
  });
  return names;
}

}  // namespace

std::string CentreKey(std::string_view name_zh, const Place& place) {
  std::string name = FoldText(name_zh);
  const bool placed = !place.code.empty() && place.level != "other";
  if (name.empty() && place.code.empty()) return "";
  const std::vector<std::string> places = placed ? NamesOf(place) : std::vector<std::string>();
  // A place in brackets behind a region: 大湾区(南沙).
  for (const std::string& own : places) Erase(&name, "(" + own + ")");
  for (const std::string_view mark : kMarks) Erase(&name, mark);
  while (StripPlace(&name, places)) {
  }
  for (const std::string_view level : kLevels)
    if (name.starts_with(level)) name.erase(0, level.size());
  for (const std::string_view head : kOtherHeads) {
    if (const size_t at = name.find(head); at != std::string::npos)
      name.replace(at, head.size(), kPlainHead);
  }
  if (name.empty()) name = kPlainHead;
  return (placed ? place.code : std::string()) + "|" + name;
}

}  // namespace signboard::extract
