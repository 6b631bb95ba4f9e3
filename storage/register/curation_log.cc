#include "storage/register/curation_log.h"

#include <optional>
#include <utility>

namespace signboard::registry {
namespace {

kv::CursorOptions Between(std::string lower, std::string upper) {
  kv::CursorOptions options;
  options.lower = std::move(lower);
  options.upper = std::move(upper);
  return options;
}

}  // namespace

StatusOr<Page<v1::Curation>> CurationLog::List(const v1::ListCurationsRequest& request) const {
  ASSIGN_OR_RETURN(const uint32_t limit, ListLimit(request.limit()));
  const std::string& id = request.id();
  if (!id.empty() && CentreIdOfAnnouncement(id).empty())
    return base::InvalidArgument("id: '" + id + "' is of no announcement");
  const uint64_t from = request.before_number() == 0 ? UINT64_MAX : request.before_number() - 1;
  const auto cursor = shard_->Scan(
      families_.curation, id.empty() ? Between(CurationKey(from), CurationKey(0))
                                     : Between(CurationOfKey(id, from), CurationOfKey(id, 0)));
  Page<v1::Curation> page;
  Fill fill(limit);
  for (cursor->SeekToFirst(); cursor->Valid(); cursor->Next()) {
    if (!fill.Takes()) {
      page.next = std::to_string(page.rows.back().number());
      break;
    }
    ASSIGN_OR_RETURN(const uint64_t number, NumberOfCurationKey(cursor->key()));
    auto entry = Get(number);
    if (!entry.ok()) return entry.status();
    fill.Took(entry->ByteSizeLong());
    page.rows.push_back(*std::move(entry));
  }
  RETURN_IF_ERROR(cursor->status());
  return page;
}

StatusOr<uint64_t> CurationLog::Newest() const {
  const auto cursor =
      shard_->Scan(families_.curation, Between(CurationKey(UINT64_MAX), CurationKey(0)));
  cursor->SeekToFirst();
  if (cursor->Valid()) return NumberOfCurationKey(cursor->key());
  RETURN_IF_ERROR(cursor->status());
  return uint64_t{0};
}

StatusOr<v1::Curation> CurationLog::Get(uint64_t number) const {
  const std::string key = CurationKey(number);
  ASSIGN_OR_RETURN(const std::optional<std::string> value, shard_->Get(families_.curation, key));
  if (!value) return base::NotFound("no curation " + std::to_string(number));
  return Decode<v1::Curation>(key, *value);
}

StatusOr<std::vector<v1::Curation>> CurationLog::Of(const std::string& announcement_id) const {
  const auto cursor = shard_->Scan(families_.curation, Between(CurationOfKey(announcement_id,
                                                                             UINT64_MAX),
                                                               CurationOfKey(announcement_id, 0)));
  std::vector<v1::Curation> all;
  for (cursor->SeekToFirst(); cursor->Valid() && all.size() < kOfOneMax; cursor->Next()) {
    ASSIGN_OR_RETURN(const uint64_t number, NumberOfCurationKey(cursor->key()));
    auto entry = Get(number);
    if (!entry.ok()) return entry.status();
    all.push_back(*std::move(entry));
  }
  RETURN_IF_ERROR(cursor->status());
  return all;
}

void CurationLog::Put(const v1::Curation& entry, kv::Batch* batch) const {
  batch->Put(families_.curation, CurationKey(entry.number()), entry.SerializeAsString());
  batch->Put(families_.curation, CurationOfKey(entry.id(), entry.number()), "");
  if (entry.other_id().empty()) return;
  batch->Put(families_.curation,
             CurationOfKey(ToAnnouncementId(entry.other_id()), entry.number()), "");
}

}  // namespace signboard::registry
