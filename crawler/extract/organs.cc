#include "crawler/extract/organs.h"

#include <algorithm>
#include <optional>

#include "crawler/extract/organ_cues.h"
#include "crawler/extract/organ_span.h"
#include "crawler/extract/rules.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr std::string_view kPause = "、";
constexpr size_t kFrameBytesMax = 150;
constexpr size_t kBareBytesMax = 18;       // Words that may open a clause before its organ.
constexpr size_t kBareFrontBytesMax = 48;  // 运营方有两家：图文稿件归…
constexpr size_t kCuesMax = 64;            // In one sentence; those looked at.
constexpr size_t kDoneBytesMin = 3;       // Of a word for what an organ does that no list has.
constexpr size_t kDoneBytesMax = 18;
constexpr size_t kAnaphorBytesMax = 600;   // 该部: how far back its name may stand.

// Admin words that begin an organ's name without its place: 县委, 市融媒体中心, 区人民政府.
constexpr std::string_view kKinds[] = {"自治区", "自治州", "自治县", "省", "市", "县",
                                       "区",     "州",     "旗",     "盟"};

class SentenceOrgans {
 public:
  SentenceOrgans(const PageText& page, Span span, const std::vector<Span>& names,
                 const Region* place, bool spoken)
      : text_(page.text()), part_(text_.substr(0, span.to)), span_(span), names_(names),
        place_(place), spoken_(spoken), spans_(part_, names) {}

  std::vector<OrganFound> Find() {
    // Most sentences name no organ.
    static const WordList& kOrgans = ListOf("organ");
    const std::string_view own = part_.substr(span_.from);
    if (names_.empty() && !kOrgans.In(own) && base::Find(own, "该部") == own.npos) return {};
    FindBehind();
    FindFront();
    FindFrames();
    FindGiven();
    return std::move(found_);
  }

 private:
  bool MayLookOn() { return found_.size() < kOrgansMax && ++cues_ <= kCuesMax; }

  // 由X主管, X指导下, X承建运营: the organ ends where the cue begins.
  void FindBehind() {
    for (const OrganCue& cue : FindOrganCues(part_, span_.from)) {
      if (!MayLookOn()) return;
      size_t to = cue.from;
      while (const Word* link = ListOf("organ_link").EndingAt(part_.substr(0, to), to)) {
        if (to - span_.from < link->text.size()) break;
        to -= link->text.size();
      }
      if (cue.role == "partner") {
        if (!HasOtherObject(cue.to)) Partners(to, cue.to);
      } else {
        Behind(cue.role, cue.strong, to, cue.to);
      }
    }
  }

  // 发起成立高校联盟: the cue has an object of its own, and it is not the centre.
  bool HasOtherObject(size_t cue_to) const {
    std::string_view clause = part_.substr(cue_to);
    clause = clause.substr(0, clause.find_first_of(",;"));
    return ListOf("organ_not").In(clause) && !NamedBehind(cue_to);
  }

  void Behind(std::string_view role, bool strong, size_t to, size_t cue_to) {
    if (Anaphor(role, to)) return;
    // 接受西部国际传播中心业务指导: a centre may guide another.
    const bool wide = role == "guiding" && strong;
    std::vector<Span> chain = spans_.ChainEndingAt(span_.from, to, wide);
    // 歙县融媒体中心与安徽日报海外传播中心共同运营
    if (chain.empty()) chain = spans_.ChainEndingAt(span_.from, to, true);
    if (chain.empty() || (!wide && IsName(chain.front()))) return;
    const Span first = chain.front();
    const bool named_behind = NamedBehind(cue_to);
    if (IsOfSomethingElse(first.from) && !named_behind) return;
    const bool framed = Framed(first.from) || named_behind;
    if (!strong && !framed) return;
    // 在市新闻传媒中心成立: where, not by whom.
    if (role == "kind" && !named_behind && StandsInPlace(first.from)) return;
    if (!spoken_ && !IsBare(first.from)) return;
    const bool of_it = named_behind || !HasOtherSubject(first.from);
    if ((role == "lead" || role == "guiding") && !of_it) return;
    if (role == "host" && !SubjectIsCentre(first.from) && !named_behind) return;
    if (!strong && !EndsClause(cue_to)) return;
    Add(RoleOf(role, first), first);
  }

  // 重大选题由市委外宣办统筹: what stands before 由 in the clause is no centre.
  bool HasOtherSubject(size_t from) const {
    static const WordList& kTopics = ListOf("organ_topic");
    const std::string_view front = part_.substr(span_.from, from - span_.from);
    if (!front.ends_with("由")) return false;
    const std::string_view before = front.substr(0, front.size() - std::string_view("由").size());
    const std::string_view topic = LastClause(before);
    return kTopics.EndingAt(topic, topic.size()) != nullptr;
  }

  // 主办, 牵头, 设立: of a party organ it leads, of a medium it runs.
  std::string_view RoleOf(std::string_view role, Span organ) const {
    if (role != "kind" && role != "host") return role;
    // 市委宣传部主管、市融媒体中心主办
    const OrganKind kind = KindOf(text_.substr(organ.from, organ.to - organ.from));
    if (kind == OrganKind::kMedium) return "operator";
    if (kind == OrganKind::kParty) return "lead";
    // 日常运营由某某公司负责
    const std::string_view front = part_.substr(span_.from, organ.from - span_.from);
    return SpeaksOfRunning(LastClause(front)) ? "operator" : "";
  }

  bool StandsInPlace(size_t from) const {
    const std::string_view front = part_.substr(0, from);
    return front.ends_with("在") || front.ends_with("于");
  }

  // Behind 由, 在, 经, 受 …; or in a row of organs that such a word opened; or first in the clause.
  bool Framed(size_t from) const {
    static const WordList& kOpen = ListOf("organ_open");
    const std::string_view front = part_.substr(span_.from, from - span_.from);
    if (front.empty() || kOpen.EndingAt(front, front.size()) != nullptr) return true;
    // A table's row: …启用 县融媒体中心运营.
    if (spoken_ && front.ends_with(" ") && SubjectIsCentre(from)) return true;
    if (!front.ends_with(kPause) && !front.ends_with(",") && !front.ends_with(";")) return false;
    return front.find("由") != std::string_view::npos || !found_.empty() ||
           (spoken_ && SubjectIsCentre(from));
  }

  // Nothing but other organs' clauses stands before it in its sentence.
  bool IsBare(size_t from, size_t bytes_max = kBareBytesMax) const {
    size_t begin = span_.from;
    if (!found_.empty()) begin = std::max(begin, std::min(from, found_.back().to + kBareBytesMax));
    return from - begin <= bytes_max;
  }

  bool IsName(Span span) const {
    return std::any_of(names_.begin(), names_.end(),
                       [&](const Span& n) { return n.from == span.from; });
  }

  // 湖南省委宣传部主管的湖南国际传播中心
  bool NamedBehind(size_t at) const {
    if (text_.substr(at).starts_with("的")) at += 3;
    if (text_.substr(at).starts_with("“")) at += 3;
    return std::any_of(names_.begin(), names_.end(), [&](const Span& n) { return n.from == at; });
  }

  bool EndsClause(size_t at) const {
    if (at >= span_.to || text_[at] == ',' || text_[at] == ' ') return true;
    static const WordList& kEnds = ListOf("role_end");
    return kEnds.At(part_, at) != nullptr || NamedBehind(at);
  }

  // Where the centre was spoken of last before `at`; nothing: not in this sentence.
  std::optional<size_t> LastCentre(size_t at) const {
    static const WordList& kItself = ListOf("centre_itself");
    std::optional<size_t> last;
    for (const Span& name : names_)
      if (name.from < at) last = name.from;
    const std::string_view front = part_.substr(0, at);
    for (WordHit hit = kItself.First(front, span_.from); hit; hit = kItself.First(front, hit.to))
      if (!last || hit.from > *last) last = hit.from;
    for (size_t bare = FindBareCentre(front, span_.from); bare != std::string_view::npos;
         bare = FindBareCentre(front, bare + 1))
      if (!last || bare > *last) last = bare;
    return last;
  }
  bool SubjectIsCentre(size_t at) const { return LastCentre(at).has_value(); }

  // 活动由…, 基地由…: what was spoken of last before the organ is not the centre.
  bool IsOfSomethingElse(size_t at) const {
    static const WordList& kOthers = ListOf("organ_not");
    const std::string_view front = part_.substr(0, at);
    std::optional<size_t> other;
    for (WordHit hit = kOthers.First(front, span_.from); hit; hit = kOthers.First(front, hit.to)) {
      // 活动部 is a part of the centre.
      static const WordList& kParts = ListOf("organ_part");
      if (kParts.At(front, hit.to) == nullptr) other = hit.from;
    }
    if (!other) return false;
    const auto centre = LastCentre(at);
    return !centre || *centre < *other;
  }

  // 据某某县委宣传部介绍，中心由该部牵头
  bool Anaphor(std::string_view role, size_t to) {
    if (!part_.substr(0, to).ends_with("该部")) return false;
    const size_t floor = to > kAnaphorBytesMax ? to - kAnaphorBytesMax : 0;
    constexpr std::string_view kDepartment = "宣传部";
    const size_t at = part_.substr(floor, to - floor).rfind(kDepartment);
    if (at == std::string_view::npos) return true;
    const Span organ = spans_.EndingAt(floor, floor + at + kDepartment.size());
    if (organ.to > 0) Add(role == "kind" ? "lead" : role, organ);
    return true;
  }

  // 与X共建, 由X、Y共同发起, X联合Y打造, X和Y共建的…
  void Partners(size_t to, size_t cue) {
    const std::vector<Span> chain = spans_.ChainEndingAt(span_.from, to, true);
    if (chain.empty() || (IsOfSomethingElse(chain.front().from) && !NamedBehind(cue))) return;
    if (!spoken_ && !IsBare(chain.front().from)) return;
    // 由县委宣传部发起: nobody else is told of.
    const bool alone = chain.size() == 1 && part_.substr(0, chain[0].from).ends_with("由") &&
                       part_.substr(0, cue).ends_with("发起") && chain[0].to + 6 >= cue;
    if (alone) return Add("lead", chain[0]);
    for (const Span& organ : chain) {
      // 靖安国际传播中心与X共建: it is no partner of itself.
      const bool is_own = std::any_of(names_.begin(), names_.end(), [&](const Span& n) {
        return n.from == organ.from;
      });
      if (!is_own || !IsSubject(organ)) Add("partner", organ);
    }
  }

  // Not behind 由, 与, 和: the sentence is about it.
  bool IsSubject(Span name) const {
    static const WordList& kJoins = ListOf("organ_join");
    const std::string_view front = part_.substr(0, name.from);
    return !front.ends_with("由") && kJoins.EndingAt(front, front.size()) == nullptr;
  }

  // 主管单位：靖安县委宣传部, 牵头的是…, 运营落在…, 挂靠…: the organ begins where the cue ends.
  void FindFront() {
    static const WordList& kFronts = ListOf("front");
    static const WordList& kLinks = ListOf("front_link");
    for (WordHit hit = kFronts.First(part_, span_.from); hit && MayLookOn();
         hit = kFronts.First(part_, hit.to)) {
      size_t from = hit.to;
      while (const Word* link = kLinks.At(part_, from)) from += link->text.size();
      const std::string_view tag = hit.word->tag;
      const bool label = tag.find("label") != std::string_view::npos;
      const bool heard = spoken_ || IsBare(hit.from, kBareFrontBytesMax);
      if (!heard || (!label && IsOfSomethingElse(hit.from))) continue;
      const Span organ = spans_.BeginningAt(from, span_.to);
      if (organ.to == 0 || (label && from == hit.to)) continue;
      const std::string_view role = tag.substr(0, tag.find(' '));
      const bool media = tag.find("medium") != std::string_view::npos;
      if (media && KindOf(text_.substr(organ.from, organ.to - organ.from)) != OrganKind::kMedium)
        continue;
      Add(RoleOf(role, organ), organ);
    }
  }

  // 日常运营交给X, 运维落在X; 中心日常由X操持: whatever they do there, to whom the work goes.
  void FindGiven() {
    static const WordList& kGive = ListOf("give");
    for (WordHit hit = kGive.First(part_, span_.from); hit && MayLookOn();
         hit = kGive.First(part_, hit.to)) {
      const std::string_view clause =
          LastClause(part_.substr(span_.from, hit.from - span_.from));
      const bool running = SpeaksOfRunning(clause);
      const bool by = hit.word->text == "由";
      if (!(running && (spoken_ || !by)) && !(by && EndsInCentre(clause))) continue;
      if (IsOfSomethingElse(hit.from)) continue;
      const Span organ = spans_.BeginningAt(hit.to, span_.to);
      if (organ.to == 0) continue;
      const std::string_view name = text_.substr(organ.from, organ.to - organ.from);
      if (by && !EndsShortly(organ.to)) continue;
      if (KindOf(name) == OrganKind::kParty && !running) continue;
      Add("operator", organ);
    }
  }

  // 中心由…, 它由…, 中心日常由…
  static bool EndsInCentre(std::string_view clause) {
    static const WordList& kSubjects = ListOf("organ_subject");
    return kSubjects.EndingAt(clause, clause.size()) != nullptr;
  }

  // Behind 由X a short word, and nothing that makes it another's: 由X操持.
  bool EndsShortly(size_t at) const {
    static const WordList& kHosts = ListOf("host");
    size_t end = part_.find_first_of(",; ", at);
    end = std::min(end, span_.to);
    const std::string_view rest = part_.substr(at, end - at);
    static const WordList& kRoles = ListOf("role");
    return rest.size() >= kDoneBytesMin && rest.size() <= kDoneBytesMax && !kHosts.In(rest) &&
           !kRoles.In(rest) && rest.find("的") == std::string_view::npos;
  }

  // 以X为主体, 依托X组建
  void FindFrames() {
    static const WordList& kFrames = ListOf("frame");
    const std::string_view own = part_.substr(span_.from);
    if (!kFrames.In(own)) return;
    for (const Word& frame : kFrames.words()) {
      const size_t space = frame.tag.find(' ');
      const std::string_view close_word = frame.tag.substr(space + 1);
      if (base::Find(own, close_word) == own.npos) continue;
      for (size_t open = part_.find(frame.text, span_.from);
           open != std::string_view::npos && MayLookOn();
           open = part_.find(frame.text, open + 1)) {
        const size_t from = open + frame.text.size();
        const size_t close = part_.substr(0, std::min(part_.size(), from + kFrameBytesMax))
                                 .find(close_word, from);
        if (close == std::string_view::npos || IsOfSomethingElse(open)) continue;
        const Span organ = spans_.BeginningAt(from, close);
        if (organ.to > 0) Add(RoleOf(frame.tag.substr(0, space), organ), organ);
      }
    }
  }

  void Add(std::string_view role, Span organ) {
    const bool known = std::any_of(found_.begin(), found_.end(), [&](const OrganFound& o) {
      return o.role == role && o.from == organ.from;
    });
    if (known || role.empty() || found_.size() >= kOrgansMax) return;
    found_.push_back({role, CompleteOrgan(text_.substr(organ.from, organ.to - organ.from), place_),
                      organ.from, organ.to});
  }

  const std::string_view text_;
  const std::string_view part_;  // Up to the end of the sentence.
  const Span span_;
  const std::vector<Span>& names_;
  const Region* const place_;
  const bool spoken_;
  const OrganSpans spans_;
  std::vector<OrganFound> found_;
  size_t cues_ = 0;
};

}  // namespace

std::vector<OrganFound> FindOrgans(const PageText& page, Span sentence,
                                   const std::vector<Span>& names, const Region* place,
                                   bool spoken) {
  return SentenceOrgans(page, sentence, names, place, spoken).Find();
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
