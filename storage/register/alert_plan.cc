// AlertBook: from what happened to messages that wait for their turn.
#include <algorithm>
#include <utility>

#include "proto/base/span.h"
#include "storage/register/alert_draft.h"
#include "storage/register/schema.h"

namespace signboard::registry {
namespace {

// A founding may have a hundred sources; a message names the first, the rest is a request away.
constexpr int kSourcesTold = 10;
constexpr size_t kOccurrencesAtOnce = 50;

// `type` and `id` are our own words, `data` is JSON already.
std::string Body(const std::string& type, UnixTime time, const std::string& data) {
  return R"({"type":")" + type + R"(","timestamp":")" + base::FormatRfc3339(time) +
         R"(","data":)" + data + "}";
}

// Many sites at once: how many they are, and the first of them.
std::string Grouped(const Occurrence& all, const std::vector<const Occurrence*>& told) {
  std::string vantage = told[0]->vantage();
  for (const Occurrence* one : told)
    if (one->vantage() != vantage) vantage.clear();
  std::erase_if(vantage, [](char c) {
    return (static_cast<unsigned char>(c) < ' ') || c == '"' || c == '\\' || c == 0x7F;
  });
  std::string data = R"({"type":")" + all.type() + R"(","count":)" + std::to_string(told.size()) +
                     R"(,"vantage":)" +
                     (vantage.empty() ? "null" : '"' + vantage + '"') + R"(,"messages":[)";
  for (size_t i = 0; i < std::min(told.size(), kGroupItemsMax); ++i)
    data += (i == 0 ? "" : ",") + Body(all.type(), FromMillis(all.time_ms()), told[i]->data());
  return data + "]}";
}

}  // namespace

void AlertBook::Draft::Append(v1::Delivery delivery) {
  delivery.set_subscription_id(record.wanted().id());
  delivery.set_created_ms(ToMillis(now));
  delivery.set_state("pending");
  delivery.set_number(record.next());
  batch.Put(keys.delivery, DeliveryKey(delivery.subscription_id(), delivery.number()),
            delivery.SerializeAsString());
  record.set_next(record.next() + 1);
}

void AlertBook::Draft::Say(const Telling& telling, uint64_t sequence, UnixTime time,
                           const std::string& data) {
  v1::Delivery delivery;
  delivery.set_id(MessageId(record.wanted().id(), telling));
  delivery.set_type(telling.type);
  delivery.set_sequence(sequence);
  delivery.set_event_count(1);
  delivery.set_payload(Body(telling.type, time, data));
  if (!grouping) {
    record.set_window_count(record.window_count() + 1);
    Append(std::move(delivery));
    return;
  }
  group.push_back(R"({"id":")" + delivery.id() + R"(",)" + delivery.payload().substr(1));
  group_bytes += group.back().size();
  if (group.size() == 1) first = delivery;
  first.set_sequence(sequence);
}

void AlertBook::Draft::EndGroup() {
  if (group.empty()) return;
  record.set_window_count(record.window_count() + 1);
  if (group.size() > 1 || IsMail(record.wanted())) {
    const std::string type = first.type().substr(0, first.type().find('.')) + ".grouped";
    std::string data = R"({"count":)" + std::to_string(group.size()) + R"(,"messages":[)";
    for (size_t i = 0; i < group.size(); ++i) data += (i == 0 ? "" : ",") + group[i];
    data += "]}";
    const Telling telling{type, first.id() + "." + std::to_string(group.size())};
    first.set_id(MessageId(record.wanted().id(), telling));
    first.set_type(type);
    first.set_event_count(static_cast<uint32_t>(group.size()));
    first.set_payload(Body(type, now, data));
  }
  Append(std::move(first));
}

StatusOr<bool> AlertBook::Take(Draft* draft, const v1::AnnouncementEvent& event) {
  if (!draft->HasRoom()) return false;
  ++draft->looked_at;
  SubscriptionRecord& record = draft->record;
  const std::string& id = event.announcement().id();
  const std::string key = ToldKey(record.wanted().id(), id);
  auto at = draft->told.find(id);
  if (at == draft->told.end()) {
    ASSIGN_OR_RETURN(const std::optional<std::string> value, shard_->Get(keys_.told, key));
    ToldRecord told;
    if (value) {
      ASSIGN_OR_RETURN(told, Decode<ToldRecord>(key, *value));
    }
    at = draft->told.emplace(id, std::move(told)).first;
  }
  const std::string was = at->second.SerializeAsString();
  const std::vector<Telling> tellings =
      Judge(record.wanted(), record.created_ms(), event, &at->second);
  const std::string is = at->second.SerializeAsString();
  if (is != was) draft->batch.Put(keys_.told, key, is);
  record.set_announced(event.sequence());
  if (tellings.empty()) return true;
  v1::AnnouncementEvent shortened = event;
  auto& sources = *shortened.mutable_announcement()->mutable_sources();
  if (sources.size() > kSourcesTold)
    sources.DeleteSubrange(kSourcesTold, sources.size() - kSourcesTold);
  const std::string data = options_.event_json(shortened);
  for (const Telling& telling : tellings)
    draft->Say(telling, event.sequence(), draft->now, data);
  return true;
}

StatusOr<bool> AlertBook::Take(Draft* draft, const Occurrence& occurrence) {
  if (!draft->HasRoom()) return false;
  ++draft->looked_at;
  draft->record.set_happened(occurrence.sequence());
  const UnixTime time = FromMillis(occurrence.time_ms());
  std::vector<const Occurrence*> told;
  for (const Occurrence& part : occurrence.parts())
    if (!Judge(draft->record.wanted(), part).empty()) told.push_back(&part);
  if (told.empty()) {
    if (!occurrence.parts().empty()) return true;
    for (const Telling& telling : Judge(draft->record.wanted(), occurrence))
      draft->Say(telling, occurrence.sequence(), time, occurrence.data());
    return true;
  }
  const std::string about = "occurrence." + std::to_string(occurrence.sequence());
  if (told.size() == 1) {
    draft->Say({occurrence.type(), about}, occurrence.sequence(), time, told[0]->data());
  } else {
    draft->Say({"site.grouped", about}, occurrence.sequence(), time, Grouped(occurrence, told));
  }
  return true;
}

StatusOr<std::vector<Occurrence>> AlertBook::ReadOccurrences(uint64_t after) {
  kv::CursorOptions options;
  options.lower = OccurrenceKey(after + 1);
  options.upper = EndKey();
  const auto cursor = shard_->Scan(keys_.occurrence, std::move(options));
  std::vector<Occurrence> found;
  for (cursor->SeekToFirst(); cursor->Valid() && found.size() < kOccurrencesAtOnce;
       cursor->Next()) {
    ASSIGN_OR_RETURN(Occurrence one, Decode<Occurrence>(cursor->key(), cursor->value()));
    found.push_back(std::move(one));
  }
  RETURN_IF_ERROR(cursor->status());
  return found;
}

// Until there is no more, or no room. A group is gathered whole; else one read is enough at a time.
Status AlertBook::LookAt(Draft* draft) {
  SubscriptionRecord& record = draft->record;
  do {
    ASSIGN_OR_RETURN(const std::vector<v1::AnnouncementEvent> events,
                     register_.ReadEvents(record.announced()));
    for (const v1::AnnouncementEvent& event : events) {
      ASSIGN_OR_RETURN(const bool taken, Take(draft, event));
      if (!taken) return OkStatus();
    }
    if (!events.empty()) continue;
    ASSIGN_OR_RETURN(const std::vector<Occurrence> happened, ReadOccurrences(record.happened()));
    for (const Occurrence& occurrence : happened) {
      ASSIGN_OR_RETURN(const bool taken, Take(draft, occurrence));
      if (!taken) return OkStatus();
    }
    if (!happened.empty()) continue;
    if (draft->grouping) {
      record.set_overflowed(false);
      record.set_continues(false);
    }
    return OkStatus();
  } while (draft->grouping);
  return OkStatus();
}

StatusOr<AlertBook::Turn> AlertBook::Plan(const SubscriptionRecord& record) {
  Turn turn;
  if (record.next() - record.head() >= kPendingMax) return turn;
  const uint64_t newest = register_.Stats().sequence();
  if (newest == record.announced() && happened_ <= record.happened()) return turn;
  Draft draft(keys_, record, clock_.Now());
  SubscriptionRecord& changed = draft.record;
  const Millis interval = SpanOf(record.wanted().interval());
  if (draft.now >= FromMillis(record.window_start_ms()) + interval) {
    changed.set_window_start_ms(ToMillis(draft.now));
    changed.set_window_count(0);
  }
  // A digest waits for the end of its interval, even if it is the first message in it; what it has
  // no room for comes in another one at once.
  const uint32_t burst = record.wanted().burst();
  const bool is_new = changed.window_start_ms() != record.window_start_ms();
  draft.grouping = record.overflowed() && (burst > 0 ? changed.window_count() < burst
                                                     : is_new || record.continues());
  if (draft.grouping) changed.set_continues(burst == 0);
  if (draft.grouping || draft.HasRoom()) {
    RETURN_IF_ERROR(LookAt(&draft));
    draft.EndGroup();
    turn.again = true;
  } else {
    changed.set_overflowed(true);
    turn.look_at = FromMillis(changed.window_start_ms()) + interval;
    if (changed.SerializeAsString() == record.SerializeAsString()) return turn;
  }
  RETURN_IF_ERROR(Write(&draft));
  return turn;
}

Status AlertBook::Write(Draft* draft) {
  const std::string id = draft->record.wanted().id();
  draft->batch.Put(keys_.subscription, IdKey(id), draft->record.SerializeAsString());
  RETURN_IF_ERROR(shard_->Write(std::move(draft->batch), kv::Durability::kSynced));
  records_[id] = std::move(draft->record);
  return OkStatus();
}

}  // namespace signboard::registry
