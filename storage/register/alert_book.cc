// AlertBook: opening, and what its owner asks of it.
#include "storage/register/alert_book.h"

#include <algorithm>
#include <set>
#include <utility>

#include "proto/base/digest.h"
#include "proto/base/key_codec.h"
#include "proto/base/log.h"
#include "storage/register/alert_draft.h"
#include "storage/register/schema.h"
#include "storage/register/subscriptions.h"

namespace signboard::registry {
namespace {

constexpr size_t kSecretBytes = 32;

Status NoSuch(const std::string& id) {
  return base::NotFound("no subscription " + id.substr(0, 64));
}

void ClearOutput(v1::Subscription* wanted) {
  wanted->clear_dry_run();
  wanted->clear_state();
  wanted->clear_created_ms();
  wanted->clear_pending();
  wanted->clear_last_delivered_ms();
  wanted->clear_failing_since_ms();
  wanted->clear_next_attempt_ms();
  wanted->clear_last_error();
}

// A changed subscription keeps its id, its place in what happened and its secret.
void PutAnew(const v1::Subscription& wanted, SubscriptionRecord* record) {
  const std::string secret = record->wanted().secret();
  *record->mutable_wanted() = wanted;
  if (wanted.secret().empty() && !IsMail(wanted)) record->mutable_wanted()->set_secret(secret);
  if (wanted.paused()) return;
  record->clear_halted();
  record->clear_failing_since_ms();
  record->clear_last_error();
}

}  // namespace

AlertBook::AlertBook(std::shared_ptr<kv::Shard> shard, AlertKeys keys, Register& reg,
                     const Clock& clock, AlertOptions options)
    : shard_(std::move(shard)),
      keys_(keys),
      register_(reg),
      clock_(clock),
      options_(std::move(options)) {}

StatusOr<std::unique_ptr<AlertBook>> AlertBook::Open(kv::Space& space, Register& reg,
                                                     const Clock& clock, AlertOptions options) {
  ASSIGN_OR_RETURN(const AlertKeys keys, FindAlertFamilies(space));
  ASSIGN_OR_RETURN(std::shared_ptr<kv::Shard> shard, space.ShardOf(kv::kReservedSlot));
  std::unique_ptr<AlertBook> book(
      new AlertBook(std::move(shard), keys, reg, clock, std::move(options)));
  RETURN_IF_ERROR(book->Load());
  return book;
}

Status AlertBook::Load() {
  base::MutexLock lock(mutex_);
  ASSIGN_OR_RETURN(const std::optional<std::string> version,
                   shard_->Get(keys_.meta, VersionKey()));
  if (!version) {
    std::string value;
    base::AppendU32(&value, kAlertSchemaVersion);
    kv::Batch batch;
    batch.Put(keys_.meta, VersionKey(), value);
    RETURN_IF_ERROR(shard_->Write(batch, kv::Durability::kSynced));
  } else {
    base::KeyReader reader(*version);
    ASSIGN_OR_RETURN(const uint32_t found, reader.U32());
    if (found > kAlertSchemaVersion)
      return base::FailedPrecondition("the alerts are of schema version " + std::to_string(found));
  }
  const auto cursor = ScanAll(*shard_, keys_.subscription);
  for (; cursor->Valid(); cursor->Next()) {
    ASSIGN_OR_RETURN(SubscriptionRecord record,
                     Decode<SubscriptionRecord>(cursor->key(), cursor->value()));
    const std::string id = record.wanted().id();
    records_[id] = std::move(record);
  }
  RETURN_IF_ERROR(cursor->status());
  const auto newest = ScanAll(*shard_, keys_.occurrence);
  newest->SeekToLast();
  if (newest->Valid()) {
    ASSIGN_OR_RETURN(happened_, SequenceOfEventKey(newest->key()));
  }
  RETURN_IF_ERROR(newest->status());
  Gauge();
  Log(kInfo, "alerts.opened", {{"subscriptions", records_.size()}, {"occurrences", happened_}});
  return OkStatus();
}

StatusOr<SubscriptionRecord*> AlertBook::Find(const std::string& id) {
  const auto found = records_.find(id);
  if (found == records_.end()) return NoSuch(id);
  return &found->second;
}

StatusOr<v1::Delivery> AlertBook::LoadDelivery(const std::string& id, uint64_t number) {
  const std::string key = DeliveryKey(id, number);
  ASSIGN_OR_RETURN(const std::optional<std::string> value, shard_->Get(keys_.delivery, key));
  if (!value) return UndecodableRecord(key, "a delivery, for it is not there");
  return Decode<v1::Delivery>(key, *value);
}

StatusOr<v1::Subscription> AlertBook::Shown(const SubscriptionRecord& record) {
  v1::Subscription shown = record.wanted();
  shown.clear_secret();
  shown.set_state(!record.halted().empty() ? record.halted()
                  : shown.paused()         ? "paused"
                                           : "active");
  shown.set_created_ms(record.created_ms());
  shown.set_pending(record.next() - record.head());
  shown.set_last_delivered_ms(record.last_delivered_ms());
  shown.set_failing_since_ms(record.failing_since_ms());
  shown.set_last_error(record.last_error());
  if (record.head() == record.next() || shown.state() != "active") return shown;
  ASSIGN_OR_RETURN(const v1::Delivery head, LoadDelivery(shown.id(), record.head()));
  shown.set_next_attempt_ms(std::max(head.next_attempt_ms(), head.created_ms()));
  return shown;
}

StatusOr<v1::Subscription> AlertBook::Put(v1::Subscription given) {
  const bool dry_run = given.dry_run();
  ClearOutput(&given);
  ASSIGN_OR_RETURN(v1::Subscription wanted, CheckSubscription(std::move(given)));
  base::MutexLock lock(mutex_);
  Draft draft(keys_, {}, clock_.Now());
  const bool is_new = wanted.id().empty();
  if (IsMail(wanted) && is_new && !options_.takes_mail())
    return base::FailedPrecondition(
        "target: there is no server to give mail to: set mail_server in [alerts]");
  if (is_new) {
    if (records_.size() >= kSubscriptionsMax)
      return base::ResourceExhausted("there are " + std::to_string(kSubscriptionsMax) +
                                     " subscriptions already");
    wanted.set_id(NewSubscriptionId());
    draft.record.set_created_ms(ToMillis(draft.now));
    draft.record.set_announced(wanted.filter().has_since_ms() ? 0 : register_.Stats().sequence());
    draft.record.set_happened(happened_);
  } else {
    ASSIGN_OR_RETURN(SubscriptionRecord* const known, Find(wanted.id()));
    draft.record = *known;
  }
  PutAnew(wanted, &draft.record);
  const bool makes_secret = draft.record.wanted().secret().empty() && !IsMail(wanted);
  if (makes_secret) draft.record.mutable_wanted()->set_secret(base::RandomBytes(kSecretBytes));
  if (draft.record.halted().empty() && draft.record.head() < draft.record.next()) {
    // What failed begins anew with its attempts.
    ASSIGN_OR_RETURN(v1::Delivery head, LoadDelivery(wanted.id(), draft.record.head()));
    head.set_next_attempt_ms(0);
    head.set_attempt_count(0);
    draft.batch.Put(keys_.delivery, DeliveryKey(wanted.id(), head.number()),
                    head.SerializeAsString());
  }
  const SubscriptionRecord made = draft.record;
  if (!dry_run) {
    RETURN_IF_ERROR(Write(&draft));
    Gauge();
    Log(kInfo, "alerts.subscribed", {{"id", wanted.id()}, {"new", is_new}});
    bell_.Ring();
  }
  ASSIGN_OR_RETURN(v1::Subscription shown, Shown(made));
  if (makes_secret && !dry_run) shown.set_secret(made.wanted().secret());
  if (is_new && dry_run) shown.clear_id();
  return shown;
}

StatusOr<std::vector<v1::Subscription>> AlertBook::List() {
  base::MutexLock lock(mutex_);
  std::vector<v1::Subscription> all;
  for (const auto& [id, record] : records_) {
    ASSIGN_OR_RETURN(v1::Subscription shown, Shown(record));
    all.push_back(std::move(shown));
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return a.created_ms() < b.created_ms();
  });
  return all;
}

Status AlertBook::Delete(const v1::DeleteSubscriptionRequest& request) {
  base::MutexLock lock(mutex_);
  RETURN_IF_ERROR(Find(request.id()).status());
  if (request.dry_run()) return OkStatus();
  kv::Batch batch;
  batch.Delete(keys_.subscription, IdKey(request.id()));
  const std::string first = IdKey(request.id());
  std::string end = first;
  ++end.back();  // A hexadecimal digit: it does not overflow.
  batch.DeleteRange(keys_.delivery, first, end);
  batch.DeleteRange(keys_.told, first, end);
  RETURN_IF_ERROR(shard_->Write(batch, kv::Durability::kSynced));
  records_.erase(request.id());
  Gauge();
  Log(kInfo, "alerts.unsubscribed", {{"id", request.id()}});
  bell_.Ring();
  return OkStatus();
}

StatusOr<Page<v1::Delivery>> AlertBook::ListDeliveries(const v1::ListDeliveriesRequest& request) {
  ASSIGN_OR_RETURN(const uint32_t limit, ListLimit(request.limit()));
  base::MutexLock lock(mutex_);
  ASSIGN_OR_RETURN(const SubscriptionRecord* const record, Find(request.subscription_id()));
  uint64_t number = record->next();
  if (!request.cursor().empty()) {
    const std::string& text = request.cursor();
    if (text.size() >= 20 || text.find_first_not_of("0123456789") != std::string::npos)
      return base::InvalidArgument("cursor: it is none of ours");
    number = std::min(number, uint64_t{std::stoull(text)});
  }
  Page<v1::Delivery> page;
  Fill fill(limit);
  while (number > record->oldest() && fill.Takes()) {
    ASSIGN_OR_RETURN(v1::Delivery row, LoadDelivery(request.subscription_id(), --number));
    if (!request.with_payload()) row.clear_payload();
    if (row.number() != record->head()) row.clear_next_attempt_ms();
    fill.Took(row.ByteSizeLong());
    page.rows.push_back(std::move(row));
  }
  if (number > record->oldest()) page.next = std::to_string(number);
  return page;
}

StatusOr<uint64_t> AlertBook::Replay(const v1::ReplayDeliveriesRequest& request) {
  base::MutexLock lock(mutex_);
  ASSIGN_OR_RETURN(const SubscriptionRecord* const record, Find(request.subscription_id()));
  Draft draft(keys_, *record, clock_.Now());
  std::set<std::string> seen;
  uint64_t from = record->head();
  while (from > record->oldest()) {
    ASSIGN_OR_RETURN(const v1::Delivery done, LoadDelivery(request.subscription_id(), from - 1));
    if (done.created_ms() < request.since_ms()) break;
    --from;
  }
  for (uint64_t number = from; number < record->head(); ++number) {
    ASSIGN_OR_RETURN(v1::Delivery again, LoadDelivery(request.subscription_id(), number));
    if (!seen.insert(again.id()).second) continue;
    again.clear_delivered_ms();
    again.clear_attempt_count();
    again.clear_next_attempt_ms();
    again.clear_last_error();
    again.set_replay(true);
    draft.Append(std::move(again));
  }
  if (seen.empty() || request.dry_run()) return seen.size();
  RETURN_IF_ERROR(Write(&draft));
  Log(kInfo, "alerts.replayed", {{"id", request.subscription_id()}, {"messages", seen.size()}});
  bell_.Ring();
  return seen.size();
}

}  // namespace signboard::registry
