#include "frontier/lease_id.h"

#include "frontier/schema.h"
#include "proto/base/digest.h"
#include "proto/base/key_codec.h"

namespace signboard::frontier {
namespace {

constexpr size_t kBytes = 26;

}  // namespace

uint64_t LeaseId::HashOf(std::string_view queue, std::string_view url) {
  std::string both(queue);
  both.push_back('\0');
  return StableHash(both.append(url));
}

std::optional<LeaseId> LeaseId::Parse(std::string_view bytes) {
  if (bytes.size() != kBytes) return std::nullopt;
  base::KeyReader reader(bytes);
  const LeaseId id{.slot = reader.U16().value(),
                   .expires_ms = static_cast<int64_t>(reader.U64().value()),
                   .nonce = reader.U64().value(),
                   .url_hash = reader.U64().value()};
  if (id.slot >= kv::kSlotCount) return std::nullopt;
  return id;
}

std::string LeaseId::Format() const {
  std::string out;
  base::AppendU16(&out, slot);
  base::AppendU64(&out, static_cast<uint64_t>(expires_ms));
  base::AppendU64(&out, nonce);
  base::AppendU64(&out, url_hash);
  return out;
}

std::string TraceOf(std::string_view lease_id) {
  constexpr size_t kExpiresAt = 2, kTraceBytes = 16;  // Expiry and nonce.
  if (lease_id.size() != kBytes) return "";
  return base::ToHex(lease_id.substr(kExpiresAt, kTraceBytes));
}

}  // namespace signboard::frontier
