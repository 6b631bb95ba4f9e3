#include "storage/register/curator.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "proto/base/text.h"
#include "storage/register/curated.h"
#include "storage/register/derive.h"
#include "storage/register/sources.h"

namespace signboard::registry {
namespace {

using Action = v1::CurateRequest;

Status DoesNotFit(const std::string& why) { return base::FailedPrecondition(why); }

Status CheckWords(std::string_view name, std::string_view text, size_t chars_max) {
  if (base::TrimAscii(text).empty())
    return base::InvalidArgument(std::string(name) + " is missing");
  if (base::CountCodePoints(text) <= chars_max) return OkStatus();
  return base::InvalidArgument(std::string(name) + " is longer than " +
                               std::to_string(chars_max) + " characters");
}

bool IsAnnounced(const v1::Announcement& a) {
  return a.state() == "found" || a.state() == "confirmed";
}

// Says why not, and what to do instead.
Status CheckAnnounced(const v1::Announcement& a) {
  if (IsAnnounced(a)) return OkStatus();
  if (a.state() == "merged")
    return DoesNotFit(a.id() + " is merged into " + a.merged_into() + ": curate that, or undo");
  return DoesNotFit(a.id() + " is retracted: undo that, or confirm it, first");
}

Status CheckRequest(const v1::CurateRequest& request) {
  RETURN_IF_ERROR(CheckWords("who", request.who(), kWhoCharsMax));
  RETURN_IF_ERROR(CheckWords("why", request.why(), kWhyCharsMax));
  const bool merges = request.action() == Action::MERGE;
  const bool splits = request.action() == Action::SPLIT;
  if (merges != !request.other_id().empty())
    return base::InvalidArgument("other_id is what is merged into, of MERGE alone");
  if (splits != (request.snapshot_ids_size() > 0))
    return base::InvalidArgument("snapshot_ids are the sources that leave, of SPLIT alone");
  if (request.snapshot_ids_size() > kSourcesMax)
    return base::InvalidArgument("more than " + std::to_string(kSourcesMax) + " snapshot_ids");
  if (request.number() != 0 && request.action() != Action::UNDO)
    return base::InvalidArgument("number is what is undone, of UNDO alone");
  return OkStatus();
}

template <class List>
void Remove(const std::string& id, List* ids) {
  ids->erase(std::remove(ids->begin(), ids->end(), id), ids->end());
}

// Does `newer` rest on what `older` did?
bool RestsOn(const v1::Curation& newer, const v1::Curation& older) {
  switch (older.action()) {
    case Action::MERGE:  // Sources that came with it may have been split off.
      return newer.action() == Action::SPLIT && newer.id() == older.other_id();
    case Action::SPLIT:
      return newer.id() == older.other_id() || newer.other_id() == older.other_id();
    default:
      return newer.id() == older.id() && newer.action() != Action::SPLIT;
  }
}

}  // namespace

Curator::Curator(const CurationLog& log, uint64_t number, UnixTime now, Draft* draft)
    : log_(log), now_(now), draft_(draft) {
  entry_.set_number(number);
  entry_.set_at_ms(ToMillis(now));
}

StatusOr<v1::CurateReply> Curator::Do(const v1::CurateRequest& request) {
  RETURN_IF_ERROR(CheckRequest(request));
  entry_.set_action(request.action());
  entry_.set_id(request.id());
  entry_.set_who(request.who());
  entry_.set_why(request.why());
  ASSIGN_OR_RETURN(subject_, Find(request.id()));
  auto earlier = log_.Of(request.id());
  if (!earlier.ok()) return earlier.status();
  if (earlier->size() >= CurationLog::kOfOneMax) {
    return DoesNotFit(request.id() + " was curated " + std::to_string(CurationLog::kOfOneMax) +
                      " times: it is curated no more");
  }
  Keep(*subject_.announcement);
  Status done;
  switch (request.action()) {
    case Action::MERGE: done = Merge(request.other_id()); break;
    case Action::SPLIT: done = Split(request); break;
    case Action::RETRACT: done = Judge(kRetracted); break;
    case Action::CONFIRM: done = Judge(kConfirmed); break;
    case Action::UNDO: done = Undo(request.number()); break;
    default: return base::InvalidArgument("action is missing");
  }
  RETURN_IF_ERROR(done);
  log_.Put(entry_, &draft_->batch());
  v1::CurateReply reply;
  *reply.mutable_announcement() = *subject_.announcement;
  if (other_.announcement != nullptr && !other_.id().empty())
    *reply.mutable_other() = *other_.announcement;
  *reply.mutable_curation() = entry_;
  return reply;
}

StatusOr<Curator::Subject> Curator::Find(const std::string& announcement_id) {
  const std::string centre_id = CentreIdOfAnnouncement(announcement_id);
  if (centre_id.empty()) return base::NotFound("no announcement " + announcement_id);
  Subject subject;
  ASSIGN_OR_RETURN(subject.announcement, draft_->Announcement(announcement_id));
  if (subject.announcement->id().empty())
    return base::NotFound("no announcement " + announcement_id);
  ASSIGN_OR_RETURN(subject.record, draft_->Centre(centre_id));
  return subject;
}

StatusOr<Curator::Subject> Curator::FindTarget(const std::string& id) {
  const std::string announcement_id = AnnouncementIdOfCentre(id);
  if (announcement_id.empty()) return Find(id);
  Subject subject;
  ASSIGN_OR_RETURN(subject.record, draft_->Centre(id));
  if (!IsListed(subject.record->centre())) return base::NotFound("no centre " + id);
  ASSIGN_OR_RETURN(subject.announcement, draft_->Announcement(announcement_id));
  return subject;
}

void Curator::Keep(const v1::Announcement& before) {
  v1::Announcement* kept = entry_.add_before();
  *kept = before;
  for (v1::Source& source : *kept->mutable_sources()) source.clear_finding();
}

Status Curator::DeriveAffected(const std::string& centre_id) {
  auto affected = Affected({centre_id}, draft_);
  if (!affected.ok()) return affected.status();
  for (const std::string& id : *affected)
    RETURN_IF_ERROR(Derive(id, now_, entry_.number(), draft_));
  return OkStatus();
}

Status Curator::Merge(const std::string& other_id) {
  RETURN_IF_ERROR(CheckAnnounced(*subject_.announcement));
  ASSIGN_OR_RETURN(other_, FindTarget(other_id));
  CentreRecord& from = *subject_.record;
  CentreRecord& into = *other_.record;
  if (from.centre().id() == into.centre().id())
    return DoesNotFit("an announcement is not merged into itself");
  if (!into.merged_into().empty())
    return DoesNotFit(other_id + " is itself merged: merge into " +
                      (other_.announcement->merged_into().empty()
                           ? into.merged_into()
                           : other_.announcement->merged_into()));
  if (!other_.id().empty()) RETURN_IF_ERROR(CheckAnnounced(*other_.announcement));
  auto supports = SupportsOf(from.centre().id(), draft_);
  if (!supports.ok()) return supports.status();
  if (supports->count(into.centre().id()) > 0)
    return DoesNotFit(subject_.id() + " was split off from what " + other_id +
                      " holds: undo that split");
  auto held = SupportsOf(into.centre().id(), draft_);
  if (!held.ok()) return held.status();
  held->merge(*supports);
  if (held->size() > kGroupMax)
    return DoesNotFit("more than " + std::to_string(kGroupMax) + " centres would be one");

  if (!other_.id().empty()) Keep(*other_.announcement);
  KeepOwnStatements(&into);
  into.add_members(from.centre().id());
  from.set_merged_into(into.centre().id());
  RETURN_IF_ERROR(DeriveAffected(into.centre().id()));
  entry_.set_other_id(other_.id().empty() ? into.centre().id() : other_.id());
  subject_.announcement->set_state("merged");
  subject_.announcement->set_merged_into(entry_.other_id());
  draft_->Tell("merged", entry_.number(), subject_.announcement);
  NoteStanding(*subject_.announcement, now_, &from);
  return OkStatus();
}

Status Curator::Split(const v1::CurateRequest& request) {
  RETURN_IF_ERROR(CheckAnnounced(*subject_.announcement));
  CentreRecord& record = *subject_.record;
  auto held = SupportsOf(record.centre().id(), draft_);
  if (!held.ok()) return held.status();
  if (static_cast<size_t>(record.splits_size()) + held->size() >= kGroupMax)
    return DoesNotFit("more than " + std::to_string(kGroupMax) + " centres would hang together");
  auto pool = PoolOf(record.centre().id(), draft_);
  if (!pool.ok()) return pool.status();
  const std::string key = "split|" + std::to_string(entry_.number()) + "|" + record.key();
  registry::Split split;
  split.set_centre_id(CentreIdOf(key));
  for (const std::string& id : request.snapshot_ids()) {
    const auto found =
        std::find_if(pool->evidence.begin(), pool->evidence.end(),
                     [&](const Evidence& e) { return e.source().snapshot_id() == id; });
    if (found == pool->evidence.end())
      return DoesNotFit(id + " is no source of " + subject_.id());
    split.add_urls(found->source().url());
    split.add_sketches(found->sketch());
    entry_.add_snapshot_ids(id);
  }
  KeepOwnStatements(&record);
  *record.add_splits() = std::move(split);
  ASSIGN_OR_RETURN(CentreRecord * own, draft_->Centre(CentreIdOf(key)));
  own->set_key(key);
  own->mutable_centre()->set_id(CentreIdOf(key));
  own->set_split_from(record.centre().id());
  // Signboard did not hold it for a centre until now.
  own->add_withdrawals()->set_until_ms(ToMillis(now_));
  RETURN_IF_ERROR(DeriveAffected(record.centre().id()));
  if (!IsAnnounced(*subject_.announcement) || subject_.announcement->sources().empty())
    return DoesNotFit("with their versions and reprints all sources of " + subject_.id() +
                      " would leave");
  ASSIGN_OR_RETURN(other_, Find(AnnouncementIdOf(key)));
  entry_.set_other_id(other_.id());
  return OkStatus();
}

Status Curator::Judge(std::string_view verdict) {
  v1::Announcement& announcement = *subject_.announcement;
  CentreRecord& record = *subject_.record;
  const bool taken_back = announcement.state() == "retracted" && record.verdict() != kRetracted;
  if (verdict == kRetracted || !taken_back) RETURN_IF_ERROR(CheckAnnounced(announcement));
  if (verdict == kConfirmed && record.verdict() == kConfirmed)
    return DoesNotFit(announcement.id() + " is confirmed already");
  record.set_verdict(std::string(verdict));
  announcement.set_state(std::string(verdict));
  draft_->Tell(verdict == kRetracted ? "retracted" : "updated", entry_.number(), &announcement);
  NoteStanding(announcement, now_, &record);
  return OkStatus();
}

StatusOr<v1::Curation> Curator::ToUndo(uint64_t number) {
  auto all = log_.Of(subject_.id());
  if (!all.ok()) return all.status();
  std::erase_if(*all, [](const v1::Curation& c) {
    return c.action() == Action::UNDO || c.undone_by() != 0;
  });
  const auto found = std::find_if(all->begin(), all->end(), [&](const v1::Curation& c) {
    return number == 0 || c.number() == number;
  });
  if (found == all->end()) {
    return DoesNotFit(number == 0 ? "nothing is curated of " + subject_.id()
                                  : "curation " + std::to_string(number) + " of " +
                                        subject_.id() + " is not in effect");
  }
  v1::Curation curation = *found;
  std::vector<v1::Curation> newer(all->begin(), found);
  if (!curation.other_id().empty()) {
    auto more = log_.Of(ToAnnouncementId(curation.other_id()));
    if (!more.ok()) return more.status();
    newer.insert(newer.end(), more->begin(), more->end());
  }
  for (const v1::Curation& one : newer) {
    const bool in_effect = one.action() != Action::UNDO && one.undone_by() == 0;
    if (in_effect && one.number() > curation.number() && RestsOn(one, curation)) {
      return DoesNotFit("curation " + std::to_string(one.number()) + " of " + one.id() +
                        " rests on it: undo that first");
    }
  }
  return curation;
}

Status Curator::Undo(uint64_t number) {
  auto curation = ToUndo(number);
  if (!curation.ok()) return curation.status();
  entry_.set_undoes(curation->number());
  entry_.set_other_id(curation->id() == subject_.id() ? curation->other_id() : curation->id());
  if (!entry_.other_id().empty()) {
    ASSIGN_OR_RETURN(other_, FindTarget(entry_.other_id()));
    if (!other_.id().empty()) Keep(*other_.announcement);
  }
  curation->set_undone_by(entry_.number());
  log_.Put(*curation, &draft_->batch());
  switch (curation->action()) {
    case Action::MERGE: return UndoMerge(*curation);
    case Action::SPLIT: return UndoSplit(*curation);
    default: return UndoVerdict(*curation);
  }
}

Status Curator::UndoMerge(const v1::Curation& curation) {
  ASSIGN_OR_RETURN(const Subject from, Find(curation.id()));
  ASSIGN_OR_RETURN(CentreRecord * into, draft_->Centre(from.record->merged_into()));
  Remove(from.centre_id(), into->mutable_members());
  from.record->clear_merged_into();
  ShowOwnStatements(into);
  RETURN_IF_ERROR(DeriveAffected(into->centre().id()));
  return DeriveAffected(from.centre_id());
}

Status Curator::UndoSplit(const v1::Curation& curation) {
  ASSIGN_OR_RETURN(const Subject from, Find(curation.id()));
  ASSIGN_OR_RETURN(const Subject own, Find(curation.other_id()));
  auto& splits = *from.record->mutable_splits();
  splits.erase(std::remove_if(splits.begin(), splits.end(),
                              [&](const registry::Split& split) {
                                return split.centre_id() == own.centre_id();
                              }),
               splits.end());
  ShowOwnStatements(from.record);
  own.record->set_merged_into(from.centre_id());
  RETURN_IF_ERROR(DeriveAffected(from.centre_id()));
  own.announcement->set_state("merged");
  own.announcement->set_merged_into(from.id());
  draft_->Tell("merged", entry_.number(), own.announcement);
  NoteStanding(*own.announcement, now_, own.record);
  return OkStatus();
}

Status Curator::UndoVerdict(const v1::Curation& curation) {
  const bool was_confirmed = curation.action() == Action::RETRACT &&
                             curation.before(0).state() == kConfirmed;
  subject_.record->set_verdict(std::string(was_confirmed ? kConfirmed : ""));
  return DeriveAffected(subject_.centre_id());
}

}  // namespace signboard::registry
