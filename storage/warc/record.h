// The header of a WARC record (WARC 1.1, ISO 28500): named fields over a block of bytes.
//
// Versions 0.17 to 1.1 are read; 1.1 is written. What stands in a field is other people's bytes:
// nothing promises UTF-8.
//
// Threads: values and pure functions.
// Errors:  kInvalidArgument names what is wrong with a header.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/base/status.h"
#include "proto/base/time.h"

namespace signboard::warc {

inline constexpr size_t kHeaderBytesMax = size_t{64} << 10;
inline constexpr size_t kFieldsMax = 200;

using Fields = std::vector<std::pair<std::string, std::string>>;

// The first one named so, without regard to case.
std::optional<std::string_view> FindField(const Fields& fields, std::string_view name);

struct RecordHeader {
  std::string version;  // "1.1"
  Fields fields;
  uint64_t block_bytes = 0;

  std::string type() const;        // response, request, revisit, ...; lower case.
  std::string id() const;          // <urn:uuid:...> without the brackets; empty: none.
  std::string target_uri() const;  // Without the brackets that 1.0 allowed; empty: none.
  std::string Field(std::string_view name) const;  // Empty: none.
  StatusOr<UnixTime> Date() const;
};

// Everything up to the empty line, which may be missing.
StatusOr<RecordHeader> ParseRecordHeader(std::string_view text);

// WARC-Date: RFC 3339, or the 14 digits that some old writers put there.
StatusOr<UnixTime> ParseDate(std::string_view text);

// 16 bytes as urn:uuid:..., and back. nullopt: no such name.
std::string UuidUrn(std::string_view bytes);
std::optional<std::string> BytesOfUuidUrn(std::string_view urn);

// "sha1:<base32>", as WARC and CDX name a digest of 20 raw bytes.
std::string Sha1Name(std::string_view digest);
// Of sha1 in base32 or hexadecimal, sha256 in either. nullopt: another kind, or none.
struct NamedDigest {
  bool is_sha256 = false;
  std::string bytes;
};
std::optional<NamedDigest> ParseDigest(std::string_view text);

// application/warc-fields: "name: value" lines. Lines that are none are left out.
Fields ParseWarcFields(std::string_view text);
// One line; a line end within `value` becomes a space.
void AppendField(std::string* text, std::string_view name, std::string_view value);

}  // namespace signboard::warc
