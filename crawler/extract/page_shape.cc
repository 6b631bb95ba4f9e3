#include "crawler/extract/page_shape.h"

#include <algorithm>

#include "crawler/extract/rules.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kHeadlineLines = 6;
constexpr size_t kLinesMin = 3;
constexpr size_t kVerseBytes = 36;          // A line, on the average.
constexpr size_t kGoneBytesMax = 3'000;     // A page that is gone says little.
constexpr size_t kGoneHeadBytesMax = 900;
constexpr size_t kVacancyBytesMax = 300;
constexpr size_t kTenderBytesMax = 450;
constexpr size_t kFoundersBytesMax = 240;
constexpr size_t kRepeatedNames = 6;
constexpr std::string_view kStop = "。";
constexpr size_t kRepeatedShare = 2;        // Half of the text.

// How many different words of the list the text holds, up to `most`.
size_t CountDifferent(const WordList& list, std::string_view text, size_t most) {
  std::vector<const Word*> seen;
  for (WordHit hit = list.First(text); hit && seen.size() < most; hit = list.First(text, hit.to))
    if (std::find(seen.begin(), seen.end(), hit.word) == seen.end()) seen.push_back(hit.word);
  return seen.size();
}

void ReadKind(const PageView& view, PageShape* shape) {
  static const WordList& kUntrue = ListOf("untrue");
  const std::string_view text = view.page.text().substr(0, kShapeBytesMax);
  shape->gone = text.size() < kGoneBytesMax && ListOf("gone").In(text.substr(0, kGoneHeadBytesMax));
  shape->denied = kUntrue.In(view.Title()) || (kUntrue.In(text) && ListOf("deny").In(text));
  shape->reference = CountDifferent(ListOf("reference"), text, 2) >= 2;
  const size_t spam = CountDifferent(ListOf("spam"), text, 2);
  shape->spam = spam >= 2;
  if (spam == 1)
    for (const Word& word : ListOf("spam").words())
      if (word.tag == "strong" && base::Find(text, word.text) != text.npos) shape->spam = true;
  shape->business = ListOf("business").In(text);
  shape->tender = CountDifferent(ListOf("tender"), text.substr(0, kTenderBytesMax), 2) >= 2;
  shape->company = CountDifferent(ListOf("company"), text, 2) >= 2;
  size_t named = 0;
  for (const Name& name : view.names)
    if (name.to <= kShapeBytesMax) named += name.to - name.from;
  shape->repeats = view.names.size() >= kRepeatedNames && named * kRepeatedShare > text.size();
}

}  // namespace

PageShape ShapeOf(const PageView& view, const std::vector<Group>& groups) {
  PageShape shape;
  const std::string_view body = view.page.text().substr(view.page.title_end(), kShapeBytesMax);
  size_t lines = 0;
  size_t stops = 0;
  size_t commas = 0;
  for (size_t at = 0; at < body.size(); ++at) {
    const char mark = body[at];
    if (mark == ',') {
      ++commas;
    } else if (mark == '\n') {
      if (at > 0 && at + 1 < body.size() && body[at - 1] != '\n') ++lines;
    } else if (mark == '.') {
      const char behind = at + 1 < body.size() ? body[at + 1] : '\n';
      if (behind == ' ' || behind == '\n') ++stops;
    } else if (mark == kStop[0]) {
      if (body.substr(at).starts_with(kStop)) ++stops;
    } else if (static_cast<unsigned char>(mark) > 0xE0) {
      at += 2;  // A character of three bytes, or the front of one of four.
    }
  }
  ++lines;
  // One phrase a line, as accounts on WeChat write: running text, if short of marks.
  const bool verse = body.size() < lines * kVerseBytes;
  const bool bare = stops == 0 ? lines >= kLinesMin && commas * 2 < lines
                               : lines >= kHeadlineLines && (stops + commas) * 3 < lines;
  shape.headlines = !verse && bare;
  shape.recruiting = ListOf("recruit").In(view.Title()) ||
                     (view.Title().empty() &&
                      ListOf("recruit").In(view.Lead().substr(0, kVacancyBytesMax)));
  shape.retold = ListOf("retold").In(view.Title());
  const auto in_title = std::any_of(groups.begin(), groups.end(), [](const Group& g) {
    return std::any_of(g.statements.begin(), g.statements.end(),
                       [](const Dated& d) { return d.said.in_title; });
  });
  ReadKind(view, &shape);
  shape.list = groups.size() >= kListedCentres && !in_title;
  return shape;
}

bool FoundersArePrivate(const PageView& view, const Group& group) {
  static const WordList& kFounders = ListOf("founders");
  static const WordList& kPrivate = ListOf("private");
  static const WordList& kPublic = ListOf("public");
  static const WordList& kOthers = ListOf("organ_not");
  for (const size_t n : group.names) {
    const std::string_view text = view.page.Sentence(view.names[n].sentence);
    for (size_t by = text.find("由"); by != std::string_view::npos; by = text.find("由", by + 3)) {
      const WordHit cue = kFounders.First(text, by);
      if (!cue || cue.from - by > kFoundersBytesMax) continue;
      const std::string_view founders = text.substr(by, cue.from - by);
      const std::string_view rest = text.substr(cue.to);
      if (kOthers.In(rest.substr(0, rest.find(',')))) continue;  // 发起成立高校联盟
      if (kPrivate.In(founders) && !kPublic.In(founders)) return true;
    }
  }
  return false;
}

bool IsRunningText(const PageView& view, size_t sentence) {
  const Span span = view.page.sentences()[sentence];
  const std::string_view rest = view.page.text().substr(span.to);
  for (const std::string_view stop : {"。", "！", "；", ".", "!", ";"})
    if (rest.starts_with(stop)) return true;
  const std::string_view own = view.page.Sentence(sentence);
  return own.ends_with(".") || own.find(',') != std::string_view::npos;
}

}  // namespace signboard::extract
