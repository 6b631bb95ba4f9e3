#include "crawler/extract/fields.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "crawler/extract/claims.h"
#include "crawler/extract/fold.h"
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
  FieldFiller(const PageView& view, const Group& group, const std::vector<ContextPart>& context,
              Finding* finding)
      : view_(view), page_(view.page), group_(group), context_(context), finding_(*finding) {}

  void Run() {
    finding_.place = group_.place;
    finding_.unit_type = group_.unit;
    FillNames();
    for (const ContextPart& part : context_) {
      if (IsByline(part.span)) continue;
      const std::vector<Span> names = NamesIn(part);
      FillOrdinal(part, names);
      if (part.span.from < page_.title_end()) continue;
      FillOrgans(part.span, names, IsSpoken(part, names));
      FillMedia(part.span);
      FillClaims(part.span);
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
    return std::any_of(context_.begin(), context_.end(), [&](const ContextPart& part) {
      return part.sentence == en.sentence;
    });
  }

  bool IsByline(Span span) const {
    return IsBylineAt(page_.text().substr(0, span.to), span.from);
  }

  std::string_view TextOf(Span span) const {
    return page_.text().substr(span.from, span.to - span.from);
  }

  std::vector<Span> NamesIn(const ContextPart& part) const {
    std::vector<Span> spans;
    for (const Name& name : view_.names)
      if (name.sentence == part.sentence && name.from >= part.span.from &&
          name.from < part.span.to)
        spans.push_back({name.from, name.to});
    return spans;
  }

  // By name, or as 中心 by itself (据介绍，中心由…; 该中心在…); or the sentence before spoke of it, and
  // this one has no subject of its own: …揭牌。坚持区委宣传部领导、….
  bool IsSpoken(const ContextPart& part, const std::vector<Span>& names) {
    static const WordList& kPhrases = ListOf("centre_itself");
    static const WordList& kOthers = ListOf("organ_not");
    const std::string_view text = TextOf(part.span);
    const bool spoken = !names.empty() || kPhrases.In(text) || ListOf("plural_pronoun").In(text) ||
                        FindBareCentre(text, 0) != std::string_view::npos;
    const bool goes_on = spoken_before_ == part.sentence && !kOthers.In(text);
    if (spoken) spoken_before_ = part.sentence + 1;
    return spoken || goes_on;
  }

  void FillOrgans(Span span, const std::vector<Span>& names, bool spoken) {
    std::vector<OrganFound> organs = FindOrgans(page_, span, names, group_.region, spoken);
    if (IsEnglish()) {
      std::vector<OrganFound> more = FindOrgansEn(page_, span);
      std::move(more.begin(), more.end(), std::back_inserter(organs));
    }
    for (OrganFound& organ : organs) {
      // 市委直属, 由市委宣传部领导: the department, where both are told.
      const bool wide = organ.name.ends_with("委") || organ.name.ends_with("政府");
      if (organ.role == "lead" && wide) {
        if (approved_.to == 0) approved_ = std::move(organ);
      } else if (organ.role == "lead") {
        Set("lead_organ", std::move(organ), &finding_.lead_organ);
      } else if (organ.role == "guiding") {
        if (organ.name != FoldText(finding_.centre_name_zh))
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

  void FillClaims(Span span) {
    const size_t at = span.from;
    if (IsOfBefore(TextOf(span))) return;
    for (ClaimFound& found : FindClaims(TextOf(span))) {
      const bool known = std::any_of(
          finding_.claims.begin(), finding_.claims.end(),
          [&](const Claim& c) { return c.metric == found.claim.metric; });
      if (known || finding_.claims.size() >= kListMax) continue;
      found.claim.raw = page_.MakeQuote("", at + found.from, at + found.to).text;
      finding_.claims.push_back(std::move(found.claim));
      Add("claim", at + found.from, at + found.to);
    }
  }

  void FillOrdinal(const ContextPart& part, const std::vector<Span>& names) {
    if (finding_.ordinal) return;
    const size_t at = part.span.from;
    size_t name_at = std::string::npos;
    for (const size_t i : group_.names) {
      const Name& name = view_.names[i];
      const bool here = std::any_of(names.begin(), names.end(),
                                    [&](Span span) { return span.from == name.from; });
      if (here) name_at = name.from - at;
    }
    // "… has set up an international communication center, the first in …"
    if (name_at == std::string::npos && !names.empty() && IsEnglish()) name_at = names[0].from - at;
    auto found = FindOrdinal(TextOf(part.span), name_at, group_.region, view_.input.place_code);
    if (!found || at + found->to > part.span.to) return;
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
  const std::vector<ContextPart>& context_;
  Finding& finding_;
  OrganFound approved_;
  size_t spoken_before_ = std::string::npos;  // The sentence behind one that spoke of the centre.
};

}  // namespace

void FillFields(const PageView& view, const Group& group, const std::vector<ContextPart>& context,
                Finding* finding) {
  FieldFiller(view, group, context, finding).Run();
}

}  // namespace signboard::extract
