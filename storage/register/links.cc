#include "storage/register/links.h"

#include <algorithm>
#include <map>
#include <utility>

#include "storage/register/curated.h"
#include "storage/register/derive.h"
#include "storage/register/foundings.h"

namespace signboard::registry {
namespace {

// An analyst's word is on it, or a page's that it was renamed: it is not linked by what is told.
StatusOr<bool> IsSettled(const CentreRecord& record, Draft* draft) {
  if (!record.verdict().empty() || !record.split_from().empty() || record.splits_size() > 0)
    return true;
  if (!record.merged_into().empty() && record.link() != CentreRecord::TOLD) return true;
  for (const std::string& id : record.members()) {
    ASSIGN_OR_RETURN(const CentreRecord* member, draft->Centre(id));
    if (member->link() == CentreRecord::NONE) return true;
  }
  return false;
}

Status Unlink(CentreRecord* member, Draft* draft, std::set<std::string>* changed) {
  if (member->merged_into().empty()) return OkStatus();
  ASSIGN_OR_RETURN(CentreRecord * root, draft->Centre(member->merged_into()));
  auto& members = *root->mutable_members();
  members.erase(std::remove(members.begin(), members.end(), member->centre().id()),
                members.end());
  ShowOwnStatements(root);
  changed->insert({root->centre().id(), member->centre().id()});
  member->clear_merged_into();
  member->clear_link();
  return OkStatus();
}

void Link(CentreRecord* member, CentreRecord* root, CentreRecord::Link link,
          std::set<std::string>* changed) {
  KeepOwnStatements(root);
  root->add_members(member->centre().id());
  member->set_merged_into(root->centre().id());
  member->set_link(link);
  changed->insert({root->centre().id(), member->centre().id()});
}

// Those of a place that are listed, with their members, and `touched`.
StatusOr<std::set<std::string>> CentresOf(kv::Shard& shard, const Families& families,
                                          const std::string& code,
                                          const std::set<std::string>& touched, Draft* draft) {
  kv::CursorOptions options;
  options.lower = PlaceKey(code, "");
  options.upper = EndKey();
  const std::string prefix = options.lower;
  std::set<std::string> ids = touched;
  const auto cursor = shard.Scan(families.place, std::move(options));
  for (cursor->SeekToFirst(); cursor->Valid() && cursor->key().starts_with(prefix) &&
                              ids.size() < kCentresOfPlaceMax;
       cursor->Next()) {
    ASSIGN_OR_RETURN(std::string id, IdOfPlaceKey(cursor->key()));
    ids.insert(std::move(id));
  }
  RETURN_IF_ERROR(cursor->status());
  std::set<std::string> members;
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(const CentreRecord* record, draft->Centre(id));
    members.insert(record->members().begin(), record->members().end());
  }
  ids.merge(members);
  return ids;
}

Status LinkPlace(const std::set<std::string>& ids, const std::string& code, Draft* draft,
                 std::set<std::string>* changed) {
  std::vector<CentreRecord*> records;
  std::vector<FoundingMark> marks;
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(CentreRecord * record, draft->Centre(id));
    if (!record->has_mark() || record->mark().place_code() != code) continue;
    records.push_back(record);
    marks.push_back(record->mark());
  }
  const std::vector<size_t> firsts = LinkMarks(marks);
  std::vector<std::pair<size_t, size_t>> wanted;  // Member and root.
  for (size_t i = 0; i < records.size(); ++i) {
    ASSIGN_OR_RETURN(const bool settled, IsSettled(*records[i], draft));
    if (settled) continue;
    const std::string root = firsts[i] == i ? "" : records[firsts[i]]->centre().id();
    if (records[i]->merged_into() == root) continue;
    RETURN_IF_ERROR(Unlink(records[i], draft, changed));
    if (!root.empty()) wanted.emplace_back(i, firsts[i]);
  }
  for (const auto& [member, root] : wanted) {
    auto supports = SupportsOf(records[member]->centre().id(), draft);
    if (!supports.ok()) return supports.status();
    if (supports->count(records[root]->centre().id()) == 0)
      Link(records[member], records[root], CentreRecord::TOLD, changed);
  }
  return OkStatus();
}

}  // namespace

Status LinkTold(kv::Shard& shard, const Families& families, const std::set<std::string>& touched,
                Draft* draft, std::set<std::string>* changed) {
  std::map<std::string, std::set<std::string>> by_place;
  for (const std::string& id : touched) {
    ASSIGN_OR_RETURN(const CentreRecord* record, draft->Centre(id));
    if (!record->mark().place_code().empty())
      by_place[record->mark().place_code()].insert(id);
  }
  for (const auto& [code, those] : by_place) {
    auto ids = CentresOf(shard, families, code, those, draft);
    if (!ids.ok()) return ids.status();
    RETURN_IF_ERROR(LinkPlace(*ids, code, draft, changed));
  }
  return OkStatus();
}

Status LinkRenamed(const std::vector<std::string>& ids, const std::string& day, Draft* draft,
                   std::set<std::string>* changed) {
  CentreRecord* known = nullptr;
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(CentreRecord * record, draft->Centre(id));
    if (!IsListed(record->centre())) continue;
    if (known != nullptr) return OkStatus();  // Two centres: which became which, a person says.
    known = record;
  }
  if (known == nullptr || !known->merged_into().empty()) return OkStatus();
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(CentreRecord * record, draft->Centre(id));
    if (record == known || !record->merged_into().empty() || !IsPlain(*record)) continue;
    for (v1::Statement& said : *OwnStatements(known)) {
      if (said.field() == "name_zh" && said.value() == known->centre().name_zh())
        said.set_valid_to(day);
    }
    Link(record, known, CentreRecord::RENAMED, changed);
  }
  return OkStatus();
}

Status TellMerged(const std::set<std::string>& ids, UnixTime now, Draft* draft) {
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(CentreRecord * record, draft->Centre(id));
    if (record->link() == CentreRecord::NONE) continue;
    ASSIGN_OR_RETURN(v1::Announcement * announcement,
                     draft->Announcement(AnnouncementIdOfCentre(id)));
    if (announcement->id().empty() || announcement->state() == "merged") continue;
    ASSIGN_OR_RETURN(const v1::Announcement* into,
                     draft->Announcement(AnnouncementIdOfCentre(record->merged_into())));
    announcement->set_state("merged");
    announcement->set_merged_into(into->id().empty() ? record->merged_into() : into->id());
    draft->Tell("merged", 0, announcement);
    NoteStanding(*announcement, now, record);
  }
  return OkStatus();
}

}  // namespace signboard::registry
