#include "crawler/extract/names.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "crawler/extract/name_edge.h"
#include "crawler/extract/name_heads.h"
#include "crawler/extract/name_owner.h"
#include "crawler/extract/organ_span.h"
#include "crawler/extract/rules.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kTailBytesMax = 36;
constexpr size_t kNearestBytesMax = 900;  // 该市: how far back its name may stand.

// The place named last before `at` whose full name ends in 市, 县, …: 张掖…，该市国际传播中心.
const Region* Nearest(std::string_view text, size_t at, std::string_view kind) {
  size_t floor = at > kNearestBytesMax ? at - kNearestBytesMax : 0;
  while (floor < at && (text[floor] & 0xC0) == 0x80) ++floor;
  const std::vector<Mention> mentions = FindMentions(text.substr(floor, at - floor));
  for (auto m = mentions.rbegin(); m != mentions.rend(); ++m)
    for (const Region* region : m->regions)
      if (region->name_zh.ends_with(kind) && (m->is_full || region->level != Level::kCounty))
        return region;
  return nullptr;
}

// What follows the head and is part of the name: 红河州分中心, (东京站), 文成基地.
void ReadTail(std::string_view text, size_t limit, Name* name) {
  static const WordList& kUnits = ListOf("unit");
  static const WordList& kStops = ListOf("stop");
  static const WordList& kAbroad = ListOf("abroad");
  static const WordList& kProtect = ListOf("protect");
  size_t at = name->anchor_to;
  const size_t end = std::min(limit, at + kTailBytesMax);
  const bool bracket = at < end && text[at] == '(';
  bool bracketed = bracket;
  if (bracket) ++at;
  while (at < end) {
    if (const Word* unit = kUnits.At(text, at)) {
      name->to = at + unit->text.size();
      if (bracketed && name->to < limit && text[name->to] == ')') ++name->to;
      name->unit = unit->tag;
      break;
    }
    if (const Word* kept = kProtect.At(text, at)) {
      at += kept->text.size();
      continue;
    }
    const Mention place = MentionAt(text.substr(0, end), at);
    if (place.to > at) {
      at = place.to;
      continue;
    }
    if (kStops.At(text, at) != nullptr) return;
    size_t next = at;
    const char32_t c = base::NextCodePoint(text, &next);
    if ((c < 0x3400 || c > 0x9FFF) && !(c < 0x80 && c > 0x2F) && c != 0xB7) return;
    at = next;
  }
  if (name->unit == "centre") return;
  name->tail = text.substr(name->anchor_to, name->to - name->anchor_to);
  name->anchor_to = name->to;
  if (name->unit == "branch" && kAbroad.In(name->tail)) name->unit = "liaison";
}

// 顺德区级国传中心 is 顺德's.
std::string WithoutLevel(std::string prefix) {
  for (const std::string_view level : {"州县两级", "市县两级", "两级", "三级", "区县级", "县区级",
                                       "地市级", "市级", "区级", "县级", "省级"})
    if (prefix.ends_with(level) && prefix.size() > level.size())
      prefix.resize(prefix.size() - level.size());
  return prefix;
}

// 宜春全市第三家揭牌的国际传播中心 counts centres of a place and is the name of none.
bool IsCounted(std::string_view between) {
  return between.ends_with("的") && (between.find("家") != std::string_view::npos ||
                                    between.find("个") != std::string_view::npos);
}

// Where the headlines of other pages begin, at a line's beginning in the lower half; else the end.
size_t RelatedFrom(std::string_view text) {
  static const WordList& kRelated = ListOf("related");
  for (WordHit hit = kRelated.First(text, text.size() / 2); hit;
       hit = kRelated.First(text, hit.to))
    if (hit.from > 0 && (text[hit.from - 1] == '\n' || text[hit.from - 1] == ' ')) return hit.from;
  return text.size();
}

// 西部县域, 县级融媒体: words that name nobody, at least one of them of `generic`.
bool NamesNobody(std::string_view prefix) {
  static const WordList& kGeneric = ListOf("generic");
  static const WordList& kAreas = ListOf("generic_area");
  bool generic = false;
  for (size_t at = 0; at < prefix.size();) {
    const Word* word = kGeneric.At(prefix, at);
    generic = generic || word != nullptr;
    if (word == nullptr) word = kAreas.At(prefix, at);
    if (word == nullptr) return false;
    at += word->text.size();
  }
  return generic;
}

// 辽宁市级, 地州级: a kind of centres, and none of them. 顺德区级 is one's.
bool OfLevel(std::string_view prefix) {
  static const WordList& kLevels = ListOf("level");
  const Word* level = kLevels.EndingAt(prefix, prefix.size());
  if (level == nullptr || NamesNobody(prefix)) return false;
  const std::string_view place = prefix.substr(0, prefix.size() - level->text.size());
  if (place.empty()) return true;
  const Mention mention = MentionAt(place, 0);
  if (mention.to != place.size() || mention.regions.empty()) return false;
  const Level own = mention.regions[0]->level;
  return level->tag == "county" ? own != Level::kCounty
                                : level->tag == "prefecture" && own == Level::kProvince;
}

class NameReader {
 public:
  NameReader(const PageText& page, const Region* site)
      : page_(page), text_(page.text()), site_(site) {}

  std::vector<Name> Read() {
    std::vector<NameHead> heads = FindNameHeads(text_);
    if (heads.empty()) return {};
    const size_t limit = RelatedFrom(text_);
    std::erase_if(heads, [&](const NameHead& head) { return head.from >= limit; });
    for (const NameHead& head : heads) {
      if (names_.size() >= kNamesMax) break;
      if (head.tag == "pronoun" || head.tag == "short") {
        ReadPronoun(head);
      } else {
        ReadHead(head);
      }
    }
    FindOwners();
    return std::move(names_);
  }

 private:
  // A page that names no centre tells whose one without a name is in the same sentence: 国际传播中心落子
  // 靖安, 靖安整合多方力量，组建起全市首个国际传播中心.
  void FindOwners() {
    if (std::any_of(names_.begin(), names_.end(), [](const Name& n) { return !n.generic; })) return;
    static const WordList& kNobody = ListOf("others");
    static const WordList& kPlans = ListOf("plan");
    static const WordList& kVerbs = ListOf("verb");
    static const WordList& kStops = ListOf("stop");
    static const WordList& kHeads = ListOf("head");
    for (Name& name : names_) {
      const Span span = page_.sentences()[name.sentence];
      const std::string_view sentence = text_.substr(span.from, span.to - span.from);
      if (name.pronoun || name.plural > 0 || kNobody.In(sentence) || IsGoal(sentence) ||
          kPlans.In(sentence) || !kVerbs.In(sentence))
        continue;
      std::vector<Mention> mentions = FindMentions(sentence);
      // 合作 and 和平 are words as well.
      std::erase_if(mentions, [&](const Mention& m) {
        const bool opens = m.from == 0 || kStops.EndingAt(sentence, m.from) != nullptr ||
                           kVerbs.EndingAt(sentence, m.from) != nullptr;
        return !m.is_full && !opens;
      });
      const auto behind = std::find_if(mentions.begin(), mentions.end(), [&](const Mention& m) {
        return span.from + m.from >= name.from;
      });
      if (mentions.empty()) continue;
      const Mention& owner = behind == mentions.begin() ? *behind : *(behind - 1);
      const size_t to = name.anchor_to - name.tail.size();
      const Word* head = kHeads.EndingAt(text_, to);
      if (head == nullptr) continue;
      name.prefix = sentence.substr(owner.from, owner.to - owner.from);
      Tear(name.from, {to - head->text.size(), to, {}}, name.prefix, &name);
    }
  }

  // 把南宁建成面向东盟的国际传播中心
  static bool IsGoal(std::string_view sentence) {
    return sentence.find("建成") != std::string_view::npos ||
           sentence.find("打造") != std::string_view::npos;
  }

  void ReadPronoun(const NameHead& head) {
    Name name;
    name.sentence = page_.SentenceAt(head.from);
    if (name.sentence >= page_.sentences().size() || head.from < last_to_) return;
    name.from = name.anchor_from = head.from;
    name.to = name.anchor_to = head.to;
    name.generic = name.pronoun = true;
    if (head.tag == "short") name.prefix = PlaceOfShort(text_, head);
    names_.push_back(std::move(name));
  }

  void ReadHead(const NameHead& head) {
    const size_t sentence = page_.SentenceAt(head.from);
    if (sentence >= page_.sentences().size()) return;
    const Span span = page_.sentences()[sentence];
    Name name;
    name.sentence = sentence;
    name.from = FindNameEdge(text_, std::max(span.from, last_to_), head.from);
    name.to = name.anchor_to = head.to;
    name.anchor_from = name.from;
    name.weak = head.tag == "weak";
    name.prefix = base::TrimAscii(text_.substr(name.from, head.from - name.from));
    if (OfLevel(name.prefix)) return;
    if (!NamesNobody(name.prefix)) name.prefix = WithoutLevel(std::move(name.prefix));
    if (head.to - head.from > 15 && text_.substr(head.from, head.to - head.from).ends_with("分中心"))
      name.unit = "branch";
    ReadTail(text_, span.to, &name);
    last_to_ = head.to;
    if (name.unit == "other" || Excluded(name, head)) return;
    const bool named = Place(span, head, &name);
    if (name.generic && ListOf("counted").At(text_, head.to) != nullptr) return;
    if (named && !name.torn) Coordinated(span, head, name);
    if (name.generic && name.plural > 0 && OfEach(span, head, name)) return;
    if (name.written.empty()) name.written = page_.Written(name.from, name.to);
    names_.push_back(std::move(name));
  }

  // 靖安、奉新两地同日成立国际传播中心: one of each place.
  bool OfEach(Span span, const NameHead& head, const Name& name) {
    const std::vector<Mention> places = PlacesBeforePlural(text_, span.from, head.from);
    if (places.size() < 2) return false;
    for (const Mention& place : places) {
      Name one = name;
      one.prefix = text_.substr(place.from, place.to - place.from);
      Tear(place.from, head, page_.Written(place.from, place.to), &one);
      names_.push_back(std::move(one));
    }
    return true;
  }

  bool Excluded(Name& name, const NameHead& head) const {
    static const WordList& kExclude = ListOf("exclude");
    static const WordList& kPrivate = ListOf("private");
    // 酒业集团, 会展集团; a media group's is public.
    name.is_private = kPrivate.In(name.prefix) ||
                      (name.prefix.find("集团") != std::string::npos &&
                       !ListOf("public").In(name.prefix) && !ListOf("medium").In(name.prefix));
    // 大会国际媒体中心 is the press room.
    if (name.weak && ListOf("stage").In(name.prefix)) return true;
    return kExclude.In(name.prefix) ||
           kExclude.In(text_.substr(head.from > 9 ? head.from - 9 : 0, 9 + head.to - head.from));
  }

  // Fills in what a bare head leaves open. False: it stays generic, or is torn.
  bool Place(Span span, const NameHead& head, Name* name) {
    static const WordList& kDeictic = ListOf("deictic");
    const bool deictic = kDeictic.Has(name->prefix);
    const bool plural = ListOf("plural").EndingAt(name->prefix, name->prefix.size()) != nullptr;
    if (!name->prefix.empty() && !deictic && !plural && !NamesNobody(name->prefix) &&
        name->prefix.size() > 3)
      return true;
    name->generic = true;
    name->plural = CountOf(text_.substr(span.from, head.from - span.from));
    if (plural) return false;
    if (deictic) {
      Deictic(name->prefix, name->from, head, name);
      return false;
    }
    bool verb = false;
    const size_t at = BackOverVerb(text_, span.from, name->from, &verb);
    if (const Word* own = ListOf("own").EndingAt(text_, at); own != nullptr && at > span.from) {
      const bool of_text = own->text.starts_with("该");
      Deictic(std::string(own->tag), at - own->text.size(), head, name, of_text);
      return false;
    }
    // 拉萨市举行国际传播中心揭牌仪式
    const Word* behind = ListOf("verb").At(text_, head.to);
    verb = verb || (behind != nullptr && at < name->from);
    if (verb && OfMedium(span.from, at, head, name)) return false;
    const auto place = verb ? MentionEndingAt(text_, span.from, at) : std::nullopt;
    const std::string_view between = text_.substr(at, head.from - at);
    if (!place || !LevelFits(between, *place) || IsCounted(between) ||
        ListOf("counted").At(text_, head.to) != nullptr)
      return false;
    name->prefix = text_.substr(place->from, place->to - place->from);
    Tear(place->from, head, page_.Written(place->from, place->to), name);
    return false;
  }

  // 随州日报社举行国际传播中心揭牌仪式: the medium's.
  bool OfMedium(size_t floor, size_t at, const NameHead& head, Name* name) {
    static const std::vector<Span> kNone;
    const Span organ = OrganSpans(text_, kNone).EndingAt(floor, at);
    if (organ.to == 0) return false;
    const std::string_view text = text_.substr(organ.from, organ.to - organ.from);
    if (KindOf(text) != OrganKind::kMedium || MentionAt(text, 0).to == 0) return false;
    name->prefix = text;
    Tear(organ.from, head, page_.Written(organ.from, organ.to), name);
    return true;
  }

  // `of_text`: the place that the text named last (该市), rather than the site's (我市).
  void Deictic(const std::string& kind, size_t from, const NameHead& head, Name* name,
               bool of_text = false) {
    const size_t sentence = page_.sentences()[page_.SentenceAt(from)].from;
    const Region* label = of_text ? nullptr : LabelPlace(text_.substr(0, from), sentence);
    if (label != nullptr && !label->name_zh.ends_with(kind)) label = nullptr;
    const Region* region = of_text             ? Nearest(text_, from, kind)
                           : label != nullptr ? label
                                              : SitePlace(site_, kind);
    if (region == nullptr) region = of_text ? SitePlace(site_, kind) : Nearest(text_, from, kind);
    if (region == nullptr) {
      // Whose city it is nobody says; it is one centre all the same.
      name->generic = from == head.from;
      if (!name->generic && name->prefix.empty()) name->prefix = kind;
      return;
    }
    name->prefix = region->name_zh;
    Tear(from, head, name->prefix, name);
  }

  void Tear(size_t from, const NameHead& head, const std::string& place, Name* name) {
    name->generic = false;
    name->torn = true;
    name->from = from;
    name->anchor_from = head.from;
    name->written = place + page_.Written(head.from, name->to);
  }

  // 望城、浏阳国际传播中心: the first place has a centre as well.
  void Coordinated(Span span, const NameHead& head, const Name& name) {
    static const WordList& kConj = ListOf("conj");
    const Mention own = MentionAt(text_.substr(0, head.from), name.from);
    if (own.to != head.from) return;
    const Word* conj = kConj.EndingAt(text_, name.from);
    if (conj == nullptr || name.from - span.from <= conj->text.size()) return;
    const auto other = MentionEndingAt(text_, span.from, name.from - conj->text.size());
    if (!other || other->regions.empty() || other->regions[0]->level != own.regions[0]->level)
      return;
    // Only where the place stands by itself: 中共望城、浏阳… would be something else.
    const size_t edge = FindNameEdge(text_, span.from, other->from);
    if (edge != other->from) return;
    Name twin = name;
    twin.from = twin.anchor_from = other->from;
    twin.prefix = text_.substr(other->from, other->to - other->from);
    twin.written = page_.Written(other->from, other->to) + page_.Written(head.from, name.to);
    names_.push_back(std::move(twin));
  }

  const PageText& page_;
  const std::string_view text_;
  const Region* const site_;
  size_t last_to_ = 0;
  std::vector<Name> names_;
};

}  // namespace

std::vector<Name> FindNames(const PageText& page, const Region* site) {
  return NameReader(page, site).Read();
}

}  // namespace signboard::extract
