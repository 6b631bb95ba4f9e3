// Keys whose byte order is the order of what they mean, and the identity of a snapshot.
//
// Numbers are unsigned and big-endian. Text inside a key ends with a zero byte, and may hold none.
//
//   snapshot key   slot:2 SURT 00 time:8 disc:4     versions of a URL are neighbours, oldest first
//   snapshot id    20251118030405678-9f86d081/http://a.cn/    for people, links and other programs
//
// time is ms since 1970, UTC. disc tells captures of one SURT and instant apart: http and https,
// with and without www, two letter cases. DO NOT CHANGE: keys on disk and ids in links depend on
// both forms.
//
// Threads: values and pure functions. A KeyReader belongs to one thread at a time.
// Errors:  readers give kDataLoss (a key on disk is damaged), except ParseSnapshotId, whose input
//          comes from outside: kInvalidArgument.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/slot.h"
#include "proto/base/status.h"
#include "proto/base/time.h"

namespace signboard::base {

void AppendU16(std::string* out, uint16_t value);
void AppendU32(std::string* out, uint32_t value);
void AppendU64(std::string* out, uint64_t value);
// Milliseconds in eight bytes. An instant before 1970 counts as 1970.
void AppendTime(std::string* out, UnixTime time);
// `text` and a zero byte. kInvalidArgument: `text` holds one.
Status AppendZeroEnded(std::string* out, std::string_view text);

// Takes a key apart from the front; never reads past its end. The key must outlive the reader and
// what Bytes and ZeroEnded gave.
class KeyReader {
 public:
  explicit KeyReader(std::string_view key) : key_(key), rest_(key) {}

  StatusOr<uint16_t> U16();
  StatusOr<uint32_t> U32();
  StatusOr<uint64_t> U64();
  StatusOr<UnixTime> Time();
  StatusOr<std::string_view> Bytes(size_t count);
  // Up to the next zero byte, which is skipped.
  StatusOr<std::string_view> ZeroEnded();

  std::string_view rest() const { return rest_; }
  // kDataLoss: something is left.
  Status End() const;

 private:
  StatusOr<uint64_t> Number(size_t bytes);

  std::string_view key_;
  std::string_view rest_;
};

inline constexpr size_t kSnapshotDiscBytes = 4;

struct SnapshotKey {
  Slot slot = 0;
  std::string surt;
  UnixTime time{};
  std::string disc;  // kSnapshotDiscBytes raw bytes.
  friend bool operator==(const SnapshotKey&, const SnapshotKey&) = default;
};

struct SnapshotId {
  UnixTime time{};
  std::string disc;  // kSnapshotDiscBytes raw bytes.
  std::string url;   // The exact URL.
  friend bool operator==(const SnapshotId&, const SnapshotId&) = default;
};

// Four bytes of SHA-256 over the four, each with its length before it.
std::string SnapshotDisc(std::string_view url, std::string_view method, std::string_view vantage,
                         std::string_view capture_id);

// kInvalidArgument: a zero byte in the SURT, a time before 1970, a disc of another length.
StatusOr<std::string> EncodeSnapshotKey(const SnapshotKey& key);
StatusOr<SnapshotKey> ParseSnapshotKey(std::string_view key);
// What all versions of `surt` begin with: slot, SURT, 00. Add AppendTime for a place to seek to.
StatusOr<std::string> SnapshotKeyPrefix(Slot slot, std::string_view surt);

std::string FormatSnapshotId(const SnapshotId& id);
// Takes the hexadecimal digits in either case.
StatusOr<SnapshotId> ParseSnapshotId(std::string_view text);

}  // namespace signboard::base
