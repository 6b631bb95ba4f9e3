#include "crawler/extract/organ_cues.h"

#include <algorithm>

#include "crawler/extract/rules.h"

namespace signboard::extract {
namespace {

constexpr size_t kCharacterBytes = 3;

// 负责日常运营: words of the daily work in a row, two of them at least and one that means it.
OrganCue RunningAt(std::string_view text, size_t from) {
  static const WordList& kWords = ListOf("run_word");
  size_t count = 0;
  bool core = false;
  size_t to = from;
  for (size_t at = from; const Word* word = kWords.At(text, at);) {
    at += word->text.size();
    if (word->tag == "link") {
      if (count == 0) break;
      continue;
    }
    ++count;
    core = core || word->tag == "core";
    to = at;
  }
  return count >= 2 && core ? OrganCue{from, to, "operator", true} : OrganCue{};
}

// 给予指导, 业务指导; 批准设立: a word of one list and one of the other.
OrganCue PairAt(std::string_view text, size_t from, const WordList& first, const WordList& second,
                std::string_view role) {
  size_t at = from;
  while (const Word* word = first.At(text, at)) {
    at += word->text.size();
    if (const Word* last = second.At(text, at)) return {from, at + last->text.size(), role, true};
  }
  return {};
}

OrganCue GuidedAt(std::string_view text, size_t from) {
  static const WordList& kHow = ListOf("guide_how");
  static const WordList& kGuide = ListOf("guide");
  return PairAt(text, from, kHow, kGuide, "guiding");
}

OrganCue AgreedAt(std::string_view text, size_t from) {
  static const WordList& kAgree = ListOf("agree");
  static const WordList& kFound = ListOf("found");
  return PairAt(text, from, kAgree, kFound, "approved");
}

// 为主办单位, 是中心的运营主体
OrganCue TitleAt(std::string_view text, size_t from) {
  static const WordList& kIs = ListOf("title_is");
  static const WordList& kWhose = ListOf("title_whose");
  static const WordList& kTitles = ListOf("title");
  static const WordList& kEnds = ListOf("title_end");
  const Word* is = kIs.At(text, from);
  if (is == nullptr) return {};
  size_t at = from + is->text.size();
  if (const Word* whose = kWhose.At(text, at)) at += whose->text.size();
  const Word* title = kTitles.At(text, at);
  if (title == nullptr) return {};
  at += title->text.size();
  const Word* end = kEnds.At(text, at);
  return end == nullptr ? OrganCue{} : OrganCue{from, at + end->text.size(), title->tag, true};
}

// 携手组建, 合办
OrganCue TogetherAt(std::string_view text, size_t from) {
  static const WordList& kTogether = ListOf("together");
  static const WordList& kMake = ListOf("make");
  const Word* together = kTogether.At(text, from);
  if (together == nullptr) return {};
  const size_t at = from + together->text.size();
  const Word* make = kMake.At(text, at);
  if (make == nullptr) return {};
  // 联合办学: one character goes with one.
  const bool is_short = make->text.size() == kCharacterBytes;
  if (is_short != (together->text.size() == kCharacterBytes)) return {};
  return {from, at + make->text.size(), "partner", true};
}

}  // namespace

std::vector<OrganCue> FindOrganCues(std::string_view text, size_t from) {
  static const WordList& kRoles = ListOf("role");
  static const WordList& kBegins = ListOf("cue_begin");
  std::vector<OrganCue> cues;
  WordHit role = kRoles.First(text, from);
  WordHit begin = kBegins.First(text, from);
  for (size_t at = from; (role || begin) && cues.size() < kOrganCuesMax;) {
    if (role && role.from < at) role = kRoles.First(text, at);
    if (begin && begin.from < at) begin = kBegins.First(text, at);
    OrganCue cue;
    if (begin && (!role || begin.from <= role.from)) {
      cue = RunningAt(text, begin.from);
      if (cue.to == 0) cue = TogetherAt(text, begin.from);
      if (cue.to == 0) cue = TitleAt(text, begin.from);
      if (cue.to == 0) cue = GuidedAt(text, begin.from);
      if (cue.to == 0) cue = AgreedAt(text, begin.from);
    }
    const bool listed = role && (cue.to == 0 || (role.from == cue.from && role.to >= cue.to));
    if (listed && (!begin || role.from <= begin.from)) {
      const std::string_view tag = role.word->tag;
      cue = {role.from, role.to, tag.substr(0, tag.find(' ')),
             tag.find("strong") != std::string_view::npos};
    }
    if (cue.to > 0) {
      cues.push_back(cue);
      at = cue.to;
    } else {
      at = begin ? begin.from + 1 : text.size();
    }
  }
  return cues;
}

bool SpeaksOfRunning(std::string_view words) {
  static const WordList& kWords = ListOf("run_word");
  static const WordList& kThings = ListOf("run_thing");
  if (kThings.In(words)) return true;
  for (WordHit hit = kWords.First(words); hit; hit = kWords.First(words, hit.to))
    if (hit.word->tag == "core") return true;
  return false;
}

}  // namespace signboard::extract
