#include "crawler/extract/organs.h"

#include <algorithm>

#include "crawler/extract/rules.h"

namespace signboard::extract {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kComma = "，";
constexpr std::string_view kPause = "、";

// Admin words that begin an organ's name without its place: 县委, 市融媒体中心, 区人民政府.
constexpr std::string_view kKinds[] = {"自治区", "自治州", "自治县", "省", "市", "县", "区", "州"};

class SentenceOrgans {
 public:
  SentenceOrgans(const PageText& page, Span span, const std::vector<Span>& names,
                 const Region* place)
      : text_(page.text()), span_(span), names_(names), place_(place) {}

  std::vector<OrganFound> Find() {
    FindRoles();
    FindLabels();
    FindFrames();
    return std::move(found_);
  }

 private:
  void FindRoles() {
    static const WordList& kRoles = ListOf("role");
    const std::string_view part = text_.substr(0, span_.to);
    for (WordHit hit = kRoles.First(part, span_.from); hit && found_.size() < kOrgansMax;
         hit = kRoles.First(part, hit.to)) {
      const std::string_view role = hit.word->tag.substr(0, hit.word->tag.find(' '));
      const bool strong = hit.word->tag.find("strong") != std::string_view::npos;
      const size_t clause = ClauseStart(hit.from);
      if (AboutSomethingElse(clause, hit.from)) continue;
      if (role == "partner") {
        Partners(clause, hit.from);
        continue;
      }
      ReadBack(role, strong, clause, hit);
    }
  }

  // The organ that ends where the cue begins: 由X主管, X指导下, X承建运营.
  void ReadBack(std::string_view role, bool strong, size_t clause, const WordHit& cue) {
    size_t to = cue.from;
    if (const Word* link = ListOf("organ_link").EndingAt(text_.substr(0, to), to))
      to -= link->text.size();
    const size_t from = OrganStart(clause, to);
    if (!IsOrgan(from, to)) return;
    const bool framed = Framed(from, cue);
    if (!strong && !framed) return;
    if (role == "operator" && !strong && !EndsClause(cue.to)) return;
    Add(role, from, to);
  }

  // Behind 由, 在, 经, 受 …; or right behind a part that such a word opened.
  bool Framed(size_t from, const WordHit& cue) const {
    static const WordList& kOpen = ListOf("organ_open");
    const std::string_view front = text_.substr(span_.from, from - span_.from);
    if (kOpen.EndingAt(front, front.size()) != nullptr) return true;
    if (!front.ends_with(kComma) && !front.ends_with(kPause) && !front.ends_with(","))
      return NamedBehind(cue.to);
    return front.find("由") != std::string_view::npos || front.find("主管") != std::string_view::npos;
  }

  // 湖南省委宣传部主管的湖南国际传播中心
  bool NamedBehind(size_t at) const {
    if (text_.substr(at).starts_with("的")) at += 3;
    return std::any_of(names_.begin(), names_.end(), [&](const Span& n) { return n.from == at; });
  }

  bool EndsClause(size_t at) const {
    if (at >= span_.to) return true;
    const std::string_view rest = text_.substr(at, span_.to - at);
    for (const std::string_view mark : {"，", ",", "、", "的", "；", "和", "并", ")"})
      if (rest.starts_with(mark)) return true;
    return NamedBehind(at);
  }

  // 与X共建, 由X、Y共建, X联合Y共同打造, X和Y共建的…
  void Partners(size_t clause, size_t cue) {
    static const WordList& kBetween = ListOf("organ_stop");
    size_t to = cue;
    while (to > clause) {
      const std::string_view front = text_.substr(0, to);
      if (const Word* between = ListOf("partner_link").EndingAt(front, to)) {
        to -= between->text.size();
        continue;
      }
      const size_t from = OrganStart(clause, to);
      if (!IsOrgan(from, to) || found_.size() >= kOrgansMax) return;
      Add("partner", from, to);
      to = from;
      const Word* between = kBetween.EndingAt(text_.substr(0, to), to);
      if (between == nullptr || between->text == "由" || between->text == "中心") return;
      to -= between->text.size();
    }
  }

  // 主管单位：靖安县委宣传部
  void FindLabels() {
    static const WordList& kLabels = ListOf("label");
    const std::string_view part = text_.substr(0, span_.to);
    for (WordHit hit = kLabels.First(part, span_.from); hit && found_.size() < kOrgansMax;
         hit = kLabels.First(part, hit.to)) {
      size_t from = hit.to;
      for (const std::string_view mark : {":", "：", "为", "是", " "})
        if (part.substr(from).starts_with(mark)) from += mark.size();
      if (from == hit.to) continue;
      const size_t to = OrganEnd(from);
      if (IsOrgan(from, to)) Add(hit.word->tag, from, to);
    }
  }

  // 以X为主体, 依托X组建
  void FindFrames() {
    const std::string_view part = text_.substr(span_.from, span_.to - span_.from);
    for (const Word& frame : ListOf("frame").words()) {
      const size_t open = part.find(frame.text);
      if (open == std::string_view::npos || found_.size() >= kOrgansMax) continue;
      const size_t space = frame.tag.find(' ');
      const size_t from = span_.from + open + frame.text.size();
      const size_t close = text_.substr(0, span_.to).find(frame.tag.substr(space + 1), from);
      if (close == std::string_view::npos || close - from > kOrganBytesMax) continue;
      if (AboutSomethingElse(ClauseStart(from), from) || !IsOrgan(from, close)) continue;
      Add(frame.tag.substr(0, space), from, close);
    }
  }

  size_t ClauseStart(size_t at) const {
    const std::string_view front = text_.substr(span_.from, at - span_.from);
    size_t start = 0;
    if (const size_t wide = front.rfind(kComma); wide != std::string_view::npos) start = wide + 3;
    if (const size_t narrow = front.rfind(','); narrow != std::string_view::npos)
      start = std::max(start, narrow + 1);
    return span_.from + start;
  }

  bool AboutSomethingElse(size_t from, size_t to) const {
    return ListOf("organ_not").In(text_.substr(from, to - from));
  }

  size_t OrganStart(size_t clause, size_t to) const {
    static const WordList& kStops = ListOf("organ_stop");
    static const WordList& kProtect = ListOf("organ_protect");
    size_t least = std::max(clause, to > kOrganBytesMax ? to - kOrganBytesMax : 0);
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
      const bool in_organ = stop != nullptr && at > 0 && stop->text == "中心" &&
                            ListOf("organ").EndingAt(part, at + 6) != nullptr &&
                            ListOf("organ").EndingAt(part, at + 6)->text.size() > 6;
      if (stop != nullptr && !in_place && !in_organ) {
        at += stop->text.size();
        start = at;
        continue;
      }
      at = NextAt(part, at);
    }
    return least + start;
  }

  size_t OrganEnd(size_t from) const {
    const size_t most = std::min(span_.to, from + kOrganBytesMax);
    size_t at = from;
    while (at < most) {
      const std::string_view rest = text_.substr(at, most - at);
      if (rest.starts_with(kComma) || rest.starts_with(kPause) || rest[0] == ',' || rest[0] == ' ')
        break;
      at = NextAt(text_, at);
    }
    return at;
  }

  bool IsOrgan(size_t from, size_t to) const {
    if (from >= to || to - from < 6 || to - from > kOrganBytesMax) return false;
    const std::string_view organ = text_.substr(from, to - from);
    for (const std::string_view mark : {kComma, kPause, ","sv, " "sv})
      if (organ.find(mark) != std::string_view::npos) return false;
    return ListOf("organ").EndingAt(organ, organ.size()) != nullptr &&
           !ListOf("organ_generic").Has(organ);
  }

  void Add(std::string_view role, size_t from, size_t to) {
    const bool known = std::any_of(found_.begin(), found_.end(), [&](const OrganFound& o) {
      return o.role == role && o.from == from;
    });
    if (known) return;
    found_.push_back({role, CompleteOrgan(text_.substr(from, to - from), place_), from, to});
  }

  const std::string_view text_;
  const Span span_;
  const std::vector<Span>& names_;
  const Region* const place_;
  std::vector<OrganFound> found_;
};

}  // namespace

std::vector<OrganFound> FindOrgans(const PageText& page, Span sentence,
                                   const std::vector<Span>& names, const Region* place) {
  return SentenceOrgans(page, sentence, names, place).Find();
}

std::string CompleteOrgan(std::string_view organ, const Region* place) {
  for (const std::string_view deictic : {"我", "该", "本", "当地"})
    if (organ.starts_with(deictic)) organ.remove_prefix(deictic.size());
  if (place == nullptr) return std::string(organ);
  for (const std::string_view kind : kKinds) {
    if (!organ.starts_with(kind)) continue;
    // 区域, 市场 and the like are words of their own.
    static const WordList& kTails = ListOf("organ_tail");
    if (kTails.At(organ, kind.size()) == nullptr) break;
    for (const Region* r = place; r != nullptr; r = Parent(*r))
      if (r->name_zh.ends_with(kind))
        return std::string(r->name_zh) + std::string(organ.substr(kind.size()));
    break;
  }
  if (organ == "融媒体中心" || organ == "党委宣传部" || organ == "宣传部" || organ == "融媒中心")
    return std::string(place->name_zh) + std::string(organ);
  return std::string(organ);
}

}  // namespace signboard::extract
