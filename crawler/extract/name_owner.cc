#include "crawler/extract/name_owner.h"

#include <algorithm>
#include <utility>

#include "crawler/extract/place_evidence.h"
#include "crawler/extract/rules.h"

namespace signboard::extract {
namespace {

constexpr int kManyPlaces = 9;
constexpr size_t kEnglishOwnerBytesMax = 240;  // Between a place and an unnamed centre.
constexpr size_t kPluralBytesMax = 36;
WordHit PluralIn(std::string_view front) {
  static const WordList& kPlurals = ListOf("plural");
  size_t from = front.size() - std::min(front.size(), kPluralBytesMax);
  while (from < front.size() && (front[from] & 0xC0) == 0x80) ++from;
  const WordHit hit = kPlurals.First(front, from);
  return hit && front.substr(hit.to).find(',') == std::string_view::npos ? hit : WordHit{};
}

bool IsOneWithin(const Mention& small, const Mention& large) {
  for (const Region* a : small.regions)
    for (const Region* b : large.regions)
      if (a != b && IsWithin(*a, *b)) return true;
  return false;
}

}  // namespace

const Region* SitePlace(const Region* site, std::string_view kind) {
  for (const Region* region = site; region != nullptr; region = Parent(*region))
    if (region->name_zh.ends_with(kind)) return region;
  return nullptr;
}

size_t BackOverVerb(std::string_view text, size_t floor, size_t at, bool* verb) {
  static const WordList& kVerbs = ListOf("verb");
  static const WordList& kFillers = ListOf("filler");
  while (at > floor) {
    // 我县 is whose it is; 全省首个 is a count.
    const Word* own = ListOf("own").EndingAt(text, at);
    if (own != nullptr && !own->text.starts_with("全")) break;
    const Word* word = kVerbs.EndingAt(text, at);
    const bool founding = word != nullptr && word->tag.find("planned") == std::string_view::npos &&
                          word->tag.find("signed") == std::string_view::npos;
    if (founding) *verb = true;
    if (!founding) word = kFillers.EndingAt(text, at);
    if (word == nullptr) {
      // 将在, 拟: a plan is a verb's too; FindStatements judges it.
      word = ListOf("plan").EndingAt(text, at);
    }
    if (word == nullptr || at - floor < word->text.size()) break;
    at -= word->text.size();
  }
  return at;
}

std::optional<Mention> MentionEndingAt(std::string_view text, size_t floor, size_t at) {
  floor = std::max(floor, at > 60 ? at - 60 : 0);
  while (floor < at && (text[floor] & 0xC0) == 0x80) ++floor;
  std::vector<Mention> mentions = FindMentions(text.substr(floor, at - floor));
  if (mentions.empty() || mentions.back().to != at - floor) return std::nullopt;
  Mention mention = std::move(mentions.back());
  mention.from += floor;
  mention.to += floor;
  return mention;
}

bool LevelFits(std::string_view between, const Mention& mention) {
  struct Rule {
    std::string_view word;
    Level level;
  };
  static constexpr Rule kRules[] = {{"县级", Level::kCounty},       {"区县", Level::kCounty},
                                    {"县区", Level::kCounty},       {"区级", Level::kCounty},
                                    {"地市级", Level::kPrefecture}, {"市级", Level::kPrefecture},
                                    {"省级", Level::kProvince}};
  for (const Rule& rule : kRules) {
    if (between.find(rule.word) == std::string_view::npos) continue;
    return std::any_of(mention.regions.begin(), mention.regions.end(),
                       [&](const Region* r) { return r->level == rule.level; });
  }
  return true;
}

int CountOf(std::string_view front) {
  static constexpr std::pair<std::string_view, int> kDigits[] = {
      {"两", 2}, {"三", 3}, {"四", 4}, {"五", 5}, {"六", 6}};
  const WordHit hit = PluralIn(front);
  if (!hit) return 0;
  for (const auto& [digit, number] : kDigits)
    if (hit.word->text.starts_with(digit)) return number;
  return kManyPlaces;
}

std::vector<Mention> PlacesBeforePlural(std::string_view text, size_t floor, size_t head) {
  static const WordList& kJoin = ListOf("join");
  std::vector<Mention> places;
  const WordHit plural = PluralIn(text.substr(floor, head - floor));
  if (!plural) return places;
  for (size_t at = floor + plural.from; places.size() < static_cast<size_t>(kManyPlaces);) {
    auto place = MentionEndingAt(text, floor, at);
    if (!place) break;
    at = place->from;
    places.insert(places.begin(), std::move(*place));
    const Word* join = kJoin.EndingAt(text, at);
    if (join == nullptr || at - floor < join->text.size()) break;
    at -= join->text.size();
  }
  return places;
}

const Region* LabelPlace(std::string_view text, size_t sentence_from) {
  constexpr std::string_view kOpen = "【";
  const bool bracket = text.substr(sentence_from).starts_with(kOpen);
  const size_t from = sentence_from + (bracket ? kOpen.size() : 0);
  const Mention place = MentionAt(text, from);
  if (place.to == 0 || place.regions.size() != 1) return nullptr;
  const std::string_view rest = text.substr(place.to);
  return rest.starts_with(bracket ? "】" : ":") ? place.regions[0] : nullptr;
}

std::string_view EnglishOwner(std::string_view text, Span span, size_t from, size_t to) {
  const size_t floor = std::max(span.from, from - std::min(from, kEnglishOwnerBytesMax));
  // YANJI, Sept. 9 -- A center …: a dateline is no owner.
  std::string_view front = text.substr(floor, from - floor);
  if (const size_t dateline = front.rfind("--"); dateline != front.npos)
    front.remove_prefix(dateline);
  const std::vector<Mention> before = FindMentionsEn(front);
  if (!before.empty()) {
    // "Guizhou's Bijie": the smaller of the two.
    size_t smallest = 0;
    while (smallest + 1 < before.size() && IsOneWithin(before[smallest + 1], before[smallest]))
      ++smallest;
    return front.substr(before[smallest].from, before[smallest].to - before[smallest].from);
  }
  const std::string_view rest = text.substr(to, std::min(kEnglishOwnerBytesMax, span.to - to));
  for (const Mention& mention : FindMentionsEn(rest))
    if (rest.substr(0, mention.from).ends_with(" in "))
      return rest.substr(mention.from, mention.to - mention.from);
  return {};
}

}  // namespace signboard::extract
