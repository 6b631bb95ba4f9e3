// Names and statements of English pages.
#include <algorithm>

#include "crawler/extract/gazetteer.h"
#include "crawler/extract/name_owner.h"
#include "crawler/extract/names.h"
#include "crawler/extract/place_evidence.h"
#include "crawler/extract/rules.h"
#include "crawler/extract/statements.h"
#include "crawler/extract/text_scan.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kPrefixWordsMax = 7;
constexpr size_t kVerbDistanceMax = 160;
constexpr size_t kStrongDistanceMax = 90;
constexpr size_t kPastBytes = 50;
constexpr size_t kHeadsTriedMax = 4 * kNamesMax;
constexpr size_t kVerbsSeenMax = 64;
constexpr size_t kPutBytesMax = 40;    // Between "put" and a name.
// What stands before center, hub and the like in a name.
constexpr std::string_view kBeforeHead[] = {"communication ", "communications ", "media ",
                                            "publicity ",     "dissemination ",  "center for ",
                                            "centre for "};
constexpr size_t kBeforeHeadBytesMax = 16;
constexpr std::string_view kWordEnds = " \n\t,.;:!?()\"";

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLetter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

size_t WordStart(std::string_view text, size_t floor, size_t to) {
  size_t from = to;
  // Chinese characters end a word as well; a right quotation mark (Jing’an) does not.
  while (from > floor && kWordEnds.find(text[from - 1]) == std::string_view::npos) {
    const size_t before = PreviousAt(text, from);
    const auto lead = static_cast<unsigned char>(text[before]);
    if (lead >= 0xE3 && lead <= 0xE9) break;
    from = std::max(floor, before);
  }
  return from;
}

// Back over words in capitals.
size_t PrefixStart(std::string_view text, size_t floor, size_t head) {
  static const WordList& kSkip = ListOf("en_skip");
  size_t start = head;
  for (size_t i = 0; i < kPrefixWordsMax; ++i) {
    if (start <= floor || text[start - 1] != ' ') break;
    const size_t from = WordStart(text, floor, start - 1);
    if (from >= start - 1 || !IsUpper(text[from])) break;
    const bool area = text.substr(start).starts_with("Area ");  // West Coast New Area
    if (!area && kSkip.Has(base::ToLowerAscii(text.substr(from, start - 1 - from)))) break;
    start = from;
  }
  return start;
}

// Center of Jing'an County: behind the words in capitals after "of".
size_t SuffixEnd(std::string_view text, size_t limit, size_t to) {
  if (!text.substr(to).starts_with(" of ")) return to;
  size_t end = to;
  size_t at = to + 4;
  for (size_t i = 0; i < kPrefixWordsMax && at < limit && IsUpper(text[at]); ++i) {
    while (at < limit && kWordEnds.find(text[at]) == std::string_view::npos) ++at;
    end = at;
    if (at >= limit || text[at] != ' ') break;
    ++at;
  }
  return end;
}

std::string Plain(std::string_view words) {
  std::string plain(base::TrimAscii(words));
  for (size_t at = plain.find("’"); at != std::string::npos; at = plain.find("’"))
    plain.replace(at, std::string_view("’").size(), "'");
  return plain;
}

struct EnglishVerb {
  size_t from = 0;
  size_t to = 0;
  std::string_view event;
  bool soft = false;
  bool active = false;
};

bool IsWord(std::string_view low, size_t from, size_t to) {
  return (from == 0 || !IsLetter(low[from - 1])) && (to >= low.size() || !IsLetter(low[to]));
}

// The longest word of the list at `at`, if it stands alone there; null: none.
const Word* WholeWordAt(const WordList& list, std::string_view low, size_t at) {
  const Word* word = list.At(low, at);
  return word != nullptr && IsWord(low, at, at + word->text.size()) ? word : nullptr;
}

WordHit FirstWord(std::string_view low, const WordList& list, size_t from = 0) {
  for (WordHit hit = list.First(low, from); hit; hit = list.First(low, hit.from + 1))
    if (IsWord(low, hit.from, hit.to) || !IsLetter(low[hit.to - 1])) return hit;
  return {};
}

bool HasWord(std::string_view low, const WordList& list) {
  return static_cast<bool>(FirstWord(low, list));
}

// "The center launched a contest": the contest. "The center launched last Friday": the center.
bool HasObject(std::string_view rest) {
  return rest.starts_with(" ") && WholeWordAt(ListOf("en_object"), rest, 1) != nullptr;
}

// "A studio of the center opened", "hosted by the center and opened": something else did.
bool IsAttribute(std::string_view front) {
  static const WordList& kPrepositions = ListOf("en_preposition");
  for (const std::string_view article : {" the", " its", " a", " new"})
    if (front.ends_with(std::string(article) + " ")) front.remove_suffix(article.size());
  if (!front.ends_with(' ')) return false;
  front.remove_suffix(1);
  const Word* word = kPrepositions.EndingAt(front, front.size());
  return word != nullptr && IsWord(front, front.size() - word->text.size(), front.size());
}

// "began its operations", "the debut of": put together of words that the lists have one by one.
std::optional<EnglishVerb> PutTogetherAt(std::string_view low, size_t at) {
  static const WordList& kEvents = ListOf("en_event");
  static const WordList& kOf = ListOf("en_event_of");
  static const WordList& kBegin = ListOf("en_begin");
  static const WordList& kWork = ListOf("en_work");
  static const WordList& kBetween = ListOf("en_between");
  if (const Word* event = WholeWordAt(kEvents, low, at)) {
    const size_t behind = at + event->text.size();
    if (behind >= low.size() || low[behind] != ' ') return std::nullopt;
    const Word* of = WholeWordAt(kOf, low, behind + 1);
    if (of == nullptr) return std::nullopt;
    return EnglishVerb{at, behind + 1 + of->text.size(), event->tag, false};
  }
  const Word* begin = WholeWordAt(kBegin, low, at);
  if (begin == nullptr) return std::nullopt;
  for (size_t next = at + begin->text.size(); next < low.size() && low[next] == ' ';) {
    ++next;
    if (const Word* work = WholeWordAt(kWork, low, next))
      return EnglishVerb{at, next + work->text.size(), "launched", false};
    const Word* between = WholeWordAt(kBetween, low, next);
    if (between == nullptr) return std::nullopt;
    next += between->text.size();
  }
  return std::nullopt;
}

std::vector<EnglishVerb> VerbsIn(std::string_view low) {
  static const WordList& kVerbs = ListOf("en_verb");
  static const WordList& kFirst = ListOf("en_first");
  std::vector<EnglishVerb> verbs;
  for (WordHit hit = kVerbs.First(low); hit && verbs.size() < kVerbsSeenMax;
       hit = kVerbs.First(low, hit.to)) {
    if (!IsWord(low, hit.from, hit.to)) continue;
    const std::string_view tag = hit.word->tag;
    verbs.push_back({hit.from, hit.to, tag.substr(0, tag.find(' ')),
                     tag.find("soft") != std::string_view::npos,
                     tag.find("act") != std::string_view::npos});
  }
  size_t tried = 0;
  for (WordHit hit = kFirst.First(low); hit && ++tried < kVerbsSeenMax;
       hit = kFirst.First(low, hit.from + 1))
    if (const auto verb = PutTogetherAt(low, hit.from)) verbs.push_back(*verb);
  return verbs;
}

// "put a center into operation": around the name.
std::optional<EnglishVerb> AroundAt(std::string_view low, size_t name_from, size_t name_to) {
  static const WordList& kInto = ListOf("en_into");
  static const WordList& kPut = ListOf("en_put");
  const Word* into = low.substr(name_to).starts_with(" ") ? kInto.At(low, name_to + 1) : nullptr;
  if (into == nullptr) return std::nullopt;
  const std::string_view front = low.substr(0, name_from);
  const size_t near = front.size() - std::min(front.size(), kPutBytesMax);
  const WordHit put = FirstWord(front, kPut, near);
  if (!put) return std::nullopt;
  return EnglishVerb{put.from, put.to, "launched", false, true};
}

// The nearest verb that the name can be the subject of a passive, or the object, of.
std::optional<EnglishVerb> NearestVerb(std::string_view low, size_t name_from, size_t name_to,
                                       bool torn) {
  std::optional<EnglishVerb> best;
  size_t least = kVerbDistanceMax + 1;
  // "of the center, which opened on Monday"
  const bool clause = low.substr(name_to).starts_with(", wh") ||
                      low.substr(name_to).starts_with(" that ");
  const bool attribute = !torn && !clause && IsAttribute(low.substr(0, name_from));
  for (const EnglishVerb& verb : VerbsIn(low)) {
    const bool behind = verb.from >= name_to;
    if (!behind && verb.to > name_from) continue;
    if (behind && attribute) continue;
    // "livestreamed the festival, which opened": of another noun.
    const size_t which = behind ? low.substr(0, verb.from).find(", which", name_to) : low.npos;
    if (which != low.npos && which > name_to) continue;
    if (behind && verb.active && (torn || HasObject(low.substr(verb.to)))) continue;
    const std::string_view gap = behind ? low.substr(name_to, verb.from - name_to)
                                        : low.substr(verb.to, name_from - verb.to);
    const std::string_view words = low.substr(verb.from, verb.to - verb.from);
    // "was inaugurated, becoming the first such center": another clause.
    if (!behind && !verb.active && !words.ends_with("of") && !words.ends_with("for") &&
        gap.find(',') < gap.find(':'))
      continue;
    if (gap.size() >= least || HasWord(gap, ListOf("en_agent"))) continue;
    least = gap.size();
    best = verb;
  }
  return best;
}

void SayEnglish(const PageText& page, const Name& name, size_t index,
                std::vector<Statement>* statements) {
  const Span span = page.sentences()[name.sentence];
  const std::string low = base::ToLowerAscii(page.Sentence(name.sentence));
  const size_t from = name.anchor_from - span.from;
  const size_t to = name.anchor_to - span.from;
  auto verb = AroundAt(low, from, to);
  if (!verb) verb = NearestVerb(low, from, to, name.torn);
  if (!verb) return;
  Statement s;
  s.name = index;
  s.sentence = name.sentence;
  s.verb_from = span.from + verb->from;
  s.verb_to = span.from + verb->to;
  s.event = verb->event;
  s.soft = verb->soft;
  s.in_title = s.verb_from < page.title_end();
  const size_t distance = verb->from >= to ? verb->from - to : from - verb->to;
  s.strong = distance <= kStrongDistanceMax;
  const std::string_view front = std::string_view(low).substr(0, verb->to);
  s.why = low.substr(verb->from, verb->to - verb->from);
  // "previously" and "last year" count near the verb.
  const size_t first = std::min(from, verb->from);
  const size_t near_from = first - std::min(first, kPastBytes);
  const size_t near_to = std::min(low.size(), std::max(to, verb->to) + kPastBytes);
  if (HasWord(std::string_view(low).substr(near_from, near_to - near_from), ListOf("en_past"))) {
    s.sense = Sense::kPast;
    s.why += ", but long ago";
  } else if (HasWord(front, ListOf("en_plan"))) {
    s.sense = Sense::kPlanned;
    s.dated_plan = true;
    s.why += ", but not yet";
  }
  statements->push_back(std::move(s));
}

// "Jilin launches an international communication center".
void FindOwner(const PageText& page, Span span, Name* name) {
  const std::string_view owner = EnglishOwner(page.text(), span, name->from, name->to);
  if (owner.empty()) return;
  name->prefix = Plain(owner);
  name->torn = true;
  name->generic = false;
}

bool IsOtherThing(const std::string& low) {
  return low.starts_with(" ") && WholeWordAt(ListOf("en_other"), low, 1) != nullptr;
}

std::optional<Name> ReadName(const PageText& page, const std::string& low, size_t to) {
  static const WordList& kExclude = ListOf("en_exclude");
  const std::string_view text = page.text();
  const std::string_view front = std::string_view(low).substr(0, to);
  size_t head_size = 0;
  for (const Word& head : ListOf("en_head").words())
    if (head_size == 0 && front.ends_with(base::ToLowerAscii(head.text)))
      head_size = head.text.size();
  if (head_size == 0) return std::nullopt;
  const size_t sentence = page.SentenceAt(to - 1);
  if (sentence >= page.sentences().size()) return std::nullopt;
  const Span span = page.sentences()[sentence];
  if (to < span.from + head_size || IsOtherThing(low.substr(to, 40))) return std::nullopt;
  Name name;
  name.english = true;
  name.sentence = sentence;
  const size_t head_from = to - head_size;
  const bool proper = IsUpper(text[head_from]);
  name.from = proper ? PrefixStart(text, span.from, head_from) : head_from;
  name.to = to;
  name.prefix = Plain(text.substr(name.from, head_from - name.from));
  if (name.prefix.empty()) {
    name.to = SuffixEnd(text, span.to, to);
    if (name.to > to) name.prefix = Plain(text.substr(to + 4, name.to - to - 4));
  }
  name.anchor_from = name.from;
  name.anchor_to = name.to;
  name.generic = name.prefix.empty();
  name.weak = low.compare(head_from, 19, "international media") == 0;
  if (kExclude.In(name.prefix)) return std::nullopt;
  if (name.generic) FindOwner(page, span, &name);
  name.written = page.MakeQuote("", name.from, name.to).text;
  return name;
}

// "The Chuzhou and Xuancheng international communication centers": two names.
void ReadPair(const PageText& page, const std::string& low, size_t to, std::vector<Name>* names) {
  const auto both = ReadName(page, low, to);
  if (!both) return;
  const std::string_view text = page.text();
  const size_t floor = page.sentences()[both->sentence].from;
  const std::string_view own = std::string_view(low).substr(floor, to - floor);
  size_t head = own.size();
  for (const std::string_view word : {"international", "global", "overseas"})
    head = std::min(head, own.rfind(word));  // npos is greater.
  const std::string_view front = text.substr(floor, head);
  const std::vector<Mention> places = FindMentionsEn(front);
  if (places.size() < 2 || places.back().to + 1 != front.size()) return;
  const Mention& last = places.back();
  const Mention& first = places[places.size() - 2];
  if (front.substr(first.to, last.from - first.to) != " and ") return;
  for (const Mention* place : {&first, &last}) {
    Name name = *both;
    name.from = floor + first.from;
    name.prefix = Plain(front.substr(place->from, place->to - place->from));
    name.generic = false;
    name.torn = true;
    names->push_back(std::move(name));
  }
}

// Might a center of this name be the place's? Not if the name is another place's.
bool MayBeOf(std::string_view name, std::string_view place) {
  const std::vector<Mention> named = FindMentionsEn(name);
  if (named.empty()) return true;
  for (const Mention& mention : FindMentionsEn(place))
    for (const Region* region : mention.regions)
      for (const Mention& own : named)
        if (std::find(own.regions.begin(), own.regions.end(), region) != own.regions.end())
          return true;
  return false;
}

// Of a text of which a TextScan lives.
bool MayHoldEnglishName(std::string_view text) {
  for (const std::string_view part : PartsInLetters(text, kBeforeHeadBytesMax)) {
    const std::string low = base::ToLowerAscii(part);
    for (const std::string_view before : kBeforeHead)
      if (low.find(before) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

std::vector<Name> FindEnglishNames(const PageText& page) {
  std::vector<Name> names;
  const std::string low =
      MayHoldEnglishName(page.text()) ? base::ToLowerAscii(page.text()) : std::string();
  size_t tried = 0;
  for (const std::string_view end :
       {"center", "centre", "organization", "hub", "international communication",
        "international communications"}) {
    for (size_t at = low.find(end); at != std::string::npos && names.size() < kNamesMax;
         at = low.find(end, at + end.size())) {
      const size_t to = at + end.size();
      // "data centers" are many; what a name has in front of it is looked at first.
      const std::string_view front = std::string_view(low).substr(0, at);
      const bool may_be = std::any_of(std::begin(kBeforeHead), std::end(kBeforeHead),
                                      [front](std::string_view b) { return front.ends_with(b); });
      if (!may_be || ++tried > kHeadsTriedMax) continue;
      if (low.compare(to, 1, "s") == 0) ReadPair(page, low, to, &names);
      if (to < low.size() && IsLetter(low[to])) continue;
      if (auto name = ReadName(page, low, to)) names.push_back(std::move(*name));
    }
  }
  for (Name& name : FindForeignNames(page)) names.push_back(std::move(name));
  std::stable_sort(names.begin(), names.end(),
                   [](const Name& a, const Name& b) { return a.from < b.from; });
  // Where the page has a name, what it calls a center without one is that one's, unless it is
  // another place's.
  std::vector<Name*> torn;
  std::vector<std::string_view> named;
  for (Name& name : names) {
    if (!name.generic && !name.torn) named.push_back(name.prefix);
    if (name.torn && name.language.empty() && name.anchor_from == name.from) torn.push_back(&name);
  }
  for (Name* name : torn)
    name->generic = std::any_of(named.begin(), named.end(), [&](std::string_view other) {
      return MayBeOf(other, name->prefix);
    });
  return names;
}

void FindEnglishStatements(const PageText& page, const std::vector<Name>& names,
                           std::vector<Statement>* statements) {
  for (size_t i = 0; i < names.size() && statements->size() < kStatementsMax; ++i) {
    if (!names[i].language.empty()) {
      SayForeign(page, names[i], i, statements);
    } else if (names[i].english) {
      SayEnglish(page, names[i], i, statements);
    }
  }
}

}  // namespace signboard::extract
