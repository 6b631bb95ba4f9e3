#include "crawler/extract/groups.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <utility>

#include "crawler/extract/centre_key.h"
#include "crawler/extract/date_token.h"
#include "crawler/extract/dates.h"
#include "crawler/extract/implied.h"
#include "crawler/extract/place.h"
#include "crawler/extract/rules.h"
#include "proto/base/text.h"
#include "proto/base/url.h"

namespace signboard::extract {
namespace {

constexpr size_t kStampBytesMax = 600;
constexpr size_t kStampLineBytesMax = 150;
constexpr std::chrono::hours kChinaOffset{8};

constexpr std::string_view kUnitWords[] = {"分中心", "分支中心", "基地", "工作站", "联络站"};

// Whose 我县 the page speaks of: the seed's place, else the place of its source or site name.
const Region* SiteRegion(const PageView& view) {
  if (const Region* region = RegionOf(view.input.place_code)) return region;
  for (const std::string_view text : {std::string_view(view.source),
                                      std::string_view(view.site_name)}) {
    const std::vector<Mention> mentions = FindMentions(text);
    if (mentions.size() == 1 && mentions[0].regions.size() == 1) return mentions[0].regions[0];
  }
  return nullptr;
}

std::optional<UnixTime> DayOfUrl(const std::string& url) {
  const auto parsed = base::Url::Parse(url);
  return parsed.ok() ? TimeOfUrlPath(parsed->path()) : std::nullopt;
}

// A line of its own near the top: 2025-11-18 来源…, Published: November 18, 2025.
std::optional<UnixTime> StampInText(std::string_view lead) {
  lead = lead.substr(0, kStampBytesMax);
  for (const DateToken& token : FindDateTokens(lead)) {
    if (token.year == 0 || token.month == 0 || token.day == 0 || token.dateline) continue;
    const size_t begin = lead.rfind('\n', token.from);
    const size_t from = begin == std::string_view::npos ? 0 : begin + 1;
    const std::string_view line = lead.substr(from, lead.find('\n', from) - from);
    if (line.size() > kStampLineBytesMax || line.find("。") != std::string_view::npos) continue;
    const std::chrono::year_month_day day{
        std::chrono::year(token.year), std::chrono::month(static_cast<unsigned>(token.month)),
        std::chrono::day(static_cast<unsigned>(token.day))};
    if (!day.ok()) continue;
    return UnixTime(std::chrono::sys_days(day)) - kChinaOffset;
  }
  return std::nullopt;
}

// 11月6日讯 on a page whose address has 2025/11.
std::optional<UnixTime> DatelineOfUrlYear(std::string_view lead, std::string_view url) {
  for (const DateToken& token : FindDateTokens(lead.substr(0, kStampBytesMax))) {
    if (!token.dateline || token.year != 0 || token.month == 0 || token.day == 0) continue;
    const std::string month = (token.month < 10 ? "0" : "") + std::to_string(token.month);
    for (const std::string_view mark : {"/", "-", ""}) {
      const size_t at = url.find(std::string(mark) + month);
      if (at == std::string_view::npos || at < 4 || !url.substr(at - 4).starts_with("20")) continue;
      const int year = std::atoi(std::string(url.substr(at - 4, 4)).c_str());
      const std::chrono::year_month_day day{
          std::chrono::year(year), std::chrono::month(static_cast<unsigned>(token.month)),
          std::chrono::day(static_cast<unsigned>(token.day))};
      if (day.ok() && year >= 2018) return UnixTime(std::chrono::sys_days(day)) - kChinaOffset;
    }
  }
  return std::nullopt;
}

class GroupMaker {
 public:
  explicit GroupMaker(const PageView& view) : view_(view) {}

  std::vector<Group> Make(const std::vector<Statement>& statements) {
    for (size_t i = 0; i < view_.names.size(); ++i)
      if (!view_.names[i].generic) Gather(i);
    MergeAlike();
    // By name first: whom 中心 and 首个国际传播中心 mean depends on what was said.
    for (const bool nameless : {false, true}) {
      for (const Statement& said : statements) {
        if (view_.names[said.name].generic != nameless) continue;
        Group* group = GroupOf(said.name);
        if (group != nullptr && group->statements.size() < kGroupStatementsMax)
          group->statements.push_back({said, std::nullopt});
      }
    }
    for (const Statement& said : statements) SayOfEach(said);
    for (size_t i = 0; i < view_.names.size(); ++i) {
      if (!view_.names[i].pronoun || view_.names[i].prefix.empty()) continue;
      if (Group* group = GroupOf(i)) group->short_names.push_back(i);
    }
    SayImplied();
    std::erase_if(groups_, [](const Group& g) { return g.statements.empty(); });
    return std::move(groups_);
  }

 private:
  // One centre by two names: 北海海丝国际传播中心 and 海丝国际传播中心, 我县国际传播中心 and its full name.
  static bool IsAlike(const Group& a, const Group& b) {
    const std::string_view name_a = std::string_view(a.key).substr(a.key.find('|') + 1);
    const std::string_view name_b = std::string_view(b.key).substr(b.key.find('|') + 1);
    const bool of_theme = a.place.level == "other" || b.place.level == "other";
    const bool same_place = a.region == nullptr || b.region == nullptr || a.region == b.region ||
                            (of_theme && (IsWithin(*a.region, *b.region) ||
                                          IsWithin(*b.region, *a.region)));
    if (!same_place || a.unit != b.unit) return false;
    // 我市国际传播中心 and the one that the page names in full.
    if (IsOwn(a, b) || IsOwn(b, a)) return true;
    const auto is_part = [](std::string_view part, std::string_view whole) {
      return part.size() > std::string_view("国际传播中心").size() && whole.ends_with(part);
    };
    if (name_a == name_b)
      return !name_a.empty() && (a.region == b.region || a.place.level == "other" ||
                                 b.place.level == "other");
    return is_part(name_a, name_b) || is_part(name_b, name_a);
  }

  // `a`: the site's own, whose place nobody says; `b`: of a place of that kind.
  static bool IsOwn(const Group& a, const Group& b) {
    static const WordList& kDeictic = ListOf("deictic");
    return a.region == nullptr && b.region != nullptr && !a.prefix.empty() &&
           kDeictic.Has(a.prefix) && b.region->name_zh.ends_with(a.prefix);
  }

  void MergeAlike() {
    for (size_t i = 0; i < groups_.size(); ++i) {
      for (size_t k = groups_.size(); k-- > i + 1;) {
        if (!IsAlike(groups_[i], groups_[k])) continue;
        Group& kept = groups_[i];
        Group& gone = groups_[k];
        // The one with a place of its own says where, the first one's key stays.
        const bool more_said = kept.place.level == "other" && gone.place.level != "other";
        if (kept.region == nullptr || more_said) {
          kept.place = gone.place;
          kept.region = gone.region;
          kept.place_why = gone.place_why;
        }
        kept.names.insert(kept.names.end(), gone.names.begin(), gone.names.end());
        std::sort(kept.names.begin(), kept.names.end());
        groups_.erase(groups_.begin() + static_cast<ptrdiff_t>(k));
      }
    }
  }

  // 三市国际传播中心同日成立: said of those that the page goes on to speak of, if they are no more.
  void SayOfEach(const Statement& said) {
    const int most = view_.names[said.name].plural;
    if (most == 0 || groups_.size() < 2) return;
    std::vector<Group*> silent;
    int count = 0;
    for (Group& group : groups_) {
      if (!group.statements.empty()) {
        ++count;
      } else if (std::any_of(group.names.begin(), group.names.end(),
                             [&](size_t i) { return OpensSentence(view_.names[i]); })) {
        silent.push_back(&group);
      }
    }
    if (silent.empty() || count + static_cast<int>(silent.size()) > most) return;
    for (Group* group : silent) group->statements.push_back({said, std::nullopt});
  }

  // Centres of which no verb tells a founding.
  void SayImplied() {
    const auto any = [](const Group& group, auto fits) {
      return std::any_of(group.statements.begin(), group.statements.end(),
                         [&](const Dated& d) { return fits(d.said.sense); });
    };
    const auto is_new = [](Sense sense) {
      return sense == Sense::kFounded || sense == Sense::kRenamed;
    };
    const bool other = std::any_of(groups_.begin(), groups_.end(),
                                   [&](const Group& g) { return any(g, is_new); });
    for (Group& group : groups_) {
      const bool told =
          any(group, [&](Sense sense) { return is_new(sense) || sense == Sense::kPast; });
      if (told || IsParent(group)) continue;
      std::vector<size_t> mentions = group.names;
      if (groups_.size() == 1) {
        mentions.clear();
        for (size_t i = 0; i < view_.names.size(); ++i) mentions.push_back(i);
      }
      auto said = ImpliedFounding(view_.page, view_.names, mentions);
      if (!said) continue;
      if (other) said->implied |= Bit(Implied::kOther);
      for (const Dated& d : group.statements)
        said->implied |=
            Bit(d.said.sense == Sense::kPlanned ? Implied::kPlanned : Implied::kSigned);
      group.statements.push_back({std::move(*said), std::nullopt});
    }
  }

  // Has it a branch of which something is said, itself included? What is said is the branch's.
  bool IsParent(const Group& group) const {
    return std::any_of(groups_.begin(), groups_.end(), [&](const Group& other) {
      return other.unit == "branch" && !other.statements.empty() && other.prefix == group.prefix;
    });
  }

  // Alone in its sentence's beginning, and not as who does something there.
  bool OpensSentence(const Name& name) const {
    static const WordList& kAgents = ListOf("agent");
    const std::string_view text = view_.page.text();
    const bool opens = name.from == view_.page.sentences()[name.sentence].from ||
                       text[name.from - 1] == ',';
    return !name.english && opens &&
           kAgents.At(text, name.anchor_to) == nullptr;
  }

  void Gather(size_t i) {
    const Name& name = view_.names[i];
    const std::string spelling = (name.english ? "en " : "zh ") + name.prefix + " " + name.tail;
    auto known = places_.find(spelling);
    if (known == places_.end()) {
      if (places_.size() >= kPrefixesMax) return;
      known = places_.emplace(spelling, Resolve(name)).first;
    }
    const PlaceVerdict& verdict = known->second;
    const Place place = MakePlace(verdict);
    const std::string key = KeyOf(name, verdict, place);
    const auto found = std::find_if(groups_.begin(), groups_.end(),
                                    [&](const Group& g) { return g.key == key; });
    const bool is_new = found == groups_.end();
    Group& group = is_new ? groups_.emplace_back() : *found;
    if (is_new) {
      group.key = key;
      group.place = place;
      group.region = verdict.region;
      group.place_why = verdict.reason;
      group.unit = name.unit;
      group.prefix = name.prefix;
      group.weak = name.weak;
    }
    group.weak = group.weak && name.weak;
    group.is_private = group.is_private || name.is_private;
    group.names.push_back(i);
  }

  PlaceVerdict Resolve(const Name& name) const {
    PlaceContext context;
    context.sentence = view_.page.Sentence(name.sentence);
    context.title = view_.Title();
    context.text_head = view_.Lead();
    context.source = view_.source;
    context.site_name = view_.site_name;
    context.site_code = view_.input.place_code;
    context.before = Before(name);
    if (name.english && !FindMentions(name.prefix).empty())
      return ResolvePlace(name.prefix, context);
    if (name.english) return ResolvePlaceEn(name.prefix, context);
    std::string tail = name.tail;
    for (const std::string_view unit : kUnitWords)
      if (tail.ends_with(unit)) tail.resize(tail.size() - unit.size());
    if (!tail.empty() && !FindMentions(tail).empty()) return ResolvePlace(tail, context);
    return ResolvePlace(name.prefix, context);
  }

  // What stands before the name in its sentence, without a quotation mark that opens it.
  std::string_view Before(const Name& name) const {
    const size_t from = view_.page.sentences()[name.sentence].from;
    if (name.from <= from) return {};
    std::string_view before = view_.page.text().substr(from, name.from - from);
    for (const std::string_view mark : {"“", "「", "『", "的"})
      if (before.ends_with(mark)) before.remove_suffix(mark.size());
    return before;
  }

  static std::string KeyOf(const Name& name, const PlaceVerdict& verdict, const Place& place) {
    if (!name.english) return CentreKey(name.written, place);
    if (verdict.region != nullptr && !verdict.is_theme) return CentreKey("", place);
    return "|" + base::ToLowerAscii(name.prefix);
  }

  Group* GroupOf(size_t name) {
    for (Group& group : groups_)
      if (std::binary_search(group.names.begin(), group.names.end(), name)) return &group;
    if (!view_.names[name].generic) return nullptr;
    const bool pronoun = view_.names[name].pronoun;
    if (pronoun && !view_.names[name].prefix.empty()) return GroupIn(view_.names[name].prefix);
    if (groups_.size() == 1) return &groups_.front();
    return pronoun ? GroupBefore(name) : OnlyFounded();
  }

  // The one centre that was founded.
  Group* OnlyFounded() {
    Group* only = nullptr;
    for (Group& group : groups_) {
      const bool founded =
          std::any_of(group.statements.begin(), group.statements.end(), [this](const Dated& d) {
            return d.said.sense == Sense::kFounded && !view_.names[d.said.name].generic;
          });
      if (!founded) continue;
      if (only != nullptr) return nullptr;
      only = &group;
    }
    return only;
  }

  // The centre named last of which something was said; else the one named last.
  Group* GroupBefore(size_t name) {
    Group* last = nullptr;
    for (size_t i = name; i-- > 0;) {
      if (view_.names[i].generic) continue;
      Group* group = GroupOf(i);
      if (group != nullptr && !group->statements.empty()) return group;
      if (last == nullptr) last = group;
    }
    return last;
  }

  // 桓仁中心
  Group* GroupIn(std::string_view place) {
    const std::vector<const Region*> regions = RegionsNamed(place);
    for (Group& group : groups_)
      if (std::find(regions.begin(), regions.end(), group.region) != regions.end()) return &group;
    return nullptr;
  }

  const PageView& view_;
  std::map<std::string, PlaceVerdict> places_;
  std::vector<Group> groups_;
};

}  // namespace

PageView::PageView(const DetectorInput& in, std::string_view original, size_t title_bytes)
    : input(in), page(original, title_bytes), source(FoldText(in.source)),
      site_name(FoldText(in.site_name)), published(in.published) {
  if (!published && !in.url.empty()) published = DayOfUrl(in.url);
  if (!published) published = StampInText(Lead());
  if (!published) published = DatelineOfUrlYear(Lead(), in.url);
  site = SiteRegion(*this);
}

std::vector<Group> MakeGroups(const PageView& view, const std::vector<Statement>& statements) {
  return GroupMaker(view).Make(statements);
}

}  // namespace signboard::extract
