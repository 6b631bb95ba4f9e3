#include "frontier/schema.h"

#include <array>
#include <charconv>
#include <cstdio>

#include "proto/base/key_codec.h"

namespace signboard::frontier {
namespace {

std::string Printable(std::string_view key) {
  std::string out;
  for (const char c : key.substr(0, 300)) {
    if (c >= ' ' && c <= '~' && c != '\\') {
      out.push_back(c);
    } else {
      std::array<char, 8> hex{};
      std::snprintf(hex.data(), hex.size(), "\\x%02x", static_cast<unsigned char>(c));
      out += hex.data();
    }
  }
  return out;
}

std::string QueuePrefix(kv::Slot slot, std::string_view queue) {
  std::string key = kv::SlotKey(slot);
  key += queue;
  key.push_back('\0');
  return key;
}

}  // namespace

std::vector<kv::FamilySpec> FrontierFamilies() {
  return {{.name = "url"},  {.name = "queue"}, {.name = "due"}, {.name = "held"},
          {.name = "seed"}, {.name = "job"},   {.name = "meta"}};
}

std::optional<Place> PlaceOf(const UrlRecord& record) {
  if (record.state() == UrlRecord::SETTLED) return std::nullopt;
  if (!record.job_id().empty()) return Place{DueClass::kOnDemand, record.job_due_ms()};
  if (record.parked()) return Place{DueClass::kParked, record.due_ms()};
  switch (record.priority()) {
    case v1::PRIORITY_HUB:
      return Place{DueClass::kHub, record.due_ms()};
    case v1::PRIORITY_BACKFILL:
      return Place{DueClass::kBackfill, record.due_ms()};
    default:
      return Place{DueClass::kNormal, record.due_ms()};
  }
}

void CountIn(const UrlRecord& record, int times, QueueRecord& counts) {
  const auto by = static_cast<uint64_t>(static_cast<int64_t>(times));  // Wraps as it should.
  const bool settled = record.state() == UrlRecord::SETTLED;
  if (settled) counts.set_settled_count(counts.settled_count() + by);
  const std::optional<Place> place = PlaceOf(record);
  if (place && place->due_class == DueClass::kParked)
    counts.set_parked_count(counts.parked_count() + by);
  const bool weighed = record.hub() && record.hub_links_weight() > 0 && record.scheduled();
  if (weighed && place && place->due_class != DueClass::kParked) {
    counts.set_hub_count(counts.hub_count() + by);
    counts.set_hub_links_weight(counts.hub_links_weight() + by * record.hub_links_weight());
    counts.set_hub_value_weight(counts.hub_value_weight() + by * record.hub_value_weight());
  }
  const UrlRecord::HubBasis basis = record.hub_basis();
  if (record.hub() && (basis == UrlRecord::LINK || basis == UrlRecord::BEHAVIOUR))
    counts.set_unproven_count(counts.unproven_count() + by);
  if (!record.past()) return;
  if (record.fetch_count() > 0) {
    counts.set_past_done_count(counts.past_done_count() + by);
  } else if (!settled && record.parked()) {
    counts.set_past_held_count(counts.past_held_count() + by);
  } else if (!settled) {
    counts.set_past_waiting_count(counts.past_waiting_count() + by);
  }
}

std::string UrlKey(kv::Slot slot, std::string_view queue, std::string_view url) {
  return QueuePrefix(slot, queue).append(url);
}

std::string QueueKeyOf(kv::Slot slot, std::string_view queue) {
  return kv::SlotKey(slot).append(queue);
}

std::string DuePrefix(kv::Slot slot, std::string_view queue, DueClass due_class) {
  std::string key = QueuePrefix(slot, queue);
  key.push_back(static_cast<char>(due_class));
  return key;
}

std::string DueKey(kv::Slot slot, std::string_view queue, Place place, std::string_view url) {
  std::string key = DuePrefix(slot, queue, place.due_class);
  base::AppendU64(&key, static_cast<uint64_t>(place.due_ms));
  return key.append(url);
}

std::string HeldKey(kv::Slot slot, int64_t expires_ms, std::string_view queue,
                    std::string_view url) {
  std::string key = kv::SlotKey(slot);
  base::AppendU64(&key, static_cast<uint64_t>(expires_ms));
  key += queue;
  key.push_back('\0');
  return key.append(url);
}

std::string SeedKey(kv::Slot slot, std::string_view url) { return kv::SlotKey(slot).append(url); }
std::string JobKey(kv::Slot slot, std::string_view job_id) {
  return kv::SlotKey(slot).append(job_id);
}
std::string MetaKey(kv::Slot slot, std::string_view name) {
  return kv::SlotKey(slot).append(name);
}

std::string PrefixEnd(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

StatusOr<QueueUrl> ParseUrlKey(std::string_view key) {
  base::KeyReader reader(key);
  ASSIGN_OR_RETURN(const uint16_t slot, reader.U16());
  ASSIGN_OR_RETURN(const std::string_view queue, reader.ZeroEnded());
  return QueueUrl{slot, std::string(queue), std::string(reader.rest())};
}

StatusOr<DueEntry> ParseDueKey(std::string_view key) {
  base::KeyReader reader(key);
  ASSIGN_OR_RETURN(const uint16_t slot, reader.U16());
  ASSIGN_OR_RETURN(const std::string_view queue, reader.ZeroEnded());
  ASSIGN_OR_RETURN(const std::string_view due_class, reader.Bytes(1));
  ASSIGN_OR_RETURN(const uint64_t due, reader.U64());
  return DueEntry{{slot, std::string(queue), std::string(reader.rest())},
                  {static_cast<DueClass>(due_class[0]), static_cast<int64_t>(due)}};
}

StatusOr<HeldEntry> ParseHeldKey(std::string_view key) {
  base::KeyReader reader(key);
  ASSIGN_OR_RETURN(const uint16_t slot, reader.U16());
  ASSIGN_OR_RETURN(const uint64_t expires, reader.U64());
  ASSIGN_OR_RETURN(const std::string_view queue, reader.ZeroEnded());
  return HeldEntry{{slot, std::string(queue), std::string(reader.rest())},
                   static_cast<int64_t>(expires)};
}

std::string MakeJobId(kv::Slot slot, UnixTime created, uint32_t nonce) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04x-%012llx-%08x", slot,
                static_cast<unsigned long long>(ToMillis(created)) & 0xffffffffffffULL, nonce);
  return text.data();
}

StatusOr<kv::Slot> SlotOfJobId(std::string_view job_id) {
  unsigned slot = 0;
  const bool shaped = job_id.size() == 26 && job_id[4] == '-' && job_id[17] == '-';
  if (shaped) {
    const auto [end, error] = std::from_chars(job_id.data(), job_id.data() + 4, slot, 16);
    if (error == std::errc() && end == job_id.data() + 4 && slot < kv::kSlotCount) {
      return static_cast<kv::Slot>(slot);
    }
  }
  return base::NotFound("no recrawl job " + Printable(job_id.substr(0, 80)));
}

Status UndecodableRecord(std::string_view key, std::string_view type) {
  return base::DataLoss("the value of frontier key " + Printable(key) + " is no " +
                        std::string(type));
}

uint64_t StableHash(std::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : bytes) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  return hash;
}

}  // namespace signboard::frontier
