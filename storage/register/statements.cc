#include "storage/register/statements.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace signboard::registry {
namespace {

constexpr Millis kChina{int64_t{8} * 3'600'000};

// Who said it first; then any order that does not depend on when pages came.
auto Rank(const v1::Statement& s) {
  return std::tuple(s.known_ms(), std::string_view(s.snapshot_id()), std::string_view(s.field()),
                    std::string_view(s.value()), std::string_view(s.valid_from()));
}

}  // namespace

std::string DayOf(UnixTime time) { return base::FormatRfc3339(time + kChina).substr(0, 10); }

void AddStatement(v1::Statement statement, Statements* all) {
  if (statement.value().empty()) return;
  const auto same = std::find_if(all->begin(), all->end(), [&](const v1::Statement& s) {
    return s.field() == statement.field() && s.value() == statement.value();
  });
  if (same != all->end()) {
    if (Rank(*same) <= Rank(statement)) return;
    all->erase(same);
  }
  const auto before = [](const v1::Statement& a, const v1::Statement& b) {
    return Rank(a) < Rank(b);
  };
  *all->Add() = std::move(statement);
  std::sort(all->begin(), all->end(), before);
  if (all->size() > kStatementsMax) all->RemoveLast();
}

bool Withdraw(const std::string& snapshot_id, Statements* all) {
  const auto first = std::remove_if(all->begin(), all->end(), [&](const v1::Statement& s) {
    return s.snapshot_id() == snapshot_id;
  });
  const bool any = first != all->end();
  all->erase(first, all->end());
  return any;
}

void AddStatements(const v1::Finding& finding, UnixTime published, const std::string& snapshot_id,
                   int64_t known_ms, Statements* all) {
  v1::Statement common;
  common.set_snapshot_id(snapshot_id);
  common.set_known_ms(known_ms);
  common.set_valid_from(finding.event_date().empty()
                            ? DayOf(published)
                            : finding.event_date());
  const auto add = [&](std::string field, const std::string& value) {
    v1::Statement statement = common;
    statement.set_field(std::move(field));
    statement.set_value(value);
    AddStatement(std::move(statement), all);
  };
  add("name_zh", finding.centre_name_zh());
  add("name_en", finding.centre_name_en());
  add("event", finding.event());
  if (finding.is_announcement()) add("founded", finding.event_date());
  add("lead_organ", finding.lead_organ());
  add("guiding_organ", finding.guiding_organ());
  add("operator", finding.operator_organ());
  for (const std::string& partner : finding.partners()) add("partner", partner);
  for (const std::string& platform : finding.platforms()) add("platform", platform);
  for (const std::string& account : finding.accounts()) add("account", account);
  for (const v1::Claim& claim : finding.claims())
    add("claim." + claim.metric(), std::to_string(claim.value()));
  add("ordinal", finding.ordinal_raw());
}

}  // namespace signboard::registry
