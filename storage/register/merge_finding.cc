#include "storage/register/merge_finding.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "storage/register/clamp_finding.h"

namespace signboard::registry {
namespace {

// Some fields that are taken together, and the names of the quotes that go with them.
struct Part {
  std::vector<std::string_view> quotes;
  bool (*has)(const v1::Finding&);
  void (*take)(const v1::Finding&, v1::Finding*);
};

// --11-18 has none.
bool HasYear(const v1::Finding& f) {
  return !f.event_date().empty() && !f.event_date().starts_with("--");
}

void TakeDate(const v1::Finding& f, v1::Finding* to) {
  to->set_event_date(f.event_date());
  to->set_event_date_precision(f.event_date_precision());
  to->set_event_date_basis(f.event_date_basis());
}

const std::vector<Part>& Parts() {
  using F = v1::Finding;
  static const std::vector<Part> parts = {
      {{"event"}, [](const F& f) { return !f.event().empty(); },
       [](const F& f, F* to) { to->set_event(f.event()); }},
      {{"unit_type"}, [](const F& f) { return !f.unit_type().empty(); },
       [](const F& f, F* to) { to->set_unit_type(f.unit_type()); }},
      {{"centre", "centre_name_zh"},
       [](const F& f) { return !f.centre_name_zh().empty(); },
       [](const F& f, F* to) { to->set_centre_name_zh(f.centre_name_zh()); }},
      {{"centre_en", "centre_name_en"}, [](const F& f) { return !f.centre_name_en().empty(); },
       [](const F& f, F* to) { to->set_centre_name_en(f.centre_name_en()); }},
      {{"place"}, [](const F& f) { return !f.place().code().empty(); },
       [](const F& f, F* to) { *to->mutable_place() = f.place(); }},
      {{"event_date", "date"}, [](const F& f) { return HasYear(f); }, TakeDate},
      {{"lead_organ", "lead"}, [](const F& f) { return !f.lead_organ().empty(); },
       [](const F& f, F* to) { to->set_lead_organ(f.lead_organ()); }},
      {{"guiding_organ", "guiding"}, [](const F& f) { return !f.guiding_organ().empty(); },
       [](const F& f, F* to) { to->set_guiding_organ(f.guiding_organ()); }},
      {{"operator", "operator_organ"}, [](const F& f) { return !f.operator_organ().empty(); },
       [](const F& f, F* to) { to->set_operator_organ(f.operator_organ()); }},
      {{"partners", "partner"}, [](const F& f) { return f.partners_size() > 0; },
       [](const F& f, F* to) { *to->mutable_partners() = f.partners(); }},
      {{"platforms", "platform"}, [](const F& f) { return f.platforms_size() > 0; },
       [](const F& f, F* to) { *to->mutable_platforms() = f.platforms(); }},
      {{"accounts", "account"}, [](const F& f) { return f.accounts_size() > 0; },
       [](const F& f, F* to) { *to->mutable_accounts() = f.accounts(); }},
      {{"ordinal"}, [](const F& f) { return f.has_ordinal_rank(); },
       [](const F& f, F* to) {
         to->set_ordinal_rank(f.ordinal_rank());
         to->set_ordinal_scope_code(f.ordinal_scope_code());
         to->set_ordinal_raw(f.ordinal_raw());
       }},
  };
  return parts;
}

bool IsClaimQuote(std::string_view field) { return field.starts_with("claim"); }

std::tuple<bool, bool, int64_t, int64_t, std::string_view> Rank(const v1::Source& source) {
  const v1::Finding& f = source.finding();
  const int64_t published = source.has_published_ms() ? source.published_ms()
                                                      : source.captured_ms();
  return {f.centre_name_zh().empty(), f.score() < kPlainScore, published, source.captured_ms(),
          source.snapshot_id()};
}

// The best first.
std::vector<const v1::Source*> Ranked(const std::vector<Evidence>& all) {
  std::vector<const v1::Source*> ranked;
  for (const Evidence& evidence : all) ranked.push_back(&evidence.source());
  std::sort(ranked.begin(), ranked.end(), [](const v1::Source* a, const v1::Source* b) {
    return Rank(*a) < Rank(*b);
  });
  return ranked;
}

void TakeQuotes(const v1::Source& source, const std::function<bool(std::string_view)>& is_one,
                v1::Finding* merged) {
  for (const v1::Quote& quote : source.finding().quotes()) {
    if (!is_one(quote.field())) continue;
    v1::Quote* taken = merged->add_quotes();
    *taken = quote;
    taken->set_snapshot_id(source.snapshot_id());
  }
}

// "2025-11" becomes "2025-11-18" when a later finding says so; another month does not count.
void RefineDate(const std::vector<const v1::Source*>& ranked, const Part& date,
                const v1::Source** from, v1::Finding* merged) {
  for (const v1::Source* source : ranked) {
    const std::string& said = source->finding().event_date();
    if (said.size() <= merged->event_date().size() || !said.starts_with(merged->event_date()))
      continue;
    date.take(source->finding(), merged);
    *from = source;
  }
}

void MergeClaims(const std::vector<const v1::Source*>& ranked, v1::Finding* merged) {
  std::set<std::string> metrics;
  for (const v1::Source* source : ranked) {
    bool took = false;
    std::set<std::string> here;
    for (const v1::Claim& claim : source->finding().claims()) {
      if (metrics.count(claim.metric()) > 0 || merged->claims_size() >= kListItemsMax) continue;
      *merged->add_claims() = claim;
      here.insert(claim.metric());
      took = true;
    }
    metrics.merge(here);
    if (took) TakeQuotes(*source, IsClaimQuote, merged);
  }
}

}  // namespace

v1::Finding MergeFindings(const std::vector<Evidence>& all) {
  const std::vector<const v1::Source*> ranked = Ranked(all);
  v1::Finding merged;
  merged.set_is_announcement(true);
  const v1::Source* const surest =
      *std::max_element(ranked.begin(), ranked.end(), [](const auto* a, const auto* b) {
        return a->finding().score() < b->finding().score();
      });
  merged.set_score(surest->finding().score());
  *merged.mutable_reasons() = surest->finding().reasons();
  std::set<std::string_view> named;
  for (const Part& part : Parts()) {
    named.insert(part.quotes.begin(), part.quotes.end());
    const auto best = std::find_if(ranked.begin(), ranked.end(), [&](const v1::Source* source) {
      return part.has(source->finding());
    });
    if (best == ranked.end()) continue;
    const v1::Source* from = *best;
    part.take(from->finding(), &merged);
    if (part.quotes.front() == "event_date") RefineDate(ranked, part, &from, &merged);
    TakeQuotes(
        *from,
        [&](std::string_view field) {
          return std::find(part.quotes.begin(), part.quotes.end(), field) != part.quotes.end();
        },
        &merged);
  }
  for (const v1::Source* source : ranked)
    if (merged.event_date().empty()) TakeDate(source->finding(), &merged);
  // A place that nobody resolved is still said to be a theme, or named.
  if (!merged.has_place() && ranked.front()->finding().has_place())
    *merged.mutable_place() = ranked.front()->finding().place();
  MergeClaims(ranked, &merged);
  TakeQuotes(
      *ranked.front(),
      [&](std::string_view field) { return named.count(field) == 0 && !IsClaimQuote(field); },
      &merged);
  return merged;
}

}  // namespace signboard::registry
