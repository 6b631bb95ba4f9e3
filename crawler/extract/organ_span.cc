#include "crawler/extract/organ_span.h"

#include <algorithm>

#include "crawler/extract/gazetteer.h"
#include "crawler/extract/rules.h"
#include "crawler/extract/text_scan.h"

namespace signboard::extract {
namespace {

using namespace std::string_view_literals;

constexpr size_t kBracketBytesMax = 48;
constexpr size_t kPlaceBytesMax = 48;
constexpr std::string_view kMarks[] = {"、", ",", " ", ";", ":", "(", ")", "“", "”"};

constexpr std::string_view kClauseMarks[] = {",", ":", " ", "\n", "。", "、", "—", ";", "!", "?", "！",
                                             "；", "？"};

bool HoldsMark(std::string_view organ) {
  return std::any_of(std::begin(kMarks), std::end(kMarks),
                     [&](std::string_view mark) { return organ.find(mark) != organ.npos; });
}

// Before (曲靖日报社) or (集团) that closes at `to`; `to`: none does.
size_t BeforeBracket(std::string_view text, size_t floor, size_t to) {
  const size_t inside = to > floor && text[to - 1] == ')' ? to - 1 : to;
  if (inside == to) return to;
  const size_t least = std::max(floor, to - std::min(to, kBracketBytesMax));
  const size_t open = text.substr(least, inside - least).rfind('(');
  return open == std::string_view::npos ? to : least + open;
}

Span PlaceEndingAt(std::string_view text, size_t floor, size_t to) {
  size_t from = std::max(floor, to - std::min(to, kPlaceBytesMax));
  while (from < to && (text[from] & 0xC0) == 0x80) ++from;
  const std::vector<Mention> mentions = FindMentions(text.substr(from, to - from));
  if (mentions.empty() || !mentions.back().is_full || mentions.back().to != to - from) return {};
  return {from + mentions.back().from, to};
}

}  // namespace

OrganKind KindOf(std::string_view organ) {
  static const WordList& kMedia = ListOf("medium");
  static const WordList& kParty = ListOf("party");
  // 宣传部 decides, whatever else the name holds; 县委 of 县委融媒体中心 does not.
  if (organ.find("宣传部") != std::string_view::npos) return OrganKind::kParty;
  if (kMedia.In(organ)) return OrganKind::kMedium;
  return kParty.In(organ) ? OrganKind::kParty : OrganKind::kOther;
}

size_t FindBareCentre(std::string_view text, size_t from) {
  static constexpr std::string_view kCentre = "中心";
  if (!MayHold(text, Sign::kCentre)) return std::string_view::npos;
  for (size_t at = text.find(kCentre, from); at != std::string_view::npos;
       at = text.find(kCentre, at + kCentre.size())) {
    if (at == from || IsBareCentreAt(text, at)) return at;
  }
  return std::string_view::npos;
}

bool IsBareCentreAt(std::string_view text, size_t at) {
  const std::string_view front = text.substr(0, at);
  return at == 0 || std::any_of(std::begin(kClauseMarks), std::end(kClauseMarks),
                                [&](std::string_view mark) { return front.ends_with(mark); });
}

size_t OrganSpans::StartOf(size_t floor, size_t to) const {
  static const WordList& kStops = ListOf("organ_stop");
  static const WordList& kProtect = ListOf("organ_protect");
  static const WordList& kOrgans = ListOf("organ");
  size_t least = std::max(floor, to > kOrganBytesMax ? to - kOrganBytesMax : 0);
  while (least < to && (text_[least] & 0xC0) == 0x80) ++least;
  for (const Span& name : names_)
    if (name.to <= to) least = std::max(least, name.to);
  const std::string_view part = text_.substr(least, to - least);
  const std::vector<Mention> places = FindMentions(part);
  size_t start = 0;
  for (size_t at = 0; at < part.size();) {
    if (const Word* kept = kProtect.At(part, at)) {
      at += kept->text.size();
      continue;
    }
    const Word* stop = kStops.At(part, at);
    const bool in_place = std::any_of(places.begin(), places.end(), [&](const Mention& m) {
      return m.from <= at && at < m.to;
    });
    // 融媒体中心 ends in 中心 and is one word.
    const bool centre = stop != nullptr && stop->text == "中心";
    const Word* organ = centre ? kOrgans.EndingAt(part, at + 6) : nullptr;
    const bool in_organ = at > 0 && organ != nullptr &&
                          (organ->text.size() > 6 || at + 6 == part.size());
    if (stop != nullptr && !in_place && !in_organ) {
      at += stop->text.size();
      start = at;
      continue;
    }
    at = NextAt(part, at);
  }
  return least + start;
}

bool OrganSpans::IsOrgan(size_t from, size_t to) const {
  if (from >= to || to - from < 6 || to - from > kOrganBytesMax) return false;
  const std::string_view organ = text_.substr(from, to - from);
  const std::string_view plain = organ.substr(0, BeforeBracket(organ, 0, organ.size()));
  static const WordList& kOrgans = ListOf("organ");
  static const WordList& kGeneric = ListOf("organ_generic");
  return !HoldsMark(plain) && kOrgans.EndingAt(plain, plain.size()) != nullptr &&
         !kGeneric.Has(plain);
}

Span OrganSpans::EndingAt(size_t floor, size_t to) const {
  static const WordList& kOrgans = ListOf("organ");
  const size_t plain_to = BeforeBracket(text_, floor, to);
  if (kOrgans.EndingAt(text_, plain_to) == nullptr) return {};
  size_t from = StartOf(floor, plain_to);
  // A comma or another mark inside: behind the last one.
  const std::string_view part = text_.substr(from, plain_to - from);
  for (const std::string_view mark : kMarks)
    if (const size_t at = part.rfind(mark); at != std::string_view::npos)
      from = std::max(from, plain_to - part.size() + at + mark.size());
  return IsOrgan(from, to) ? Span{from, to} : Span{};
}

Span OrganSpans::BeginningAt(size_t from, size_t limit) const {
  static const WordList& kOrgans = ListOf("organ");
  static const WordList& kStops = ListOf("front_stop");
  const size_t most = std::min(limit, from + kOrganBytesMax);
  size_t best = from;
  for (size_t at = from; at < most;) {
    if (text_[at] == ',' || text_[at] == ' ' || kStops.At(text_, at) != nullptr) break;
    if (const Word* organ = kOrgans.At(text_.substr(0, most), at); organ != nullptr && at > from)
      best = std::max(best, at + organ->text.size());
    at = NextAt(text_, at);
  }
  if (best < most && text_[best] == '(') {
    const size_t close = text_.find(')', best);
    if (close < limit && close - best < kBracketBytesMax) best = close + 1;
  }
  return IsOrgan(from, best) ? Span{from, best} : Span{};
}

std::vector<Span> OrganSpans::ChainEndingAt(size_t floor, size_t to, bool wide) const {
  static const WordList& kLinks = ListOf("organ_join");
  std::vector<Span> chain;
  while (to > floor && chain.size() < kChainMax) {
    Span organ = EndingAt(floor, to);
    if (organ.to == 0 && wide)
      for (const Span& name : names_)
        if (name.to == to) organ = name;
    // 江西日报社与井冈山市共建: a place is no organ, what is joined to it is.
    const bool place = organ.to == 0 && wide;
    if (place) organ = PlaceEndingAt(text_, floor, to);
    if (organ.to == 0) break;
    if (!place) chain.push_back(organ);
    const Word* link = kLinks.EndingAt(text_.substr(0, organ.from), organ.from);
    if (link == nullptr || organ.from - floor < link->text.size()) break;
    to = organ.from - link->text.size();
  }
  std::reverse(chain.begin(), chain.end());
  return chain;
}

}  // namespace signboard::extract
