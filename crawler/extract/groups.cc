#include "crawler/extract/groups.h"

#include <algorithm>
#include <map>
#include <utility>

#include "crawler/extract/centre_key.h"
#include "crawler/extract/dates.h"
#include "crawler/extract/place.h"
#include "proto/base/text.h"
#include "proto/base/url.h"

namespace signboard::extract {
namespace {

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

class GroupMaker {
 public:
  explicit GroupMaker(const PageView& view) : view_(view) {}

  std::vector<Group> Make(const std::vector<Statement>& statements) {
    for (size_t i = 0; i < view_.names.size(); ++i)
      if (!view_.names[i].generic) Gather(i);
    for (const Statement& said : statements) {
      Group* group = GroupOf(said.name);
      if (group != nullptr && group->statements.size() < kGroupStatementsMax)
        group->statements.push_back({said, std::nullopt});
    }
    std::erase_if(groups_, [](const Group& g) { return g.statements.empty(); });
    return std::move(groups_);
  }

 private:
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
    if (name.english) return ResolvePlaceEn(name.prefix, context);
    std::string tail = name.tail;
    for (const std::string_view unit : kUnitWords)
      if (tail.ends_with(unit)) tail.resize(tail.size() - unit.size());
    if (!tail.empty() && !FindMentions(tail).empty()) return ResolvePlace(tail, context);
    return ResolvePlace(name.prefix, context);
  }

  static std::string KeyOf(const Name& name, const PlaceVerdict& verdict, const Place& place) {
    if (!name.english) return CentreKey(name.written, place);
    if (verdict.region != nullptr && !verdict.is_theme) return CentreKey("", place);
    return "|" + base::ToLowerAscii(name.prefix);
  }

  Group* GroupOf(size_t name) {
    for (Group& group : groups_)
      if (std::binary_search(group.names.begin(), group.names.end(), name)) return &group;
    if (!view_.names[name].generic || groups_.size() != 1) return nullptr;
    return &groups_.front();
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
  site = SiteRegion(*this);
}

std::vector<Group> MakeGroups(const PageView& view, const std::vector<Statement>& statements) {
  return GroupMaker(view).Make(statements);
}

}  // namespace signboard::extract
