// Organs and accounts in English sentences: "overseen by the municipal publicity department",
// "under the name Lushan Diary". The organ is what follows the cue, up to a mark or a word that
// ends it.
#include <algorithm>

#include "crawler/extract/media.h"
#include "crawler/extract/organs.h"
#include "crawler/extract/rules.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kOrganWordsBytesMax = 140;
constexpr size_t kListBytesMax = 60;   // Between a comma and the "and" of its list.
constexpr size_t kParticipleBytesMax = 60;  // Before "by".
constexpr size_t kAdverbBytesMax = 24;      // Between a participle and its "by".
constexpr size_t kWhichBytesMax = 12;  // "which will"

bool IsLetter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

bool IsWord(std::string_view low, size_t from, size_t to) {
  return (from == 0 || !IsLetter(low[from - 1])) && (to >= low.size() || !IsLetter(low[to]));
}

bool HasWord(std::string_view low, const WordList& list) {
  for (WordHit hit = list.First(low); hit; hit = list.First(low, hit.from + 1))
    if (IsWord(low, hit.from, hit.to)) return true;
  return false;
}

// From `from` to the mark or word that ends an organ's name.
size_t OrganEnd(std::string_view low, size_t from) {
  static const WordList& kEnds = ListOf("en_organ_end");
  const size_t most = std::min(low.size(), from + kOrganWordsBytesMax);
  for (size_t at = from; at < most; ++at) {
    if (low[at] == ',' || low[at] == ';' || low[at] == ':' || low[at] == '"') return at;
    if (low[at] == '.' && (at + 1 >= low.size() || low[at + 1] == ' ')) return at;
    if (low[at] != ' ') continue;
    const Word* end = kEnds.At(low, at + 1);
    if (end != nullptr && IsWord(low, at + 1, at + 1 + end->text.size())) return at;
  }
  return most;
}

size_t SkipArticle(std::string_view low, size_t from) {
  while (from < low.size() && low[from] == ' ') ++from;
  for (const std::string_view article : {"the ", "both ", "a "})
    if (low.substr(from).starts_with(article)) from += article.size();
  return from;
}

struct EnglishCue {
  size_t from = 0;
  size_t to = 0;
  std::string_view role;
};

// "founded jointly by", "overseen by", "co-run by": the participles before "by", and what they make
// of the organ behind it.
std::vector<EnglishCue> CuesByParticiple(std::string_view low) {
  static const WordList& kParticiples = ListOf("en_participle");
  constexpr std::string_view kBy = " by ";
  std::vector<EnglishCue> cues;
  for (size_t by = low.find(kBy); by != std::string_view::npos && cues.size() < kOrgansMax;
       by = low.find(kBy, by + kBy.size())) {
    const size_t near = std::min(by, kParticipleBytesMax);
    const std::string_view front = LastClause(low.substr(by - near, near));
    WordHit last;
    for (WordHit hit = kParticiples.First(front); hit; hit = kParticiples.First(front, hit.to))
      if (hit.from == 0 || !IsLetter(front[hit.from - 1])) last = hit;
    if (!last || front.size() - last.to > kAdverbBytesMax) continue;
    const bool together = front.find("jointly") != std::string_view::npos ||
                          front.substr(0, last.from).ends_with("co-");
    std::string_view role = last.word->tag;
    if (role == "made") role = together ? "partner" : "";
    if (!role.empty()) cues.push_back({by - front.size() + last.from, by + kBy.size(), role});
  }
  return cues;
}

// "will handle its day-to-day"
std::vector<EnglishCue> CuesByRunning(std::string_view low) {
  static const WordList& kRuns = ListOf("en_runs");
  static const WordList& kWhat = ListOf("en_run_what");
  std::vector<EnglishCue> cues;
  for (WordHit hit = kRuns.First(low); hit && cues.size() < kOrgansMax;
       hit = kRuns.First(low, hit.to)) {
    if (!IsWord(low, hit.from, hit.to) || hit.to >= low.size()) continue;
    const Word* what = kWhat.At(low, hit.to + 1);
    if (what == nullptr || !IsWord(low, hit.to + 1, hit.to + 1 + what->text.size())) continue;
    // "will jointly handle"
    size_t from = hit.from;
    for (const std::string_view before : {"jointly ", "will ", "to ", "now "})
      if (low.substr(0, from).ends_with(before)) from -= before.size();
    cues.push_back({from, hit.to + 1 + what->text.size(), "operator"});
  }
  return cues;
}

// A list of organs: "A, B and C". Each by itself.
void AddPartners(std::string_view text, size_t offset, std::vector<OrganFound>* found) {
  size_t from = 0;
  while (from < text.size()) {
    const size_t comma = text.find(", ", from);
    size_t joint = text.find(" and ", from);
    const bool listed = comma < joint;
    if (listed) joint = comma;
    const size_t to = joint == std::string_view::npos ? text.size() : joint;
    const size_t begin = SkipArticle(text, from);
    if (to > begin && found->size() < kOrgansMax)
      found->push_back({"partner", std::string(text.substr(begin, to - begin)), offset + begin,
                        offset + to});
    if (joint == std::string_view::npos) break;
    from = joint + (listed ? 2 : 5);
    if (text.substr(from).starts_with("and ")) from += 4;
  }
}

// "the media center, which will handle …": the subject of the cue at `before`.
std::string_view OrganBefore(std::string_view text, std::string_view low, size_t before) {
  const size_t which = low.rfind("which ", before);
  if (which != std::string::npos && which >= 2 && before - which <= kWhichBytesMax) {
    before = which;
    while (before > 0 && (low[before - 1] == ' ' || low[before - 1] == ',')) --before;
  }
  size_t from = before == 0 ? std::string::npos : low.find_last_of(",;", before - 1);
  from = SkipArticle(low, from == std::string::npos ? 0 : from + 1);
  if (low.substr(from).starts_with("according to ")) from = SkipArticle(low, from + 13);
  if (low.substr(from).starts_with("and ")) from = SkipArticle(low, from + 4);
  if (before <= from) return {};
  return base::TrimAscii(text.substr(from, before - from));
}

}  // namespace

std::vector<OrganFound> FindOrgansEn(const PageText& page, Span sentence) {
  static const WordList& kRoles = ListOf("en_role");
  static const WordList& kBehind = ListOf("en_role_behind");
  const std::string_view text = page.text().substr(0, sentence.to).substr(sentence.from);
  const std::string low = base::ToLowerAscii(text);
  std::vector<OrganFound> found;
  // "The ceremony saw the launch of the … Communication Center, a joint effort by …"
  const size_t centre = std::max(low.rfind("communication center") + 1,
                                 low.rfind("communication centre") + 1);
  if (HasWord(std::string_view(low).substr(centre), ListOf("en_not"))) return found;
  const auto front = [&](size_t cue_to, std::string_view role) {
    const size_t from = SkipArticle(low, cue_to);
    size_t to = OrganEnd(low, from);
    const bool known = std::any_of(found.begin(), found.end(), [&](const OrganFound& o) {
      return o.from == sentence.from + from;
    });
    if (to <= from + 3 || known || found.size() >= kOrgansMax) return;
    if (role == "partner") {
      // A, B and C
      while (to < low.size() && low[to] == ',' &&
             low.find(" and ", to) < OrganEnd(low, to + 2) + kListBytesMax)
        to = OrganEnd(low, to + 2);
      AddPartners(text.substr(from, to - from), sentence.from + from, &found);
      return;
    }
    found.push_back({role, std::string(base::TrimAscii(text.substr(from, to - from))),
                     sentence.from + from, sentence.from + to});
  };
  for (WordHit hit = kRoles.First(low); hit; hit = kRoles.First(low, hit.to))
    if (IsWord(low, hit.from, hit.to)) front(hit.to, hit.word->tag);
  for (const EnglishCue& cue : CuesByParticiple(low)) front(cue.to, cue.role);
  std::vector<EnglishCue> behind = CuesByRunning(low);
  for (WordHit hit = kBehind.First(low); hit; hit = kBehind.First(low, hit.to))
    behind.push_back({hit.from, hit.to, hit.word->tag});
  for (const EnglishCue& cue : behind) {
    if (found.size() >= kOrgansMax) break;
    const auto organ = OrganBefore(text, low, cue.from);
    if (organ.size() > 3) {
      const size_t from = sentence.from + static_cast<size_t>(organ.data() - text.data());
      found.push_back({cue.role, std::string(organ), from, from + organ.size()});
    }
  }
  return found;
}

namespace {

// The name in capitals that begins at `from`: Lushan Diary, iQingdao.
size_t NameEnd(std::string_view text, size_t from) {
  size_t end = from;
  for (size_t at = from; at < text.size() && at - from < kAccountBytesMax;) {
    const size_t word = at;
    while (at < text.size() && (IsLetter(text[at]) || text[at] == '\'' || text[at] == '-' ||
                                (text[at] >= '0' && text[at] <= '9') ||
                                static_cast<unsigned char>(text[at]) >= 0x80))
      ++at;
    const bool capital = at > word && (IsUpper(text[word]) ||
                                       (at > word + 1 && IsUpper(text[word + 1])));
    // Islands of Zhoushan: small words stand inside.
    const std::string_view small = text.substr(word, at - word);
    const bool inside = end > from && (small == "of" || small == "the" || small == "in" ||
                                       small == "and" || small == "to");
    if (!capital && !inside) break;
    if (capital) end = at;
    if (at >= text.size() || text[at] != ' ') break;
    ++at;
  }
  return end;
}

size_t NameStart(std::string_view text, size_t to) {
  size_t start = to;
  while (start > 0 && to - start < kAccountBytesMax && text[start - 1] == ' ') {
    size_t from = start - 1;
    while (from > 0 && (IsLetter(text[from - 1]) || text[from - 1] == '\'')) --from;
    const std::string_view word = text.substr(from, start - 1 - from);
    const bool capital = word.size() > 2 && (IsUpper(word[0]) || IsUpper(word[1])) &&
                         word != "The" && word != "Its" && word != "Their" && word != "Under";
    if (!capital) break;
    start = from;
  }
  return start;
}

}  // namespace

std::vector<MediumFound> FindAccountsEn(const PageText& page, Span sentence) {
  static const WordList& kFront = ListOf("en_account");
  static const WordList& kBehind = ListOf("en_account_behind");
  const std::string_view text = page.text().substr(0, sentence.to).substr(sentence.from);
  const std::string low = base::ToLowerAscii(text);
  std::vector<MediumFound> found;
  const auto add = [&](size_t from, size_t to) {
    if (to < from + 3 || found.size() >= kMediaMax) return;
    const Quote quote = page.MakeQuote("account", sentence.from + from, sentence.from + to);
    found.push_back({quote.text, sentence.from + from, sentence.from + to});
  };
  if (!ListOf("platform_context").In(low)) return found;
  for (WordHit hit = kFront.First(low); hit; hit = kFront.First(low, hit.to)) {
    if (!IsWord(low, hit.from, hit.to)) continue;
    size_t from = hit.to;
    while (from < text.size() && (text[from] == ' ' || text[from] == ',')) ++from;
    add(from, NameEnd(text, from));
  }
  for (WordHit hit = kBehind.First(low); hit; hit = kBehind.First(low, hit.to)) {
    if (!IsWord(low, hit.from, hit.to) || hit.from == 0) continue;
    const size_t from = NameStart(text, hit.from);
    if (from + 1 < hit.from) add(from, hit.from - 1);
  }
  return found;
}

}  // namespace signboard::extract
