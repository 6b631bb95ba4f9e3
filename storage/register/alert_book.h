// AlertBook keeps who is told of what, and what they were told: subscriptions, and the queue of
// messages of each. What it says of a message is durable before anybody acts on it.
//
// A subscription has two cursors, in the register's events and in the occurrences (what happened to
// sites, pages and targets). Looking at an event moves the cursor in the same batch that holds the
// messages it makes, so each is made once, whatever crashes; that it is delivered is at-least-once,
// with the same id each time. Messages of a subscription go out one after the other: one that fails
// holds up those behind it, and no more than kPendingMax are made in advance, for the events
// themselves are the queue behind.
//
// Within an interval at most `burst` messages are made; what is more stays with the events until
// the interval ends, and then comes in one.
//
// A target that has refused a message through all its attempts, or once and for all, is dead; one
// that says 410, or whose address is none, is disabled: both stand still, and are told of as
// occurrences, until somebody puts the subscription again.
//
// Threads: safe from any; calls take turns. They wait for disk; never call one on an io_context
//          thread.
// Errors:  kInvalidArgument: the caller's request, naming the field. kNotFound: no such id.
//          kResourceExhausted: too many subscriptions. kDataLoss: a record does not decode.
// Cost:    Next looks at no more than 50 events; a message costs one synced write to make and one
//          to settle.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/mutex.h"
#include "proto/base/signal.h"
#include "storage/register/alert_records.pb.h"
#include "storage/register/alert_schema.h"
#include "storage/register/page.h"
#include "storage/register/register.h"

namespace signboard::registry {

struct AlertOptions {
  // What a message says of an event, as JSON.
  std::function<std::string(const v1::AnnouncementEvent&)> event_json;
  Millis kept{30LL * 24 * 3'600'000};  // Of deliveries that are done.
  // Is there a server to give mail to? Without one no new subscription is by mail.
  std::function<bool()> takes_mail = [] { return false; };
};

// Past it no further messages are made until some are done.
inline constexpr uint64_t kPendingMax = 500;

class AlertBook {
 public:
  // A message whose turn it is.
  struct Outgoing {
    v1::Delivery delivery;  // With its payload.
    v1::Subscription to;    // With its secret.
  };
  struct Turn {
    std::optional<Outgoing> message;  // To be sent now, and then settled.
    std::optional<UnixTime> look_at;  // Else: look again then, or when the bell rings.
    bool again = false;               // Else: at once, there is more to look at.
  };
  // What came of sending one.
  struct Attempt {
    bool delivered = false;
    bool disable = false;                 // The target wants nothing any more.
    bool refused = false;                 // It will never take this message.
    std::optional<Millis> asked;          // For so long it wants none.
    std::string error;                    // For people.
  };

  // `space` holds AlertFamilies(); it, `reg` and `clock` outlive the book.
  static StatusOr<std::unique_ptr<AlertBook>> Open(kv::Space& space, Register& reg,
                                                   const Clock& clock, AlertOptions options);

  // The subscription as it is now. Its secret is in it when it was made here.
  StatusOr<v1::Subscription> Put(v1::Subscription wanted) EXCLUDES_LOCK(mutex_);
  StatusOr<std::vector<v1::Subscription>> List() EXCLUDES_LOCK(mutex_);
  Status Delete(const v1::DeleteSubscriptionRequest& request) EXCLUDES_LOCK(mutex_);
  // Newest first; a page may hold fewer than asked for, and still go on.
  StatusOr<Page<v1::Delivery>> ListDeliveries(const v1::ListDeliveriesRequest& request)
      EXCLUDES_LOCK(mutex_);
  // How many are sent once more.
  StatusOr<uint64_t> Replay(const v1::ReplayDeliveriesRequest& request) EXCLUDES_LOCK(mutex_);

  // What is to be done for a subscription. kNotFound: it is gone.
  StatusOr<Turn> Next(const std::string& id) EXCLUDES_LOCK(mutex_);
  // Nothing if that message is not the one whose turn it is.
  Status Settle(const Outgoing& message, const Attempt& attempt) EXCLUDES_LOCK(mutex_);
  // A message outside the queue, which nothing remembers.
  StatusOr<Outgoing> MakeTest(const std::string& id) EXCLUDES_LOCK(mutex_);
  // Tells those who want to know of what happened, in that order. Numbers are given here. `also` is
  // written in the same batch.
  Status Report(std::vector<Occurrence> happened, kv::Batch also = {}) EXCLUDES_LOCK(mutex_);
  // Forgets what was done too long ago.
  Status Sweep() EXCLUDES_LOCK(mutex_);

  // Rings when there may be something new to do.
  base::Bell& bell() { return bell_; }

 private:
  struct Draft;  // What is about to be written for one subscription.

  AlertBook(std::shared_ptr<kv::Shard> shard, AlertKeys keys, Register& reg, const Clock& clock,
            AlertOptions options);
  Status Load() EXCLUDES_LOCK(mutex_);
  StatusOr<SubscriptionRecord*> Find(const std::string& id) REQUIRES_LOCK(mutex_);
  StatusOr<v1::Delivery> LoadDelivery(const std::string& id, uint64_t number);
  StatusOr<v1::Subscription> Shown(const SubscriptionRecord& record);

  // Makes messages of what happened since, as far as burst and bounds allow.
  StatusOr<Turn> Plan(const SubscriptionRecord& record) REQUIRES_LOCK(mutex_);
  Status LookAt(Draft* draft) REQUIRES_LOCK(mutex_);
  StatusOr<bool> Take(Draft* draft, const v1::AnnouncementEvent& event);
  StatusOr<bool> Take(Draft* draft, const Occurrence& occurrence);
  Status Write(Draft* draft) REQUIRES_LOCK(mutex_);
  void Happened(Occurrence occurrence, kv::Batch* batch) REQUIRES_LOCK(mutex_);
  StatusOr<std::vector<Occurrence>> ReadOccurrences(uint64_t after);
  Status SweepOne(SubscriptionRecord* record, UnixTime before) REQUIRES_LOCK(mutex_);
  void Gauge() REQUIRES_LOCK(mutex_);

  // Constant after Open.
  const std::shared_ptr<kv::Shard> shard_;
  const AlertKeys keys_;
  Register& register_;
  const Clock& clock_;
  const AlertOptions options_;
  // Own synchronization.
  base::Bell bell_;

  base::Mutex mutex_;
  std::map<std::string, SubscriptionRecord> records_ GUARDED_BY(mutex_);
  uint64_t happened_ GUARDED_BY(mutex_) = 0;  // The newest occurrence.
};

}  // namespace signboard::registry
