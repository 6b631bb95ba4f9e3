#include "crawler/extract/names.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "crawler/extract/name_edge.h"
#include "crawler/extract/rules.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr std::string_view kHeadEnd = "中心";
constexpr size_t kTailBytesMax = 36;
// Gaps: 心, 家 and other characters of a name written by a converter are found by the fold later.
constexpr std::string_view kRawSigns[] = {"传播", "傳播", "国传中心", "國傳中心", "媒体中心",
                                          "媒體中心", "传(", "傳(", "传（", "傳（",
                                          "播(", "播（", "媒体(", "媒體(", "媒体（", "媒體（"};

struct Head {
  size_t from;
  size_t to;
  std::string_view tag;
};

// A sign that holds `letter`, which begins `rest`.
bool SignAt(std::string_view before, std::string_view letter, std::string_view rest) {
  return std::any_of(std::begin(kRawSigns), std::end(kRawSigns), [&](std::string_view sign) {
    const size_t inside = sign.find(letter);
    return inside != std::string_view::npos && before.ends_with(sign.substr(0, inside)) &&
           rest.starts_with(sign.substr(inside));
  });
}

// 融媒体中心 and 传播 alone stand on every other page. In a head (names.txt) 传 follows 国际, 海外,
// 全球, 对外 or 国, and 媒 follows 国际; a reading in brackets may stand between.
bool MayBeInHead(std::string_view before, std::string_view letter) {
  const auto ends = [before](std::string_view end) { return before.ends_with(end); };
  if (ends(")") || ends("）") || ends("际") || ends("際")) return true;
  return letter != "媒" && (ends("外") || ends("球") || ends("国") || ends("國"));
}

std::vector<Head> FindHeads(std::string_view text) {
  static const WordList& kHeads = ListOf("head");
  std::vector<Head> heads;
  for (size_t at = text.find(kHeadEnd); at != std::string_view::npos && heads.size() < kNamesMax;
       at = text.find(kHeadEnd, at + kHeadEnd.size())) {
    const size_t to = at + kHeadEnd.size();
    if (const Word* head = kHeads.EndingAt(text, to))
      heads.push_back({to - head->text.size(), to, head->tag});
  }
  return heads;
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

// The site's region, or one above it, whose full name ends in 县, 市, …; null: none.
const Region* SitePlace(const Region* site, std::string_view kind) {
  for (const Region* region = site; region != nullptr; region = Parent(*region))
    if (region->name_zh.ends_with(kind)) return region;
  return nullptr;
}

// Back over fillers and founding verbs; says whether a verb was among them.
size_t BackOverVerb(std::string_view text, size_t floor, size_t at, bool* verb) {
  static const WordList& kVerbs = ListOf("verb");
  static const WordList& kFillers = ListOf("filler");
  while (at > floor) {
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

// 宜春全市第三家揭牌的国际传播中心 counts centres of a place and is the name of none.
bool IsCounted(std::string_view between) {
  return between.ends_with("的") && (between.find("家") != std::string_view::npos ||
                                    between.find("个") != std::string_view::npos);
}

class NameReader {
 public:
  NameReader(const PageText& page, const Region* site)
      : page_(page), text_(page.text()), site_(site) {}

  std::vector<Name> Read() {
    for (const Head& head : FindHeads(text_)) {
      if (names_.size() >= kNamesMax) break;
      ReadHead(head);
    }
    return std::move(names_);
  }

 private:
  void ReadHead(const Head& head) {
    const size_t sentence = page_.SentenceAt(head.from);
    if (sentence >= page_.sentences().size()) return;
    const Span span = page_.sentences()[sentence];
    Name name;
    name.sentence = sentence;
    name.from = FindNameEdge(text_, std::max(span.from, last_to_), head.from);
    name.to = name.anchor_to = head.to;
    name.anchor_from = name.from;
    name.weak = head.tag == "weak";
    name.prefix = std::string(base::TrimAscii(text_.substr(name.from, head.from - name.from)));
    if (head.to - head.from > 15 && text_.substr(head.from, head.to - head.from).ends_with("分中心"))
      name.unit = "branch";
    ReadTail(text_, span.to, &name);
    last_to_ = head.to;
    if (name.unit == "other" || Excluded(name, head)) return;
    const bool named = Place(span, head, &name);
    if (named && !name.torn) Coordinated(span, head, name);
    if (name.written.empty()) name.written = page_.Written(name.from, name.to);
    names_.push_back(std::move(name));
  }

  bool Excluded(Name& name, const Head& head) const {
    static const WordList& kExclude = ListOf("exclude");
    static const WordList& kPrivate = ListOf("private");
    name.is_private = kPrivate.In(name.prefix);
    return kExclude.In(name.prefix) ||
           kExclude.In(text_.substr(head.from > 9 ? head.from - 9 : 0, 9 + head.to - head.from));
  }

  // Fills in what a bare head leaves open. False: it stays generic, or is torn.
  bool Place(Span span, const Head& head, Name* name) {
    static const WordList& kGeneric = ListOf("generic");
    static const WordList& kDeictic = ListOf("deictic");
    const bool deictic = kDeictic.Has(name->prefix);
    if (!name->prefix.empty() && !deictic && !kGeneric.Has(name->prefix) &&
        name->prefix.size() > 3)
      return true;
    name->generic = true;
    if (deictic) {
      Deictic(name->prefix, name->from, head, name);
      return false;
    }
    bool verb = false;
    const size_t at = BackOverVerb(text_, span.from, name->from, &verb);
    if (const Word* own = ListOf("own").EndingAt(text_, at); own != nullptr && at > span.from) {
      Deictic(std::string(own->tag), at - own->text.size(), head, name);
      return false;
    }
    const auto place = verb ? MentionEndingAt(text_, span.from, at) : std::nullopt;
    const std::string_view between = text_.substr(at, head.from - at);
    if (!place || !LevelFits(between, *place) || IsCounted(between)) return false;
    name->prefix = text_.substr(place->from, place->to - place->from);
    Tear(place->from, head, page_.Written(place->from, place->to), name);
    return false;
  }

  void Deictic(const std::string& kind, size_t from, const Head& head, Name* name) {
    const Region* region = SitePlace(site_, kind);
    if (region == nullptr) return;
    name->prefix = region->name_zh;
    Tear(from, head, name->prefix, name);
  }

  void Tear(size_t from, const Head& head, const std::string& place, Name* name) {
    name->generic = false;
    name->torn = true;
    name->from = from;
    name->anchor_from = head.from;
    name->written = place + page_.Written(head.from, name->to);
  }

  // 望城、浏阳国际传播中心: the first place has a centre as well.
  void Coordinated(Span span, const Head& head, const Name& name) {
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

bool MayHoldName(std::string_view text) {
  // Every sign in Chinese holds one of four characters, which are looked for by their last byte.
  static constexpr std::string_view kLetters[] = {"传", "傳", "播", "媒"};
  static constexpr auto kLast = [] {
    std::array<bool, 256> last{};
    for (const std::string_view letter : kLetters)
      last[static_cast<unsigned char>(letter[2])] = true;
    return last;
  }();
  bool has_sign = false;
  bool has_place = false;
  for (size_t at = 2; at < text.size() && !(has_sign && has_place); ++at) {
    if (!kLast[static_cast<unsigned char>(text[at])]) continue;
    const std::string_view letter = text.substr(at - 2, 3);
    if (std::find(std::begin(kLetters), std::end(kLetters), letter) == std::end(kLetters)) continue;
    const std::string_view before = text.substr(0, at - 2);
    has_sign = has_sign || SignAt(before, letter, text.substr(at - 2));
    has_place = has_place || MayBeInHead(before, letter);
  }
  return (has_sign && has_place) || base::Find(text, "ommunication") != std::string_view::npos ||
         base::Find(text, "nternational Media Cent") != std::string_view::npos;
}

}  // namespace signboard::extract
