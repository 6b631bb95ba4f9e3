// Names and statements of English pages.
#include <algorithm>

#include "crawler/extract/names.h"
#include "crawler/extract/rules.h"
#include "crawler/extract/statements.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kPrefixWordsMax = 6;
constexpr size_t kVerbDistanceMax = 160;
constexpr size_t kStrongDistanceMax = 90;
constexpr std::string_view kWordEnds = " \n\t,.;:!?()\"";

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

size_t WordStart(std::string_view text, size_t floor, size_t to) {
  size_t from = to;
  while (from > floor && kWordEnds.find(text[from - 1]) == std::string_view::npos) --from;
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
    if (kSkip.Has(base::ToLowerAscii(text.substr(from, start - 1 - from)))) break;
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
  bool active = false;
};

bool IsWord(std::string_view low, size_t from, size_t to) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return (from == 0 || !letter(low[from - 1])) && (to >= low.size() || !letter(low[to]));
}

bool HasWord(std::string_view low, const WordList& list) {
  for (WordHit hit = list.First(low); hit; hit = list.First(low, hit.from + 1))
    if (IsWord(low, hit.from, hit.to) || low[hit.to - 1] < 'a') return true;
  return false;
}

// The nearest verb that the name can be the subject of a passive, or the object, of.
std::optional<EnglishVerb> NearestVerb(std::string_view low, size_t name_from, size_t name_to) {
  static const WordList& kVerbs = ListOf("en_verb");
  std::optional<EnglishVerb> best;
  size_t least = kVerbDistanceMax + 1;
  int seen = 0;
  for (WordHit hit = kVerbs.First(low); hit && ++seen < 64; hit = kVerbs.First(low, hit.to)) {
    if (!IsWord(low, hit.from, hit.to)) continue;
    const bool behind = hit.from >= name_to;
    if (!behind && hit.to > name_from) continue;
    const std::string_view word = hit.word->text;
    const bool passive = word.find(' ') != std::string_view::npos || word == "inauguration" ||
                         word == "plaque" || word == "establishment" || word == "unveiling";
    if (behind && !passive) {
      // "The center launched a contest": the contest.
      const std::string_view rest = low.substr(hit.to);
      if (!rest.empty() && !rest.starts_with(" on ") && !rest.starts_with(" in ") &&
          !rest.starts_with(" at ") && !rest.starts_with(",") && !rest.starts_with("."))
        continue;
    }
    const std::string_view gap = behind ? low.substr(name_to, hit.from - name_to)
                                        : low.substr(hit.to, name_from - hit.to);
    if (gap.size() >= least || HasWord(gap, ListOf("en_agent"))) continue;
    least = gap.size();
    best = EnglishVerb{hit.from, hit.to, hit.word->tag, !passive};
  }
  return best;
}

void SayEnglish(const PageText& page, const Name& name, size_t index,
                std::vector<Statement>* statements) {
  const Span span = page.sentences()[name.sentence];
  const std::string low = base::ToLowerAscii(page.Sentence(name.sentence));
  const size_t from = name.from - span.from;
  const size_t to = name.to - span.from;
  const auto verb = NearestVerb(low, from, to);
  if (!verb) return;
  Statement s;
  s.name = index;
  s.sentence = name.sentence;
  s.verb_from = span.from + verb->from;
  s.verb_to = span.from + verb->to;
  s.event = verb->event;
  s.in_title = s.verb_from < page.title_end();
  const size_t distance = verb->from >= to ? verb->from - to : from - verb->to;
  s.strong = distance <= kStrongDistanceMax;
  const std::string_view front = std::string_view(low).substr(0, verb->to);
  s.why = low.substr(verb->from, verb->to - verb->from);
  if (HasWord(low, ListOf("en_past"))) {
    s.sense = Sense::kPast;
    s.why += ", but long ago";
  } else if (HasWord(front, ListOf("en_plan"))) {
    s.sense = Sense::kPlanned;
    s.why += ", but not yet";
  }
  statements->push_back(std::move(s));
}

}  // namespace

std::vector<Name> FindEnglishNames(const PageText& page) {
  static const WordList& kHeads = ListOf("en_head");
  static const WordList& kExclude = ListOf("en_exclude");
  const std::string_view text = page.text();
  std::vector<Name> names;
  for (size_t at = text.find("Cent"); at != std::string_view::npos && names.size() < kNamesMax;
       at = text.find("Cent", at + 4)) {
    const size_t to = std::min(text.size(), at + 6);
    const Word* head = kHeads.EndingAt(text, to);
    const size_t sentence = page.SentenceAt(at);
    if (head == nullptr || sentence >= page.sentences().size()) continue;
    const Span span = page.sentences()[sentence];
    Name name;
    name.english = true;
    name.sentence = sentence;
    const size_t head_from = std::max(span.from, to - head->text.size());
    name.from = PrefixStart(text, span.from, head_from);
    name.to = to;
    name.prefix = Plain(text.substr(name.from, head_from - name.from));
    if (name.prefix.empty()) {
      name.to = SuffixEnd(text, span.to, to);
      if (name.to > to) name.prefix = Plain(text.substr(to + 4, name.to - to - 4));
    }
    name.anchor_from = name.from;
    name.anchor_to = name.to;
    name.generic = name.prefix.empty();
    name.weak = head->text.find("Media") != std::string_view::npos;
    if (kExclude.In(name.prefix)) continue;
    name.written = page.MakeQuote("", name.from, name.to).text;
    names.push_back(std::move(name));
  }
  return names;
}

void FindEnglishStatements(const PageText& page, const std::vector<Name>& names,
                           std::vector<Statement>* statements) {
  for (size_t i = 0; i < names.size() && statements->size() < kStatementsMax; ++i)
    if (names[i].english) SayEnglish(page, names[i], i, statements);
}

}  // namespace signboard::extract
