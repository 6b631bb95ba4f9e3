#include "storage/register/curated.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "storage/register/sketch.h"
#include "storage/register/sources.h"

namespace signboard::registry {
namespace {

// Split, ready for comparing.
struct Rule {
  explicit Rule(const Split& split)
      : centre_id(split.centre_id()), urls(split.urls().begin(), split.urls().end()) {
    for (const std::string& sketch : split.sketches()) sketches.push_back(HashesOf(sketch));
  }
  bool Takes(const Evidence& evidence) const {
    if (urls.count(evidence.source().url()) > 0) return true;
    const std::vector<uint64_t> hashes = HashesOf(evidence.sketch());
    return std::any_of(sketches.begin(), sketches.end(), [&](const auto& sketch) {
      return AreReprints(sketch, hashes);
    });
  }

  std::string centre_id;
  std::set<std::string> urls;
  std::vector<std::vector<uint64_t>> sketches;
};

std::vector<Rule> RulesOf(const CentreRecord& record) {
  return {record.splits().begin(), record.splits().end()};
}

// The first rule that takes it; null: it stays.
const Rule* RuleFor(const std::vector<Rule>& rules, const Evidence& evidence) {
  const auto found = std::find_if(rules.begin(), rules.end(),
                                  [&](const Rule& rule) { return rule.Takes(evidence); });
  return found == rules.end() ? nullptr : &*found;
}

void AddAll(const Statements& more, Statements* all) {
  for (const v1::Statement& statement : more) AddStatement(statement, all);
}

// What counts for a centre and for those that were split off from it. Ends, because a curation that
// would make a centre count for itself is refused (curator.cc).
StatusOr<Pool> WholePool(const std::string& centre_id, Draft* draft) {
  Pool pool;
  ASSIGN_OR_RETURN(CentreRecord * record, draft->Centre(centre_id));
  ASSIGN_OR_RETURN(EvidenceRecord * own, draft->Evidence(centre_id));
  pool.evidence.assign(own->evidence().begin(), own->evidence().end());
  if (!record->centre().known_before().empty()) pool.known = ParseFoundingDay(record->founded());
  if (IsPlain(*record)) {
    pool.statements = record->centre().statements();
    return pool;
  }
  pool.statements = record->own_statements();
  for (const std::string& member : record->members()) {
    auto more = PoolOf(member, draft);
    if (!more.ok()) return more.status();
    std::move(more->evidence.begin(), more->evidence.end(), std::back_inserter(pool.evidence));
    AddAll(more->statements, &pool.statements);
    if (!pool.known) pool.known = more->known;
  }
  if (record->split_from().empty()) return pool;
  auto origin = WholePool(record->split_from(), draft);
  if (!origin.ok()) return origin.status();
  ASSIGN_OR_RETURN(CentreRecord * from, draft->Centre(record->split_from()));
  const std::vector<Rule> rules = RulesOf(*from);
  for (Evidence& evidence : origin->evidence) {
    const Rule* rule = RuleFor(rules, evidence);
    if (rule != nullptr && rule->centre_id == centre_id)
      pool.evidence.push_back(std::move(evidence));
  }
  return pool;
}

}  // namespace

bool IsPlain(const CentreRecord& record) {
  return record.members().empty() && record.splits().empty() && record.split_from().empty();
}

Statements* OwnStatements(CentreRecord* record) {
  return IsPlain(*record) ? record->mutable_centre()->mutable_statements()
                          : record->mutable_own_statements();
}

void KeepOwnStatements(CentreRecord* record) {
  if (IsPlain(*record)) *record->mutable_own_statements() = record->centre().statements();
}

void ShowOwnStatements(CentreRecord* record) {
  if (!IsPlain(*record)) return;
  *record->mutable_centre()->mutable_statements() = record->own_statements();
  record->clear_own_statements();
}

StatusOr<Pool> PoolOf(const std::string& centre_id, Draft* draft) {
  auto whole = WholePool(centre_id, draft);
  if (!whole.ok()) return whole.status();
  Pool pool = *std::move(whole);
  ASSIGN_OR_RETURN(CentreRecord * record, draft->Centre(centre_id));
  if (IsPlain(*record)) return pool;
  const std::vector<Rule> rules = RulesOf(*record);
  std::set<std::string> left;
  std::erase_if(pool.evidence, [&](const Evidence& evidence) {
    const bool leaves = RuleFor(rules, evidence) != nullptr;
    if (leaves) left.insert(evidence.source().snapshot_id());
    return leaves;
  });
  auto& said = pool.statements;
  const auto has_left = [&](const v1::Statement& s) { return left.count(s.snapshot_id()) > 0; };
  said.erase(std::remove_if(said.begin(), said.end(), has_left), said.end());
  // What a page that left said first, others may have said after it.
  for (const Evidence& evidence : pool.evidence) {
    const v1::Source& source = evidence.source();
    AddStatements(source.finding(), PublishedAt(source), source.snapshot_id(), source.found_ms(),
                  &said);
  }
  return pool;
}

StatusOr<std::set<std::string>> Affected(const std::set<std::string>& ids, Draft* draft) {
  std::set<std::string> seen;
  std::set<std::string> affected;
  std::vector<std::string> left(ids.begin(), ids.end());
  while (!left.empty()) {
    const std::string id = std::move(left.back());
    left.pop_back();
    if (!seen.insert(id).second) continue;
    ASSIGN_OR_RETURN(const CentreRecord* record, draft->Centre(id));
    for (const Split& split : record->splits()) left.push_back(split.centre_id());
    if (record->merged_into().empty()) {
      affected.insert(id);
    } else {
      left.push_back(record->merged_into());
    }
  }
  return affected;
}

StatusOr<std::set<std::string>> SupportsOf(const std::string& centre_id, Draft* draft) {
  std::set<std::string> seen;
  std::vector<std::string> left = {centre_id};
  while (!left.empty()) {
    const std::string id = std::move(left.back());
    left.pop_back();
    if (!seen.insert(id).second) continue;
    ASSIGN_OR_RETURN(const CentreRecord* record, draft->Centre(id));
    left.insert(left.end(), record->members().begin(), record->members().end());
    if (!record->split_from().empty()) left.push_back(record->split_from());
  }
  return seen;
}

}  // namespace signboard::registry
