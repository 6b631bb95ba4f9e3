#include "crawler/extract/context.h"

#include <algorithm>
#include <span>
#include <utility>

#include "crawler/extract/rules.h"

namespace signboard::extract {
namespace {

// A name of a centre in a sentence that names several.
struct Spot {
  size_t sentence;
  size_t from;
  size_t to;
  const Group* group;
};

using Spots = std::span<const Spot>;

std::vector<Spot> AllSpots(const PageView& view, const std::vector<Group>& groups) {
  std::vector<Spot> spots;
  for (const Group& group : groups) {
    for (const auto* names : {&group.names, &group.short_names}) {
      for (const size_t i : *names) {
        const Name& name = view.names[i];
        spots.push_back({name.sentence, name.torn ? name.anchor_from : name.from, name.to, &group});
      }
    }
  }
  std::stable_sort(spots.begin(), spots.end(), [](const Spot& a, const Spot& b) {
    return std::pair(a.sentence, a.from) < std::pair(b.sentence, b.from);
  });
  return spots;
}

// Those of one sentence, which the first of `rest` may be in; `rest` goes on behind them.
Spots TakeSpots(size_t sentence, Spots* rest) {
  size_t count = 0;
  while (count < rest->size() && (*rest)[count].sentence == sentence) ++count;
  const Spots taken = rest->first(count);
  *rest = rest->subspan(count);
  return taken;
}

// Where the clause of the name at `at` begins, behind the name that ends at `floor`.
size_t ClauseFrom(std::string_view text, size_t floor, size_t at) {
  const size_t mark = text.substr(floor, at - floor).find_last_of(",;");
  return mark == std::string_view::npos ? at : floor + mark + 1;
}

// How many of the first spots belong together: one centre's, or coordinated centres' (A和B揭牌).
size_t BundleSize(std::string_view text, Spots spots) {
  static const WordList& kJoin = ListOf("join");
  size_t count = 1;
  for (; count < spots.size(); ++count) {
    const Spot& last = spots[count - 1];
    const Spot& next = spots[count];
    if (next.group == last.group || next.from <= last.to) continue;
    const std::string_view between = text.substr(last.to, next.from - last.to);
    const Word* join = kJoin.At(between, 0);
    if (join == nullptr || join->text.size() != between.size()) break;
  }
  return count;
}

bool Holds(Spots spots, const Group& group) {
  return std::any_of(spots.begin(), spots.end(),
                     [&](const Spot& spot) { return spot.group == &group; });
}

// Adds the parts of a sentence that are `group`'s: from each of its names to the next centre's.
// Returns the last bundle: whose the sentences are that follow.
Spots AddParts(std::string_view text, Spots spots, const Group& group, ContextPart whole,
               std::vector<ContextPart>* parts) {
  size_t from = whole.span.from;
  while (true) {
    const Spots bundle = spots.first(BundleSize(text, spots));
    spots = spots.subspan(bundle.size());
    const size_t to = spots.empty() ? whole.span.to
                                    : ClauseFrom(text, bundle.back().to, spots.front().from);
    if (to > from && Holds(bundle, group)) parts->push_back({whole.sentence, {from, to}});
    if (spots.empty()) return bundle;
    from = to;
  }
}

}  // namespace

std::vector<ContextPart> PartsOf(const PageView& view, const std::vector<Group>& groups,
                                   const Group& group) {
  static const WordList& kEach = ListOf("plural_pronoun");
  const auto& sentences = view.page.sentences();
  std::vector<ContextPart> parts;
  const std::vector<Spot> all = AllSpots(view, groups);
  Spots rest = all;
  Spots owners;
  for (size_t i = 0; i < sentences.size() && parts.size() < kContextPartsMax; ++i) {
    const ContextPart whole{i, sentences[i]};
    const Spots spots = TakeSpots(i, &rest);
    if (groups.size() == 1) {
      parts.push_back(whole);
    } else if (!spots.empty()) {
      owners = AddParts(view.page.text(), spots, group, whole, &parts);
    } else if (Holds(owners, group) || kEach.In(view.page.Sentence(i))) {
      // 三家中心均由…: of each of them.
      parts.push_back(whole);
    }
  }
  return parts;
}

}  // namespace signboard::extract
