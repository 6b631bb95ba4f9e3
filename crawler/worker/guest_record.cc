#include "crawler/worker/guest_record.h"

#include <google/protobuf/util/json_util.h>

#include "crawler/fetch/header_values.h"
#include "proto/base/digest.h"
#include "proto/base/span.h"
#include "proto/base/url.h"
#include "proto/base/url_canonical.h"

namespace signboard::worker {
namespace {

namespace json = google::protobuf::util;

constexpr size_t kRecordBytesMax = size_t{64} << 10;
constexpr size_t kPlaceCodeBytesMax = 12;
constexpr size_t kDigestBytesMax = 32;
constexpr size_t kTraceIdBytes = 8;

v1::GuestRecord SeedOf(const std::string& url) {
  v1::GuestRecord record;
  const auto parsed = base::Url::Parse(url);
  if (!parsed.ok() || !parsed->is_http()) return record;
  record.set_seed_url(base::Canonical(*parsed));
  record.mutable_scope()->set_host(base::QueueKey(*parsed));
  return record;
}

// What goes out to sites, or is compared with what comes from them.
void MakeFit(v1::PageState* state) {
  state->set_etag(fetch::ValidatorOf(state->etag(), fetch::kEtagBytesMax));
  state->set_last_modified(
      fetch::ValidatorOf(state->last_modified(), fetch::kLastModifiedBytesMax));
  for (std::string* digest : {state->mutable_body_sha256(), state->mutable_fingerprint(),
                              state->mutable_refined_fingerprint()})
    if (digest->size() > kDigestBytesMax) digest->clear();
}

}  // namespace

v1::GuestRecord ReadGuestRecord(const urlfrontier::URLInfo& info) {
  const auto found = info.metadata().find(kGuestRecordName);
  if (found == info.metadata().end() || found->second.values_size() != 1 ||
      found->second.values(0).size() > kRecordBytesMax)
    return SeedOf(info.url());
  json::JsonParseOptions options;
  options.ignore_unknown_fields = true;  // Of a worker that knows more than this one.
  v1::GuestRecord record;
  if (!json::JsonStringToMessage(found->second.values(0), &record, options).ok())
    return SeedOf(info.url());
  if (record.has_last()) MakeFit(record.mutable_last());
  if (record.place_code().size() > kPlaceCodeBytesMax) record.clear_place_code();
  if (!record.has_scope() || record.scope().host().empty()) {
    const v1::GuestRecord seed = SeedOf(record.seed_url());
    *record.mutable_scope() = seed.scope();
  }
  return record;
}

void WriteGuestRecord(const v1::GuestRecord& record, urlfrontier::URLInfo* info) {
  std::string text;
  if (!json::MessageToJsonString(record, &text).ok()) return;
  urlfrontier::StringList& values = (*info->mutable_metadata())[kGuestRecordName];
  values.clear_values();
  values.add_values(std::move(text));
}

v1::Lease LeaseOf(const urlfrontier::URLInfo& info, const v1::GuestRecord& record,
                  const std::string& lease_id, Millis lasts) {
  v1::Lease lease;
  lease.set_lease_id(lease_id);
  lease.set_url(info.url());
  lease.set_queue(info.key());
  *lease.mutable_lasts() = base::ToProto(lasts);
  lease.set_priority(record.hub() ? v1::PRIORITY_HUB : v1::PRIORITY_NORMAL);
  lease.set_depth(record.depth());
  *lease.mutable_scope() = record.scope();
  if (record.has_last()) *lease.mutable_last() = record.last();
  lease.set_trace_id(base::ToHex(base::RandomBytes(kTraceIdBytes)));
  lease.set_via(record.via());
  lease.set_seed_url(record.seed_url());
  lease.set_place_code(record.place_code());
  return lease;
}

v1::GuestRecord RecordOfLink(const std::string& page_url, const v1::GuestRecord& page,
                             const v1::Outlink& link) {
  const bool redirect = link.kind() == v1::Outlink::REDIRECT;
  const bool list_page = link.kind() == v1::Outlink::PAGINATION;
  v1::GuestRecord record;
  record.set_seed_url(page.seed_url());
  record.set_place_code(page.place_code());
  *record.mutable_scope() = page.scope();
  record.set_depth(page.depth() + (redirect || list_page ? 0 : 1));
  record.set_list_page(list_page ? page.list_page() + 1 : 0);
  record.set_via(page_url);
  record.set_redirects(redirect ? page.redirects() + 1 : 0);
  record.set_sitemap_depth(link.kind() == v1::Outlink::SITEMAP ? page.sitemap_depth() + 1 : 0);
  record.set_hub(link.priority() == v1::PRIORITY_HUB);
  return record;
}

}  // namespace signboard::worker
