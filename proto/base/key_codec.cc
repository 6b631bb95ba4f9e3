#include "proto/base/key_codec.h"

#include <algorithm>

#include "proto/base/digest.h"
#include "proto/base/surt.h"
#include "proto/base/text.h"

namespace signboard::base {
namespace {

// 9999-12-31T23:59:59.999Z: the last instant that an id can write.
constexpr int64_t kTimeMillisMax = 253'402'300'799'999;
constexpr size_t kIdTimeDigits = 17;
constexpr size_t kIdUrlAt = kIdTimeDigits + 1 + kSnapshotDiscBytes * 2 + 1;

void AppendNumber(std::string* out, uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
    out->push_back(static_cast<char>(value >> shift & 0xFF));
}

Status Damaged(std::string_view key, size_t at, std::string_view why) {
  constexpr size_t kShownBytesMax = 64;
  std::string message = "key " + ToHex(key.substr(0, kShownBytesMax)) +
                        (key.size() > kShownBytesMax ? "..." : "") + " at byte " +
                        std::to_string(at) + ": ";
  return DataLoss(message.append(why));
}

}  // namespace

void AppendU16(std::string* out, uint16_t value) { AppendNumber(out, value, 2); }
void AppendU32(std::string* out, uint32_t value) { AppendNumber(out, value, 4); }
void AppendU64(std::string* out, uint64_t value) { AppendNumber(out, value, 8); }
void AppendTime(std::string* out, UnixTime time) {
  AppendU64(out, static_cast<uint64_t>(std::max<int64_t>(0, ToMillis(time))));
}

Status AppendZeroEnded(std::string* out, std::string_view text) {
  const size_t zero = text.find('\0');
  if (zero != std::string_view::npos)
    return InvalidArgument("\"" + EscapeTerminal(text.substr(0, zero)) +
                           "\" goes on with a zero byte, which no key can hold");
  out->append(text).push_back('\0');
  return OkStatus();
}

StatusOr<uint64_t> KeyReader::Number(size_t bytes) {
  ASSIGN_OR_RETURN(const std::string_view digits, Bytes(bytes));
  uint64_t value = 0;
  for (const char c : digits) value = value << 8 | static_cast<uint8_t>(c);
  return value;
}

StatusOr<uint16_t> KeyReader::U16() {
  ASSIGN_OR_RETURN(const uint64_t value, Number(2));
  return static_cast<uint16_t>(value);
}

StatusOr<uint32_t> KeyReader::U32() {
  ASSIGN_OR_RETURN(const uint64_t value, Number(4));
  return static_cast<uint32_t>(value);
}

StatusOr<uint64_t> KeyReader::U64() { return Number(8); }

StatusOr<UnixTime> KeyReader::Time() {
  ASSIGN_OR_RETURN(const uint64_t value, Number(8));
  if (value > static_cast<uint64_t>(kTimeMillisMax))
    return Damaged(key_, key_.size() - rest_.size() - 8, "a time after the year 9999");
  return FromMillis(static_cast<int64_t>(value));
}

StatusOr<std::string_view> KeyReader::Bytes(size_t count) {
  if (count > rest_.size())
    return Damaged(key_, key_.size(), "ends " + std::to_string(count - rest_.size()) +
                                          " bytes too early");
  const std::string_view bytes = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return bytes;
}

StatusOr<std::string_view> KeyReader::ZeroEnded() {
  const size_t zero = rest_.find('\0');
  if (zero == std::string_view::npos)
    return Damaged(key_, key_.size(), "the zero byte after a text is missing");
  const std::string_view text = rest_.substr(0, zero);
  rest_.remove_prefix(zero + 1);
  return text;
}

Status KeyReader::End() const {
  if (rest_.empty()) return OkStatus();
  return Damaged(key_, key_.size() - rest_.size(), "the key should end here");
}

std::string SnapshotDisc(std::string_view url, std::string_view method, std::string_view vantage,
                         std::string_view capture_id) {
  std::string all;
  for (const std::string_view part : {url, method, vantage, capture_id}) {
    AppendU32(&all, static_cast<uint32_t>(part.size()));
    all.append(part);
  }
  return Sha256(all).substr(0, kSnapshotDiscBytes);
}

StatusOr<std::string> SnapshotKeyPrefix(Slot slot, std::string_view surt) {
  std::string key;
  AppendU16(&key, slot);
  RETURN_IF_ERROR(Annotate(AppendZeroEnded(&key, surt), "SURT of a snapshot key"));
  return key;
}

StatusOr<std::string> EncodeSnapshotKey(const SnapshotKey& key) {
  ASSIGN_OR_RETURN(std::string out, SnapshotKeyPrefix(key.slot, key.surt));
  if (ToMillis(key.time) < 0 || ToMillis(key.time) > kTimeMillisMax)
    return InvalidArgument("time of a snapshot key: " + FormatRfc3339(key.time) +
                           " is before 1970 or after 9999");
  if (key.disc.size() != kSnapshotDiscBytes)
    return InvalidArgument("disc of a snapshot key: " + std::to_string(key.disc.size()) +
                           " bytes instead of " + std::to_string(kSnapshotDiscBytes));
  AppendTime(&out, key.time);
  out += key.disc;
  return out;
}

StatusOr<SnapshotKey> ParseSnapshotKey(std::string_view key) {
  KeyReader reader(key);
  SnapshotKey out;
  ASSIGN_OR_RETURN(out.slot, reader.U16());
  ASSIGN_OR_RETURN(const std::string_view surt, reader.ZeroEnded());
  ASSIGN_OR_RETURN(out.time, reader.Time());
  ASSIGN_OR_RETURN(const std::string_view disc, reader.Bytes(kSnapshotDiscBytes));
  RETURN_IF_ERROR(reader.End());
  out.surt = surt;
  out.disc = disc;
  return out;
}

std::string FormatSnapshotId(const SnapshotId& id) {
  return FormatDigits17(id.time) + "-" + ToHex(id.disc) + "/" + id.url;
}

StatusOr<SnapshotId> ParseSnapshotId(std::string_view text) {
  const auto bad = [text](std::string_view why) {
    constexpr size_t kShownBytesMax = 200;
    std::string message =
        "snapshot id \"" + EscapeTerminal(text.substr(0, kShownBytesMax)) + "\": ";
    return InvalidArgument(message.append(why));
  };
  if (text.size() <= kIdUrlAt || text[kIdTimeDigits] != '-' || text[kIdUrlAt - 1] != '/')
    return bad("expected <17 digits>-<8 hexadecimal digits>/<URL>");
  if (text.size() - kIdUrlAt > kSurtInputBytesMax) return bad("the URL is too long");
  if (text.find('\0') != std::string_view::npos) return bad("it holds a zero byte");
  const std::string_view digits = text.substr(0, kIdTimeDigits);
  if (digits.find_first_not_of("0123456789") != std::string_view::npos)
    return bad("the time is not 17 digits");
  const StatusOr<TimeRange> time = ParseTimeRange(digits);
  if (!time.ok()) return Annotate(time.status(), "snapshot id");
  if (ToMillis(time->first) < 0) return bad("the time is before 1970");
  StatusOr<std::string> disc = FromHex(text.substr(kIdTimeDigits + 1, kSnapshotDiscBytes * 2));
  if (!disc.ok()) return Annotate(disc.status(), "snapshot id, after the time");
  return SnapshotId{time->first, *std::move(disc), std::string(text.substr(kIdUrlAt))};
}

}  // namespace signboard::base
