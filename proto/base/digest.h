// Digests, and the spellings that archives and HTTP use for them.
//
// A digest is raw bytes in a std::string (20 for SHA-1, 32 for SHA-256) until it is shown. SHA-1 is
// here because WARC and CDX files name payloads by it; what we rely on is SHA-256.
//
// Threads: functions are safe from any; a Hasher belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "proto/base/status.h"

namespace signboard::base {

enum class DigestKind { kSha1, kSha256 };

inline constexpr size_t kSha1Bytes = 20;
inline constexpr size_t kSha256Bytes = 32;

std::string Sha1(std::string_view bytes);
std::string Sha256(std::string_view bytes);

// The same, piece by piece.
class Hasher {
 public:
  explicit Hasher(DigestKind kind);
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;

  void Update(std::string_view bytes);
  // The digest of everything since the beginning or the last Finish; the next Update begins anew.
  std::string Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// RFC 2104 over SHA-256.
std::string HmacSha256(std::string_view key, std::string_view bytes);

// The first eight bytes of SHA-256, big-endian.
uint64_t Fingerprint64(std::string_view bytes);

// From the system's generator, fit for tokens and ids.
std::string RandomBytes(size_t count);

// Lower case out; either case in. kInvalidArgument names the place.
std::string ToHex(std::string_view bytes);
StatusOr<std::string> FromHex(std::string_view text);
// RFC 4648 section 6, upper case, padded: WARC and CDX write SHA-1 so (32 letters, no padding).
std::string ToBase32(std::string_view bytes);
StatusOr<std::string> FromBase32(std::string_view text);
// RFC 4648 section 4, padded. Decoding refuses everything else, line ends too.
std::string ToBase64(std::string_view bytes);
StatusOr<std::string> FromBase64(std::string_view text);

}  // namespace signboard::base
