// AlertBook: whose turn it is, and what came of it.
#include <algorithm>
#include <utility>

#include "proto/base/digest.h"
#include "proto/base/key_codec.h"
#include "proto/base/log.h"
#include "proto/base/probe.h"
#include "storage/register/alert_draft.h"
#include "storage/register/schema.h"
#include "storage/register/webhook.h"

namespace signboard::registry {
namespace {

constexpr size_t kErrorBytesMax = 500;
constexpr size_t kSweptAtOnce = 1'000;

base::Counter& Deliveries(const char* result) {
  return base::MakeCounter("signboard_register_deliveries_total",
                           "Attempts to deliver a message, by what came of them.",
                           {{"result", result}});
}
base::Gauge& Targets(const char* state) {
  return base::MakeGauge("signboard_register_targets_count", "Subscriptions, by their state.",
                         {{"state", state}});
}

struct Probes {
  base::Counter& delivered = Deliveries("delivered");
  base::Counter& failed = Deliveries("failed");
  base::Counter& dead = Deliveries("dead");
  base::Gauge& active = Targets("active");
  base::Gauge& failing = Targets("failing");
  base::Gauge& halted = Targets("halted");
};

Probes& Count() {
  static Probes probes;
  return probes;
}

// Nothing in it may be a secret: no target, which often holds one.
Occurrence TargetEvent(const std::string& type, const SubscriptionRecord& record, UnixTime now,
                       const std::string& error) {
  Occurrence occurrence;
  occurrence.set_type(type);
  occurrence.set_time_ms(ToMillis(now));
  occurrence.set_subject(record.wanted().id());
  // What a target answered is not put into JSON as it came.
  std::string words;
  for (const char c : error)
    words += c >= ' ' && c < 0x7F && c != '"' && c != '\\' ? c : ' ';
  occurrence.set_data(R"({"subscription":")" + record.wanted().id() + R"(","error":")" + words +
                      R"(","pending":)" + std::to_string(record.next() - record.head()) + "}");
  return occurrence;
}

}  // namespace

void AlertBook::Gauge() {
  double active = 0;
  double failing = 0;
  double halted = 0;
  for (const auto& [id, record] : records_) {
    (!record.halted().empty() ? halted : record.failing_since_ms() != 0 ? failing : active) += 1;
  }
  Count().active.Set(active);
  Count().failing.Set(failing);
  Count().halted.Set(halted);
}

StatusOr<AlertBook::Turn> AlertBook::Next(const std::string& id) {
  base::MutexLock lock(mutex_);
  ASSIGN_OR_RETURN(const SubscriptionRecord* const record, Find(id));
  Turn turn;
  if (record->wanted().paused() || !record->halted().empty()) return turn;
  ASSIGN_OR_RETURN(turn, Plan(*record));
  const SubscriptionRecord& now = records_[id];
  if (now.head() == now.next()) return turn;
  ASSIGN_OR_RETURN(v1::Delivery head, LoadDelivery(id, now.head()));
  const UnixTime due = FromMillis(head.next_attempt_ms());
  if (due <= clock_.Now()) {
    turn.message = Outgoing{std::move(head), now.wanted()};
  } else {
    turn.look_at = std::min(due, turn.look_at.value_or(due));
  }
  return turn;
}

Status AlertBook::Settle(const Outgoing& message, const Attempt& attempt) {
  base::MutexLock lock(mutex_);
  const std::string& id = message.to.id();
  const auto found = records_.find(id);
  if (found == records_.end() || found->second.head() != message.delivery.number() ||
      found->second.head() == found->second.next()) {
    return OkStatus();
  }
  Draft draft(keys_, found->second, clock_.Now());
  SubscriptionRecord& record = draft.record;
  v1::Delivery delivery = message.delivery;
  delivery.set_attempt_count(delivery.attempt_count() + 1);
  const std::string error = attempt.error.substr(0, kErrorBytesMax);
  delivery.set_last_error(error);
  record.set_last_error(error);
  std::string what;
  if (attempt.delivered) {
    delivery.set_state("delivered");
    delivery.set_delivered_ms(ToMillis(draft.now));
    delivery.clear_next_attempt_ms();
    record.set_head(record.head() + 1);
    record.set_last_delivered_ms(ToMillis(draft.now));
    record.clear_failing_since_ms();
    Count().delivered.Add();
  } else {
    Count().failed.Add();
    if (record.failing_since_ms() == 0) record.set_failing_since_ms(ToMillis(draft.now));
    const auto wait = RetryAfter(delivery.id(), delivery.attempt_count());
    if (attempt.disable) {
      record.set_halted("disabled");
      what = "ops.target_disabled";
    } else if (attempt.refused || !wait) {
      delivery.set_state("dead");
      delivery.clear_next_attempt_ms();
      record.set_head(record.head() + 1);
      record.set_halted("dead");
      what = "ops.target_dead";
      Count().dead.Add();
    } else {
      const Millis pause = std::max(*wait, attempt.asked.value_or(Millis(0)));
      delivery.set_next_attempt_ms(ToMillis(draft.now + pause));
    }
  }
  draft.batch.Put(keys_.delivery, DeliveryKey(id, delivery.number()), delivery.SerializeAsString());
  const uint64_t happened_before = happened_;
  if (!what.empty()) Happened(TargetEvent(what, record, draft.now, error), &draft.batch);
  if (const Status written = Write(&draft); !written.ok()) {
    happened_ = happened_before;
    return written;
  }
  Gauge();
  if (what.empty()) return OkStatus();
  Log(kError, "alerts." + what.substr(4), {{"id", id}, {"why", error}});
  bell_.Ring();
  return OkStatus();
}

StatusOr<AlertBook::Outgoing> AlertBook::MakeTest(const std::string& id) {
  base::MutexLock lock(mutex_);
  ASSIGN_OR_RETURN(const SubscriptionRecord* const record, Find(id));
  Outgoing test;
  test.to = record->wanted();
  test.delivery.set_id("msg_test_" + base::ToHex(base::RandomBytes(8)));
  test.delivery.set_subscription_id(id);
  test.delivery.set_type("ops.test");
  test.delivery.set_event_count(1);
  test.delivery.set_payload(R"({"type":"ops.test","timestamp":")" +
                            base::FormatRfc3339(clock_.Now()) + R"(","data":{"subscription":")" +
                            id + R"("}})");
  return test;
}

void AlertBook::Happened(Occurrence occurrence, kv::Batch* batch) {
  occurrence.set_sequence(++happened_);
  batch->Put(keys_.occurrence, OccurrenceKey(occurrence.sequence()),
             occurrence.SerializeAsString());
}

Status AlertBook::Report(std::vector<Occurrence> happened, kv::Batch batch) {
  if (happened.empty() && batch.empty()) return OkStatus();
  base::MutexLock lock(mutex_);
  const uint64_t before = happened_;
  for (Occurrence& one : happened) Happened(std::move(one), &batch);
  const Status written = shard_->Write(std::move(batch), kv::Durability::kSynced);
  if (!written.ok()) {
    happened_ = before;
    return written;
  }
  bell_.Ring();
  return OkStatus();
}

Status AlertBook::SweepOne(SubscriptionRecord* record, UnixTime before) {
  Draft draft(keys_, *record, clock_.Now());
  const std::string id = record->wanted().id();
  uint64_t oldest = record->oldest();
  for (size_t swept = 0; oldest < record->head() && swept < kSweptAtOnce; ++swept, ++oldest) {
    ASSIGN_OR_RETURN(const v1::Delivery delivery, LoadDelivery(id, oldest));
    if (FromMillis(delivery.created_ms()) >= before) break;
    draft.batch.Delete(keys_.delivery, DeliveryKey(id, oldest));
  }
  if (oldest == record->oldest()) return OkStatus();
  draft.record.set_oldest(oldest);
  return Write(&draft);
}

Status AlertBook::Sweep() {
  base::MutexLock lock(mutex_);
  const UnixTime before = clock_.Now() - options_.kept;
  for (auto& [id, record] : records_) RETURN_IF_ERROR(SweepOne(&record, before));
  kv::CursorOptions options;
  options.lower = FirstKey();
  options.upper = OccurrenceKey(happened_);  // The newest stays: it says where to go on.
  const auto cursor = shard_->Scan(keys_.occurrence, std::move(options));
  kv::Batch batch;
  size_t swept = 0;
  for (cursor->SeekToFirst(); cursor->Valid() && swept < kSweptAtOnce; cursor->Next(), ++swept) {
    ASSIGN_OR_RETURN(const Occurrence one, Decode<Occurrence>(cursor->key(), cursor->value()));
    if (FromMillis(one.time_ms()) >= before) break;
    batch.Delete(keys_.occurrence, cursor->key());
  }
  RETURN_IF_ERROR(cursor->status());
  return batch.empty() ? OkStatus() : shard_->Write(batch, kv::Durability::kSynced);
}

}  // namespace signboard::registry
