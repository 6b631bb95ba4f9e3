#include "storage/register/draft.h"

#include <set>
#include <string_view>

namespace signboard::registry {

template <class Record>
StatusOr<Record*> Draft::Hold(kv::Family family, const std::string& id, AllHeld<Record>* all) {
  std::unique_ptr<Held<Record>>& held = (*all)[id];
  if (held == nullptr) {
    auto loaded = LoadOrEmpty<Record>(shard_, family, id);
    if (!loaded.ok()) return loaded.status();
    held = std::make_unique<Held<Record>>();
    held->was = *loaded;
    held->is = *std::move(loaded);
  }
  return &held->is;
}

StatusOr<CentreRecord*> Draft::Centre(const std::string& id) {
  return Hold(families_.centre, id, &centres_);
}

StatusOr<EvidenceRecord*> Draft::Evidence(const std::string& id) {
  return Hold(families_.evidence, id, &evidence_);
}

StatusOr<v1::Announcement*> Draft::Announcement(const std::string& id) {
  return Hold(families_.announcement, id, &announcements_);
}

void Draft::Tell(const std::string& type, uint64_t curation, v1::Announcement* announcement) {
  announcement->set_sequence(++sequence_);
  v1::AnnouncementEvent event;
  event.set_sequence(sequence_);
  event.set_type(type);
  *event.mutable_announcement() = *announcement;
  event.set_trace_id(trace_id_);
  event.set_curation(curation);
  batch_.Put(families_.event, EventKey(sequence_), event.SerializeAsString());
  told_.emplace_back(type, announcement->id());
}

void Draft::PutCentre(const CentreRecord& was, const CentreRecord& is) {
  const std::string& id = is.centre().id();
  batch_.Put(families_.centre, IdKey(id), is.SerializeAsString());
  if (IsListed(was.centre())) {
    batch_.Delete(families_.place, PlaceKey(was.centre().place().code(), id));
    more_centres_ -= Stands(was.centre()) ? 1 : 0;
  }
  if (IsListed(is.centre())) {
    batch_.Put(families_.place, PlaceKey(is.centre().place().code(), id),
               Stands(is.centre()) ? kStandsMark : kWithdrawnMark);
    more_centres_ += Stands(is.centre()) ? 1 : 0;
  }
}

void Draft::PutEvidence(const std::string& id, const EvidenceRecord& was,
                        const EvidenceRecord& is) {
  batch_.Put(families_.evidence, IdKey(id), is.SerializeAsString());
  std::set<std::string_view> had;
  for (const registry::Evidence& one : was.evidence()) had.insert(one.source().url());
  std::set<std::string_view> has;
  for (const registry::Evidence& one : is.evidence()) has.insert(one.source().url());
  for (const std::string_view url : had)
    if (has.count(url) == 0) batch_.Delete(families_.url, UrlKey(url, id));
  for (const std::string_view url : has)
    if (had.count(url) == 0) batch_.Put(families_.url, UrlKey(url, id), "");
}

std::vector<v1::PreviewReply::Change> Draft::ChangedAnnouncements() const {
  std::vector<v1::PreviewReply::Change> changes;
  for (const auto& [id, held] : announcements_) {
    if (held == nullptr || held->is.id().empty()) continue;
    v1::Announcement is = held->is;
    is.set_sequence(held->was.sequence());
    if (is.SerializeAsString() == held->was.SerializeAsString()) continue;
    v1::PreviewReply::Change& change = changes.emplace_back();
    const bool stood = !held->was.id().empty() && held->was.state() != "retracted";
    const bool stands = is.state() != "retracted";
    change.set_type(stood == stands ? "updated" : stands ? "new" : "retracted");
    if (!held->was.id().empty()) *change.mutable_before() = held->was;
    *change.mutable_after() = std::move(is);
  }
  return changes;
}

void Draft::Finish() {
  for (const auto& [id, held] : centres_) {
    if (held != nullptr && held->is.SerializeAsString() != held->was.SerializeAsString())
      PutCentre(held->was, held->is);
  }
  for (const auto& [id, held] : evidence_) {
    if (held != nullptr && held->is.SerializeAsString() != held->was.SerializeAsString())
      PutEvidence(id, held->was, held->is);
  }
  for (const auto& [id, held] : announcements_) {
    if (held == nullptr || held->is.id().empty()) continue;
    const std::string bytes = held->is.SerializeAsString();
    if (bytes == held->was.SerializeAsString()) continue;
    if (held->was.id().empty()) {
      ++new_announcements_;
    } else {
      batch_.Delete(families_.newest, NewestKey(held->was.first_found_ms(), id));
    }
    batch_.Put(families_.newest, NewestKey(held->is.first_found_ms(), id), "");
    batch_.Put(families_.announcement, IdKey(id), bytes);
  }
}

}  // namespace signboard::registry
