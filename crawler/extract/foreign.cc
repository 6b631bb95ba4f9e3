// Names and statements of pages in other languages than Chinese and English: what names a centre
// there is a fixed phrase, whose place stands near it in Chinese characters, in Latin letters, or
// only in the context.
#include <algorithm>

#include "crawler/extract/gazetteer.h"
#include "crawler/extract/names.h"
#include "crawler/extract/place_evidence.h"
#include "crawler/extract/rules.h"
#include "crawler/extract/statements.h"
#include "crawler/extract/text_scan.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kOwnerBytesMax = 180;  // Between a place and the centre of its sentence.

// Lower case of Cyrillic as well.
std::string Low(std::string_view text) {
  std::string low = base::ToLowerAscii(text);
  for (size_t at = 0; at + 1 < low.size(); ++at) {
    const auto first = static_cast<unsigned char>(low[at]);
    const auto second = static_cast<unsigned char>(low[at + 1]);
    if (first == 0xD0 && second >= 0x90 && second <= 0x9F) {
      low[at + 1] = static_cast<char>(second + 0x20);
    } else if (first == 0xD0 && second >= 0xA0 && second <= 0xAF) {
      low[at] = '\xD1';
      low[at + 1] = static_cast<char>(second - 0x20);
    }
  }
  return low;
}

// The place named nearest before the centre, in Chinese characters before Latin ones; else the
// first behind it.
std::string OwnerOf(std::string_view sentence, size_t from, size_t to) {
  const size_t floor = from - std::min(from, kOwnerBytesMax);
  const std::string_view parts[] = {sentence.substr(floor, from - floor), sentence.substr(to)};
  for (const bool front : {true, false}) {
    const std::string_view part = parts[front ? 0 : 1];
    for (const bool han : {true, false}) {
      const std::vector<Mention> mentions = han ? FindMentions(part) : FindMentionsEn(part);
      if (mentions.empty()) continue;
      const Mention& nearest = front ? mentions.back() : mentions.front();
      return std::string(part.substr(nearest.from, nearest.to - nearest.from));
    }
  }
  return {};
}

void AddForeign(const PageText& page, const WordHit& hit, std::vector<Name>* names) {
  Name name;
  name.sentence = page.SentenceAt(hit.from);
  if (name.sentence >= page.sentences().size()) return;
  const Span span = page.sentences()[name.sentence];
  if (hit.to > span.to) return;
  name.from = name.anchor_from = hit.from;
  name.to = name.anchor_to = hit.to;
  name.english = name.torn = true;
  name.language = hit.word->tag;
  name.prefix = OwnerOf(page.Sentence(name.sentence), hit.from - span.from, hit.to - span.from);
  name.written = page.MakeQuote("", name.from, name.to).text;
  names->push_back(std::move(name));
}

}  // namespace

std::vector<Name> FindForeignNames(const PageText& page) {
  static const WordList& kHeads = ListOf("foreign_head");
  std::vector<Name> names;
  // The longest word comes first.
  const size_t bytes_max = kHeads.words().front().text.size();
  for (const std::string_view part : PartsInLetters(page.text(), bytes_max)) {
    const std::string low = Low(part);
    const auto from = static_cast<size_t>(part.data() - page.text().data());
    for (WordHit hit = kHeads.First(low); hit && names.size() < kNamesMax;
         hit = kHeads.First(low, hit.to))
      AddForeign(page, {hit.word, from + hit.from, from + hit.to}, &names);
  }
  return names;
}

void SayForeign(const PageText& page, const Name& name, size_t index,
                std::vector<Statement>* statements) {
  static const WordList& kVerbs = ListOf("foreign_verb");
  const Span span = page.sentences()[name.sentence];
  const std::string low = Low(page.Sentence(name.sentence));
  for (WordHit hit = kVerbs.First(low); hit; hit = kVerbs.First(low, hit.to)) {
    if (!hit.word->tag.ends_with(name.language)) continue;
    Statement s;
    s.name = index;
    s.sentence = name.sentence;
    s.verb_from = span.from + hit.from;
    s.verb_to = span.from + hit.to;
    s.event = hit.word->tag.substr(0, hit.word->tag.find(' '));
    s.in_title = s.verb_from < page.title_end();
    s.why = std::string(hit.word->text);
    if (ListOf("foreign_past").In(low)) {
      s.sense = Sense::kPast;
      s.why += ", but long ago";
    } else if (ListOf("foreign_plan").In(low)) {
      s.sense = Sense::kPlanned;
      s.why += ", but not yet";
    }
    statements->push_back(std::move(s));
    return;
  }
}

}  // namespace signboard::extract
