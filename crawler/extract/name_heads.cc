#include "crawler/extract/name_heads.h"

#include <algorithm>

#include "crawler/extract/gazetteer.h"
#include "crawler/extract/names.h"
#include "crawler/extract/organ_span.h"
#include "crawler/extract/rules.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr std::string_view kHeadEnd = "中心";
constexpr std::string_view kBranch = "分";
constexpr size_t kPhraseBytesMax = 60;
constexpr size_t kBodyBytesMax = 36;    // From 这家 to 机构.
constexpr size_t kShortLettersMax = 4;  // Of a place right before 中心.

// What ends in the 中心 at `at`; `to` is 0: no name does.
NameHead HeadAt(std::string_view text, size_t at) {
  static const WordList& kHeads = ListOf("head");
  static const WordList& kKinds = ListOf("head_kind");
  static const WordList& kFields = ListOf("head_field");
  const size_t to = at + kHeadEnd.size();
  if (const Word* head = kHeads.EndingAt(text, to)) return {to - head->text.size(), to, head->tag};
  // 国际传播|协作|中心
  const Word* kind = kKinds.EndingAt(text, at);
  if (kind == nullptr) return {};
  const Word* field = kFields.EndingAt(text, at - kind->text.size());
  if (field == nullptr) return {};
  return {at - kind->text.size() - field->text.size(), to, ""};
}

std::vector<NameHead> FindHeads(std::string_view text) {
  std::vector<NameHead> heads;
  for (size_t at = base::Find(text, kHeadEnd);
       at != std::string_view::npos && heads.size() < kNamesMax;
       at = base::Find(text, kHeadEnd, at + kHeadEnd.size()))
    if (const NameHead head = HeadAt(text, at); head.to > 0) heads.push_back(head);
  return heads;
}

// 这家以边贸为题的中心: where the phrase begins; `at`: there is none.
size_t PhraseBefore(std::string_view text, size_t first, size_t at) {
  static const WordList& kThis = ListOf("pronoun_begin");
  if (!text.substr(0, at).ends_with("的")) return at;
  size_t from = at - std::min(at - first, kPhraseBytesMax);
  while (from < at && (text[from] & 0xC0) == 0x80) ++from;
  const WordHit hit = kThis.First(text.substr(0, at), from);
  const bool whole = hit && text.substr(hit.to, at - hit.to).find_first_of(",;\n") ==
                                std::string_view::npos &&
                     text.substr(hit.to, at - hit.to).find("。") == std::string_view::npos;
  return whole ? hit.from : at;
}

// 为中心揭牌
bool IsGivenAt(std::string_view text, size_t from, size_t to) {
  static const WordList& kVerbs = ListOf("verb");
  const std::string_view front = text.substr(0, from);
  return (front.ends_with("为") || front.ends_with("给")) && kVerbs.At(text, to) != nullptr;
}

// 中心 at the beginning of a clause (11月18日，中心揭牌), or behind a place (桓仁中心).
void AddShort(std::string_view text, size_t first, std::vector<NameHead>* heads) {
  static const WordList& kNot = ListOf("short_not");
  for (size_t at = text.find(kHeadEnd, first);
       at != std::string_view::npos && heads->size() < kNamesMax;
       at = text.find(kHeadEnd, at + kHeadEnd.size())) {
    const size_t to = at + kHeadEnd.size();
    if (kNot.At(text, to) != nullptr) continue;
    if (IsBareCentreAt(text, at) || IsGivenAt(text, at, to)) {
      heads->push_back({at, to, "pronoun"});
      continue;
    }
    if (const size_t from = PhraseBefore(text, first, at); from < at) {
      heads->push_back({from, to, "pronoun"});
      continue;
    }
    // 崇左分中心
    const bool branch = text.substr(0, at).ends_with(kBranch);
    const size_t place_to = branch ? at - kBranch.size() : at;
    if (branch && IsBareCentreAt(text, place_to)) heads->push_back({place_to, to, "pronoun"});
    size_t from = place_to;
    for (size_t letters = 0; from > first && letters < kShortLettersMax; ++letters) {
      from = PreviousAt(text, from);
      if (letters == 0 || MentionAt(text.substr(0, place_to), from).to != place_to) continue;
      // 新华社新闻信息中心河南中心 is an organ.
      const bool apart = from == first || ListOf("stop").EndingAt(text, from) != nullptr ||
                         IsBareCentreAt(text, from) || text[from - 1] == '(';
      if (apart) heads->push_back({from, to, "short"});
      break;
    }
  }
}

// 这家市级机构, 这一新平台: a body spoken of by its kind.
void AddBodies(std::string_view text, size_t first, std::vector<NameHead>* heads) {
  static const WordList& kBodies = ListOf("body");
  static const WordList& kThis = ListOf("this");
  for (WordHit hit = kThis.First(text, first); hit && heads->size() < kNamesMax;
       hit = kThis.First(text, hit.to)) {
    const std::string_view near =
        text.substr(0, std::min(text.size(), hit.to + kBodyBytesMax));
    const WordHit body = kBodies.First(near, hit.to);
    if (!body || near.substr(hit.to, body.from - hit.to).find_first_of(",;\n ") != near.npos ||
        near.substr(hit.to, body.from - hit.to).find("。") != near.npos)
      continue;
    heads->push_back({hit.from, body.to, "pronoun"});
  }
}

void AddPronouns(std::string_view text, std::vector<NameHead>* heads) {
  static const WordList& kPronouns = ListOf("pronoun");
  if (heads->empty()) return;
  const size_t first = heads->front().to;
  for (WordHit hit = kPronouns.First(text, first); hit && heads->size() < kNamesMax;
       hit = kPronouns.First(text, hit.to))
    heads->push_back({hit.from, hit.to, "pronoun"});
  AddBodies(text, first, heads);
  AddShort(text, first, heads);
  std::stable_sort(heads->begin(), heads->end(),
                   [](const NameHead& a, const NameHead& b) { return a.from < b.from; });
}

}  // namespace

std::vector<NameHead> FindNameHeads(std::string_view text) {
  std::vector<NameHead> heads = FindHeads(text);
  AddPronouns(text, &heads);
  return heads;
}

bool EndsInHead(std::string_view text) {
  return text.ends_with(kHeadEnd) && HeadAt(text, text.size() - kHeadEnd.size()).to > 0;
}

size_t HeadBytesMax() {
  static const WordList& kHeads = ListOf("head");
  static const WordList& kKinds = ListOf("head_kind");
  static const WordList& kFields = ListOf("head_field");
  // The longest words come first.
  const size_t put_together =
      kFields.words().front().text.size() + kKinds.words().front().text.size() + kHeadEnd.size();
  return std::max(kHeads.words().front().text.size(), put_together);
}

std::string_view PlaceOfShort(std::string_view text, const NameHead& head) {
  std::string_view place = text.substr(head.from, head.to - head.from - kHeadEnd.size());
  if (place.ends_with(kBranch)) place.remove_suffix(kBranch.size());
  return place;
}

}  // namespace signboard::extract
