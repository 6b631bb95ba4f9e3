#include "storage/register/alert_schema.h"

#include <map>
#include <memory>
#include <utility>

#include "proto/base/digest.h"
#include "proto/base/key_codec.h"
#include "storage/register/alert_records.pb.h"
#include "storage/register/schema.h"

namespace signboard::registry {
namespace {

constexpr size_t kIdBytes = 13;

Status Violated(const std::string& what) { return base::DataLoss("alerts: " + what); }

using Numbers = std::map<std::string, uint64_t>;  // What is expected next of each subscription.

Status CheckDeliveries(kv::Shard& shard, kv::Family family,
                       const std::map<std::string, SubscriptionRecord>& known) {
  Numbers next;
  for (const auto& [id, record] : known) next[id] = record.oldest();
  const auto cursor = ScanAll(shard, family);
  for (; cursor->Valid(); cursor->Next()) {
    ASSIGN_OR_RETURN(const v1::Delivery delivery,
                     Decode<v1::Delivery>(cursor->key(), cursor->value()));
    const std::string& id = delivery.subscription_id();
    const auto owner = known.find(id);
    if (owner == known.end()) return Violated("delivery " + delivery.id() + " belongs to nobody");
    uint64_t& expected = next[id];
    if (delivery.number() != expected || DeliveryKey(id, expected) != cursor->key())
      return Violated("delivery " + std::to_string(expected) + " of " + id + " is missing");
    if ((delivery.state() == "pending") != (expected >= owner->second.head()))
      return Violated("delivery " + std::to_string(expected) + " of " + id + " is " +
                      delivery.state());
    ++expected;
  }
  RETURN_IF_ERROR(cursor->status());
  for (const auto& [id, record] : known)
    if (next[id] != record.next()) return Violated("the newest deliveries of " + id + " are gone");
  return OkStatus();
}

Status CheckOccurrences(kv::Shard& shard, kv::Family family) {
  uint64_t last = 0;
  const auto cursor = ScanAll(shard, family);
  for (; cursor->Valid(); cursor->Next()) {
    ASSIGN_OR_RETURN(const Occurrence one, Decode<Occurrence>(cursor->key(), cursor->value()));
    const bool follows = last == 0 || one.sequence() == last + 1;
    if (!follows || OccurrenceKey(one.sequence()) != cursor->key())
      return Violated("occurrence " + std::to_string(last + 1) + " is missing");
    last = one.sequence();
  }
  return cursor->status();
}

}  // namespace

std::vector<kv::FamilySpec> AlertFamilies() {
  return {
      {.name = "alert_subscription"},
      {.name = "alert_delivery", .blobs = true},
      {.name = "alert_told"},
      {.name = "alert_occurrence", .blobs = true},
      {.name = "alert_meta"},
      {.name = "alert_site"},
      {.name = "alert_page"},
  };
}

StatusOr<AlertKeys> FindAlertFamilies(const kv::Space& space) {
  ASSIGN_OR_RETURN(kv::Family at, FirstFamily(space, AlertFamilies(), "AlertFamilies"));
  AlertKeys keys;
  for (kv::Family* family :
       {&keys.subscription, &keys.delivery, &keys.told, &keys.occurrence, &keys.meta,
        &keys.site, &keys.page}) {
    *family = at++;
  }
  return keys;
}

std::string NewSubscriptionId() { return "s" + base::ToHex(base::RandomBytes(6)); }

bool IsSubscriptionId(std::string_view id) {
  if (id.size() != kIdBytes || id[0] != 's') return false;
  return id.find_first_not_of("0123456789abcdef", 1) == std::string_view::npos;
}

std::string DeliveryKey(std::string_view subscription, uint64_t number) {
  std::string key = IdKey(subscription);
  base::AppendU64(&key, number);
  return key;
}

std::string ToldKey(std::string_view subscription, std::string_view announcement) {
  std::string key = IdKey(subscription);
  key += announcement;
  return key;
}

std::string OccurrenceKey(uint64_t sequence) { return EventKey(sequence); }

std::string SiteKey(std::string_view url) { return IdKey(base::ToHex(base::Sha256(url))); }

std::string PageKey(std::string_view url) { return SiteKey(url); }

Status CheckAlerts(kv::Space& space) {
  ASSIGN_OR_RETURN(const AlertKeys keys, FindAlertFamilies(space));
  ASSIGN_OR_RETURN(const std::shared_ptr<kv::Shard> shard, space.ShardOf(kv::kReservedSlot));
  std::map<std::string, SubscriptionRecord> known;
  const auto subscriptions = ScanAll(*shard, keys.subscription);
  for (; subscriptions->Valid(); subscriptions->Next()) {
    ASSIGN_OR_RETURN(SubscriptionRecord record, Decode<SubscriptionRecord>(
                                                    subscriptions->key(), subscriptions->value()));
    const std::string id = record.wanted().id();
    if (IdKey(id) != subscriptions->key())
      return Violated("subscription " + id + " lies elsewhere");
    if (record.oldest() > record.head() || record.head() > record.next())
      return Violated("the deliveries of " + id + " are not in order");
    known[id] = std::move(record);
  }
  RETURN_IF_ERROR(subscriptions->status());
  RETURN_IF_ERROR(CheckDeliveries(*shard, keys.delivery, known));
  const auto told = ScanAll(*shard, keys.told);
  for (; told->Valid(); told->Next()) {
    const std::string id(told->key().substr(FirstKey().size(), kIdBytes));
    if (known.count(id) == 0) return Violated("something was told to " + id + ", who is not there");
  }
  RETURN_IF_ERROR(told->status());
  const auto sites = ScanAll(*shard, keys.site);
  for (; sites->Valid(); sites->Next()) {
    ASSIGN_OR_RETURN(const SiteRecord site, Decode<SiteRecord>(sites->key(), sites->value()));
    if (SiteKey(site.url()) != sites->key()) return Violated("a site lies elsewhere");
  }
  RETURN_IF_ERROR(sites->status());
  const auto pages = ScanAll(*shard, keys.page);
  for (; pages->Valid(); pages->Next()) {
    ASSIGN_OR_RETURN(const PageRecord page, Decode<PageRecord>(pages->key(), pages->value()));
    if (PageKey(page.url()) != pages->key()) return Violated("a page lies elsewhere");
  }
  RETURN_IF_ERROR(pages->status());
  return CheckOccurrences(*shard, keys.occurrence);
}

}  // namespace signboard::registry
