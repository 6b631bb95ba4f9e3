#include "storage/kv/space.h"

#include <string>

namespace signboard::kv {
namespace {

// A mark in the message, since payloads get lost on the way across a process.
constexpr std::string_view kFencedMark = "fenced: no longer the owner";

}  // namespace

std::string SlotKey(Slot slot) {
  return {static_cast<char>(slot >> 8), static_cast<char>(slot & 0xFF)};
}

StatusOr<Slot> SlotOf(std::string_view key) {
  if (key.size() < 2)
    return base::DataLoss("a key of " + std::to_string(key.size()) + " bytes holds no slot");
  return static_cast<Slot>(static_cast<unsigned char>(key[0]) << 8 |
                           static_cast<unsigned char>(key[1]));
}

Status Fenced(std::string_view where) {
  return base::FailedPrecondition(std::string(where) + ": " + std::string(kFencedMark));
}

bool IsFenced(const Status& status) {
  return status.code() == StatusCode::kFailedPrecondition &&
         base::Message(status).find(kFencedMark) != std::string_view::npos;
}

}  // namespace signboard::kv
