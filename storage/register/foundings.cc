#include "storage/register/foundings.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "storage/register/disjoint_sets.h"
#include "storage/register/known_centres.h"
#include "storage/register/sources.h"

namespace signboard::registry {
namespace {

// Foundings of one centre that are told apart; what is left is not looked at.
constexpr size_t kFoundingsMax = 20;
constexpr std::string_view kHead = "国际传播中心";
constexpr std::string_view kBranch = "分中心";

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// What a name says beside place and head: 海丝, 日报社; of 靖安县国际传播中心 nothing.
std::string CoreOf(const v1::Finding& finding) {
  v1::Place place = finding.place();
  place.set_level("county");  // A theme's centre is compared like any of its place.
  std::string core = KeyOf(finding.centre_name_zh(), place);
  core.erase(0, core.find('|') + 1);
  for (size_t at = core.find(kHead); at != std::string::npos; at = core.find(kHead))
    core.erase(at, kHead.size());
  return core;
}

Millis Between(const FoundingMark& a, const FoundingMark& b) {
  return Millis(std::abs(a.founded_ms() - b.founded_ms()));
}

bool OnOneDay(const FoundingMark& a, const FoundingMark& b) {
  return Between(a, b) <= (a.has_day() && b.has_day() ? kSameDaySpan : kSameWeekSpan);
}

// Its name could be that of any centre of the place.
bool IsVague(const FoundingMark& mark) { return mark.core().empty(); }

// By their names and their days. Vague ones are looked at apart.
bool AreOne(const FoundingMark& a, const FoundingMark& b) {
  return OnOneDay(a, b) && Contains(a.core(), kBranch) == Contains(b.core(), kBranch) &&
         (Contains(a.core(), b.core()) || Contains(b.core(), a.core()));
}

}  // namespace

std::vector<std::vector<Evidence>> FoundingsOf(std::vector<Evidence> all,
                                               const std::optional<FoundingDay>& known) {
  std::vector<std::vector<Evidence>> foundings;
  std::optional<FoundingDay> long_known = known;
  while (!all.empty() && foundings.size() < kFoundingsMax) {
    std::vector<Evidence> sources = SourcesOf(all, long_known);
    long_known.reset();
    std::set<std::string> told;
    for (const Evidence& source : sources) told.insert(source.source().snapshot_id());
    std::erase_if(all, [&](const Evidence& e) {
      return told.count(e.source().snapshot_id()) > 0;
    });
    if (sources.empty() && !foundings.empty()) break;
    foundings.push_back(std::move(sources));
  }
  return foundings;
}

FoundingMark MarkOf(const std::vector<Evidence>& founding) {
  FoundingMark mark;
  for (const Evidence& evidence : founding)
    if (mark.place_code().empty())
      mark.set_place_code(evidence.source().finding().place().code());
  mark.set_captured_ms(founding.front().source().captured_ms());
  bool named = false;
  for (const Evidence& evidence : founding) {
    const v1::Finding& finding = evidence.source().finding();
    const FoundingDay said = ParseFoundingDay(finding.event_date());
    const UnixTime founded = said.last ? *said.last : PublishedAt(evidence.source());
    const bool better = said.last && !mark.has_day();
    const bool same = said.last.has_value() == mark.has_day();
    if (mark.founded_ms() == 0 || better ||
        (same && ToMillis(founded) < mark.founded_ms())) {
      mark.set_founded_ms(ToMillis(founded));
      mark.set_has_day(said.last.has_value());
    }
    mark.set_captured_ms(std::min(mark.captured_ms(), evidence.source().captured_ms()));
    if (named || finding.centre_name_zh().empty()) continue;
    named = true;
    mark.set_core(CoreOf(finding));
  }
  return mark;
}

std::vector<size_t> LinkMarks(const std::vector<FoundingMark>& all) {
  DisjointSets links(all.size());
  for (size_t i = 0; i < all.size(); ++i) {
    for (size_t j = 0; j < i; ++j)
      if (IsVague(all[i]) == IsVague(all[j]) && AreOne(all[i], all[j])) links.Join(i, j);
  }
  for (size_t i = 0; i < all.size(); ++i) {
    if (!IsVague(all[i])) continue;
    std::set<size_t> may_be;
    for (size_t j = 0; j < all.size(); ++j)
      if (!IsVague(all[j]) && AreOne(all[i], all[j])) may_be.insert(links.Root(j));
    if (may_be.size() == 1) links.Join(i, *may_be.begin());
  }
  std::vector<size_t> firsts(all.size());
  for (size_t i = 0; i < all.size(); ++i) {
    firsts[i] = i;
    for (size_t j = 0; j < all.size(); ++j) {
      const bool earlier = all[j].captured_ms() < all[firsts[i]].captured_ms() ||
                           (all[j].captured_ms() == all[firsts[i]].captured_ms() && j < firsts[i]);
      if (links.Root(j) == links.Root(i) && earlier) firsts[i] = j;
    }
  }
  return firsts;
}

}  // namespace signboard::registry
