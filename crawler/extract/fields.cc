#include "crawler/extract/fields.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "crawler/extract/claims.h"
#include "crawler/extract/media.h"
#include "crawler/extract/ordinal.h"
#include "crawler/extract/organ_span.h"
#include "crawler/extract/organs.h"
#include "crawler/extract/rules.h"

namespace signboard::extract {
namespace {

constexpr size_t kEnglishNameBytes = 36;  // Between 英文 and the name.

class FieldFiller {
 public:
  FieldFiller(const PageView& view, const Group& group, const std::vector<size_t>& context,
              Finding* finding)
      : view_(view), page_(view.page), group_(group), context_(context), finding_(*finding) {}

  void Run() {
    finding_.place = group_.place;
    finding_.unit_type = group_.unit;
    FillNames();
    for (const size_t i : context_) {
      const Span span = page_.sentences()[i];
      if (IsByline(span)) continue;
      FillOrdinal(i);
      if (span.from < page_.title_end()) continue;
      const std::vector<Span> names = NamesIn(i);
      const bool spoken = !names.empty() || SpeaksOfCentre(i);
      FillOrgans(span, names, spoken);
      FillMedia(span);
      FillClaims(i);
    }
    if (approved_.to > 0) Set("lead_organ", std::move(approved_), &finding_.lead_organ);
  }

 private:
  // The name as it is said of the founding, whole rather than torn.
  void FillNames() {
    const Name* best = nullptr;
    const auto better = [&](const Name& name) {
      if (name.english) return false;
      if (best == nullptr || best->torn != name.torn) return best == nullptr || best->torn;
      // The head in full before 国传中心.
      const bool is_short = best->written.find("国传") != std::string::npos ||
                            best->written.find("國傳") != std::string::npos;
      if (is_short && !name.torn && name.written.find("播中心") != std::string::npos) return true;
      // 北海海丝国际传播中心 rather than 海丝国际传播中心.
      return !name.torn && name.prefix.size() > best->prefix.size() &&
             name.prefix.ends_with(best->prefix);
    };
    for (const Dated& d : group_.statements) {
      const Name& name = view_.names[d.said.name];
      if (!name.generic && better(name)) best = &name;
    }
    for (const size_t i : group_.names)
      if (better(view_.names[i])) best = &view_.names[i];
    if (best != nullptr) {
      finding_.centre_name_zh = best->written;
      Add("centre", best->from, best->to);
      if (!finding_.place.code.empty() && !best->torn && !best->prefix.empty())
        Add("place", best->from, std::min(best->to, best->from + best->prefix.size()));
    }
    for (const Name& name : view_.names) {
      const bool own = std::any_of(group_.names.begin(), group_.names.end(), [&](size_t i) {
        return &view_.names[i] == &name;
      });
      if (!name.english || name.generic ||
          (!own && !RightBehind(best, name) && !CalledInEnglish(best, name)))
        continue;
      if (name.torn) {
        if (best == nullptr && !finding_.place.code.empty()) Add("place", name.from, name.to);
        continue;
      }
      finding_.centre_name_en = name.written;
      Add("centre_en", name.from, name.to);
      if (best == nullptr && !finding_.place.code.empty()) Add("place", name.from, name.to);
      return;
    }
  }

  // 靖安国际传播中心(Jing'an International Communication Center)
  static bool RightBehind(const Name* zh, const Name& en) {
    return zh != nullptr && en.from >= zh->to && en.from - zh->to <= 6;
  }

  // 英文名称为Jiangmen Global Communication Center: of the centre named last.
  bool CalledInEnglish(const Name* zh, const Name& en) const {
    if (zh == nullptr) return false;
    const size_t from = page_.sentences()[en.sentence].from;
    const size_t near = std::max(from, en.from - std::min(en.from, kEnglishNameBytes));
    if (page_.text().substr(near, en.from - near).find("英文") == std::string_view::npos)
      return false;
    return std::find(context_.begin(), context_.end(), en.sentence) != context_.end();
  }

  bool IsByline(Span span) const {
    return IsBylineAt(page_.text().substr(0, span.to), span.from);
  }

  std::vector<Span> NamesIn(size_t sentence) const {
    std::vector<Span> spans;
    for (const Name& name : view_.names)
      if (name.sentence == sentence) spans.push_back({name.from, name.to});
    return spans;
  }

  // 中心 by itself: 据介绍，中心由…; 该中心在….
  bool SpeaksOfCentre(size_t sentence) const {
    static const WordList& kPhrases = ListOf("centre_itself");
    const std::string_view text = page_.Sentence(sentence);
    return kPhrases.In(text) || FindBareCentre(text, 0) != std::string_view::npos;
  }

  void FillOrgans(Span span, const std::vector<Span>& names, bool spoken) {
    std::vector<OrganFound> organs = FindOrgans(page_, span, names, group_.region, spoken);
    if (IsEnglish()) {
      std::vector<OrganFound> more = FindOrgansEn(page_, span);
      std::move(more.begin(), more.end(), std::back_inserter(organs));
    }
    for (OrganFound& organ : organs) {
      if (organ.role == "lead") {
        Set("lead_organ", std::move(organ), &finding_.lead_organ);
      } else if (organ.role == "guiding") {
        Set("guiding_organ", std::move(organ), &finding_.guiding_organ);
      } else if (organ.role == "operator") {
        Set("operator", std::move(organ), &finding_.operator_organ);
      } else if (organ.role == "approved") {
        if (approved_.to == 0) approved_ = std::move(organ);
      } else if (AddTo(&finding_.partners, organ.name)) {
        Add("partner", organ.from, organ.to);
      }
    }
  }

  // The centre is named in English only.
  bool IsEnglish() const {
    return std::all_of(group_.names.begin(), group_.names.end(),
                       [&](size_t i) { return view_.names[i].english; });
  }

  void Set(std::string_view field, OrganFound organ, std::string* value) {
    if (!value->empty()) return;
    *value = std::move(organ.name);
    Add(field, organ.from, organ.to);
  }

  void FillMedia(Span span) {
    for (const MediumFound& platform : FindPlatforms(page_, span))
      if (AddTo(&finding_.platforms, platform.name)) Add("platform", platform.from, platform.to);
    std::vector<MediumFound> accounts = FindAccounts(page_, span);
    if (IsEnglish())
      for (MediumFound& account : FindAccountsEn(page_, span))
        if (!IsPlatformName(account.name)) accounts.push_back(std::move(account));
    for (const MediumFound& account : accounts)
      if (AddTo(&finding_.accounts, account.name)) Add("account", account.from, account.to);
  }

  void FillClaims(size_t sentence) {
    const size_t at = page_.sentences()[sentence].from;
    if (IsOfBefore(page_.Sentence(sentence))) return;
    for (ClaimFound& found : FindClaims(page_.Sentence(sentence))) {
      const bool known = std::any_of(
          finding_.claims.begin(), finding_.claims.end(),
          [&](const Claim& c) { return c.metric == found.claim.metric; });
      if (known || finding_.claims.size() >= kListMax) continue;
      found.claim.raw = page_.MakeQuote("", at + found.from, at + found.to).text;
      finding_.claims.push_back(std::move(found.claim));
      Add("claim", at + found.from, at + found.to);
    }
  }

  void FillOrdinal(size_t sentence) {
    if (finding_.ordinal) return;
    const size_t at = page_.sentences()[sentence].from;
    const size_t end = page_.sentences()[sentence].to;
    size_t name_at = std::string::npos;
    for (const size_t i : group_.names) {
      const Name& name = view_.names[i];
      if (name.sentence == sentence && name.from >= at) name_at = name.from - at;
    }
    auto found = FindOrdinal(page_.Sentence(sentence), name_at, group_.region,
                             view_.input.place_code);
    if (!found || at + found->to > end) return;
    found->ordinal.raw = page_.MakeQuote("", at + found->from, at + found->to).text;
    finding_.ordinal = std::move(found->ordinal);
    Add("ordinal", at + found->from, at + found->to);
  }

  static bool AddTo(std::vector<std::string>* list, const std::string& value) {
    if (list->size() >= kListMax || std::find(list->begin(), list->end(), value) != list->end())
      return false;
    list->push_back(value);
    return true;
  }

  void Add(std::string_view field, size_t from, size_t to) {
    finding_.quotes.push_back(page_.MakeQuote(field, from, to));
  }

  const PageView& view_;
  const PageText& page_;
  const Group& group_;
  const std::vector<size_t>& context_;
  Finding& finding_;
  OrganFound approved_;
};

}  // namespace

std::vector<size_t> ContextSentences(const PageView& view, const std::vector<Group>& groups,
                                     const Group& group) {
  // Which group a sentence names: its own wins over others.
  std::vector<const Group*> named(view.page.sentences().size(), nullptr);
  for (const Group& other : groups)
    for (const size_t i : other.names)
      if (&other == &group || named[view.names[i].sentence] == nullptr)
        named[view.names[i].sentence] = &other;
  // 三家中心均由…: of each of them.
  static const WordList& kEach = ListOf("plural_pronoun");
  std::vector<size_t> context;
  const Group* owner = groups.size() == 1 ? &group : nullptr;
  for (size_t i = 0; i < named.size() && context.size() < kContextSentencesMax; ++i) {
    if (named[i] != nullptr) owner = named[i];
    if (owner == &group || kEach.In(view.page.Sentence(i))) context.push_back(i);
  }
  return context;
}

void FillFields(const PageView& view, const Group& group, const std::vector<size_t>& context,
                Finding* finding) {
  FieldFiller(view, group, context, finding).Run();
}

}  // namespace signboard::extract
