// Redetector: a round of its work.
#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "storage/archive/bodies.h"
#include "storage/archive/detect_again.h"
#include "storage/archive/redetection_round.h"
#include "storage/archive/snapshots.h"

namespace signboard::archive {
namespace {

// What is written at once, and so what a crash may cost.
constexpr uint64_t kPassedPerRound = 2'000;
constexpr size_t kSearchedPerRound = 32;
constexpr size_t kAppliedPerRound = 32;
// A page that takes its time must not hold a job that is told to end.
constexpr std::chrono::milliseconds kRoundTime{500};

bool HoldsAnnouncement(const std::vector<v1::Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const v1::Finding& f) { return f.is_announcement(); });
}

std::optional<UrlRange> RangeOf(const v1::StartRedetectionRequest& request) {
  if (request.query().empty()) return std::nullopt;
  const auto range = UrlRangeOf(request.query(), request.match());
  if (!range.ok()) return std::nullopt;  // Start has looked.
  return *range;
}

bool SaySame(const v1::LoggedFindings& a, const v1::LoggedFindings& b) {
  const auto bytes = [](const v1::LoggedFindings& entry) {
    v1::LoggedFindings said;
    *said.mutable_findings() = entry.findings();
    *said.mutable_gone() = entry.gone();
    return said.SerializeAsString();
  };
  return bytes(a) == bytes(b);
}

// Adds what differs from the last entry, if anything does.
void Note(const v1::Redetection& job, const v1::Snapshot& snapshot, const v1::LoggedFindings& old,
          uint64_t logged, const Searched& found, std::vector<v1::RedetectionChange>* changes) {
  const std::vector<v1::Finding> before(old.findings().begin(), old.findings().end());
  const std::vector<Difference> differences = Compare(before, found.findings);
  if (differences.empty()) return;
  v1::RedetectionChange& change = changes->emplace_back();
  change.set_replaces(logged);
  *change.mutable_differences() = {differences.begin(), differences.end()};
  v1::LoggedFindings& entry = *change.mutable_entry();
  v1::Snapshot& of = *entry.mutable_snapshot();
  of.set_id(snapshot.id());
  of.set_url(snapshot.url());
  of.set_captured_ms(snapshot.captured_ms());
  // Since when it is known: a founding that nobody saw, since it is applied.
  if (HoldsAnnouncement(before)) of.set_stored_ms(snapshot.stored_ms());
  of.set_simulated(snapshot.simulated());
  of.set_outcome(snapshot.outcome());
  *of.mutable_page() = found.page;
  of.mutable_detection()->set_rules(job.rules());
  of.mutable_detection()->set_place_code(PlaceCodeOf(snapshot));
  *entry.mutable_findings() = {found.findings.begin(), found.findings.end()};
  const std::vector<v1::Finding> gone = GoneOf(before, found.findings);
  *entry.mutable_gone() = {gone.begin(), gone.end()};
  entry.set_text(found.text.empty() ? old.text() : found.text);
}

}  // namespace

StatusOr<Redetector::Round> Redetector::Look(const v1::Redetection& job) {
  std::shared_ptr<const extract::RuleSet> rules;
  {
    base::MutexLock lock(mutex_);
    rules = rules_;
    if (walking_ != job.id() || walk_ == nullptr) {
      walking_ = job.id();
      walk_ = std::make_unique<CaptureWalk>(space_, RangeOf(job.request()), place_);
      templates_ = std::make_unique<extract::SiteTemplates>();
    }
  }
  const extract::UseRules use(rules.get());
  const auto end = std::chrono::steady_clock::now() + kRoundTime;
  Round round;
  while (round.seen < kPassedPerRound && round.searched < kSearchedPerRound &&
         std::chrono::steady_clock::now() < end) {
    ASSIGN_OR_RETURN(const CaptureWalk::Stop stop, walk_->Next(kPassedPerRound - round.seen));
    round.seen += stop.seen;
    if (stop.key.empty()) {
      round.at_end = true;
      break;
    }
    round.place = stop.key;
    if (stop.snapshot) RETURN_IF_ERROR(LookAt(job, stop, &round));
  }
  return round;
}

Status Redetector::LookAt(const v1::Redetection& job, const CaptureWalk::Stop& stop,
                          Round* round) {
  const v1::Snapshot& snapshot = *stop.snapshot;
  if (job.request().has_since_ms() && snapshot.captured_ms() < job.request().since_ms())
    return OkStatus();
  // What came since was searched when it came.
  if (snapshot.stored_ms() >= job.started_ms()) return OkStatus();
  v1::LoggedFindings old;
  if (stop.logged > 0) {
    ASSIGN_OR_RETURN(old, FindingLog::Load(*stop.shard, {stop.logged, stop.slot}));
  }
  Searched found;
  if (!old.text().empty()) {
    v1::Snapshot as_logged = snapshot;
    if (old.snapshot().has_page()) *as_logged.mutable_page() = old.snapshot().page();
    found = SearchText(as_logged, old.text());
  } else {
    if (!MayBePage(snapshot)) return OkStatus();
    auto body = HasRendered(snapshot) ? ReadRendered(*stop.shard, stop.slot, snapshot)
                                      : ReadDecoded(*stop.shard, stop.slot, snapshot);
    if (body.status().code() == StatusCode::kDataLoss) {
      ++round->damaged;
      return OkStatus();
    }
    RETURN_IF_ERROR(body.status());
    if (auto searched = SearchPage(snapshot, *body, templates_.get()))
      found = *std::move(searched);
  }
  ++round->searched;
  Note(job, snapshot, old, stop.logged, found, &round->changes);
  return OkStatus();
}

Status Redetector::ApplyOne(v1::LoggedFindings entry, uint64_t replaces, Round* round) {
  ASSIGN_OR_RETURN(const Place place, PlaceOf(space_, entry.snapshot().url()));
  if (applying_ != place.slot) {
    ASSIGN_OR_RETURN(logged_, NewestEntries(*place.shard, place.slot));
    applying_ = place.slot;
  }
  uint64_t& logged = logged_[entry.snapshot().id()];
  if (logged == replaces) {
    v1::Snapshot& snapshot = *entry.mutable_snapshot();
    if (snapshot.stored_ms() == 0) snapshot.set_stored_ms(ToMillis(clock_.Now()));
    ASSIGN_OR_RETURN(logged, archive_.LogFindings(entry));
    ++round->applied;
    return OkStatus();
  }
  if (logged == 0) {
    ++round->outdated;
    return OkStatus();
  }
  // A crash between the log and the job's own record leaves what this job wrote.
  ASSIGN_OR_RETURN(const v1::LoggedFindings kept,
                   FindingLog::Load(*place.shard, {logged, place.slot}));
  ++(SaySame(kept, entry) ? round->applied : round->outdated);
  return OkStatus();
}

StatusOr<Redetector::Round> Redetector::ApplySome(const v1::Redetection& job) {
  if (walking_ != job.id()) {
    walking_ = job.id();
    walk_.reset();
    applying_.reset();
  }
  const uint64_t done = job.applied_count() + job.outdated_count();
  ASSIGN_OR_RETURN(std::vector<v1::RedetectionChange> changes,
                   ChangesAfter(done, kAppliedPerRound));
  Round round;
  round.at_end = changes.empty();
  for (v1::RedetectionChange& change : changes) {
    RETURN_IF_ERROR(
        ApplyOne(std::move(*change.mutable_entry()), change.replaces(), &round));
  }
  return round;
}

}  // namespace signboard::archive
