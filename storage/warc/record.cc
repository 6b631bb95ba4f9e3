#include "storage/warc/record.h"

#include <algorithm>
#include <charconv>

#include "proto/base/digest.h"
#include "proto/base/text.h"

namespace signboard::warc {
namespace {

constexpr std::string_view kUuidUrn = "urn:uuid:";
constexpr size_t kUuidBytes = 16;

// Up to the next line end, which is taken off `rest` too; CR LF or LF alone.
std::string_view TakeLine(std::string_view* rest) {
  const size_t end = rest->find('\n');
  std::string_view line = rest->substr(0, end);
  rest->remove_prefix(end == std::string_view::npos ? rest->size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view Unbracketed(std::string_view text) {
  text = base::TrimAscii(text);
  if (text.size() >= 2 && text.front() == '<' && text.back() == '>')
    return text.substr(1, text.size() - 2);
  return text;
}

StatusOr<uint64_t> ParseLength(std::string_view text) {
  uint64_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (text.empty() || error != std::errc() || end != text.data() + text.size())
    return base::InvalidArgument("Content-Length is no length");
  return length;
}

Status AddField(std::string_view line, Fields* fields) {
  if (line.front() == ' ' || line.front() == '\t') {
    if (fields->empty()) return base::InvalidArgument("a continuation of no field");
    fields->back().second.append(" ").append(base::TrimAscii(line));
    return OkStatus();
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0)
    return base::InvalidArgument("a line of its header is no field");
  if (fields->size() == kFieldsMax)
    return base::InvalidArgument("its header has more than " + std::to_string(kFieldsMax) +
                                 " fields");
  fields->emplace_back(base::TrimAscii(line.substr(0, colon)),
                       base::TrimAscii(line.substr(colon + 1)));
  return OkStatus();
}

}  // namespace

std::optional<std::string_view> FindField(const Fields& fields, std::string_view name) {
  for (const auto& [key, value] : fields)
    if (base::EqualsIgnoreCaseAscii(key, name)) return value;
  return std::nullopt;
}

std::string RecordHeader::Field(std::string_view name) const {
  return std::string(FindField(fields, name).value_or(""));
}

std::string RecordHeader::type() const { return base::ToLowerAscii(Field("WARC-Type")); }

std::string RecordHeader::id() const {
  return std::string(Unbracketed(Field("WARC-Record-ID")));
}

std::string RecordHeader::target_uri() const {
  return std::string(Unbracketed(Field("WARC-Target-URI")));
}

StatusOr<UnixTime> RecordHeader::Date() const { return ParseDate(Field("WARC-Date")); }

StatusOr<RecordHeader> ParseRecordHeader(std::string_view text) {
  RecordHeader header;
  const std::string_view first = TakeLine(&text);
  if (!first.starts_with("WARC/")) return base::InvalidArgument("it does not begin with WARC/");
  header.version = first.substr(5);
  static constexpr std::string_view kVersions[] = {"0.17", "0.18", "1.0", "1.1"};
  if (std::find(std::begin(kVersions), std::end(kVersions), header.version) ==
      std::end(kVersions)) {
    return base::InvalidArgument("WARC version \"" + base::EscapeTerminal(header.version) +
                                 "\" is not known");
  }
  while (!text.empty()) {
    const std::string_view line = TakeLine(&text);
    if (line.empty()) break;
    RETURN_IF_ERROR(AddField(line, &header.fields));
  }
  ASSIGN_OR_RETURN(header.block_bytes, ParseLength(header.Field("Content-Length")));
  if (header.type().empty()) return base::InvalidArgument("it has no WARC-Type");
  return header;
}

StatusOr<UnixTime> ParseDate(std::string_view text) {
  text = base::TrimAscii(text);
  if (text.empty()) return base::InvalidArgument("it has no WARC-Date");
  const bool is_digits = text.size() == 14 && std::all_of(text.begin(), text.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
  if (!is_digits) {
    auto time = base::ParseRfc3339(text);
    if (!time.ok()) return base::Annotate(time.status(), "WARC-Date");
    return time;
  }
  ASSIGN_OR_RETURN(const base::TimeRange range, base::ParseTimeRange(text));
  return range.first;
}

std::string UuidUrn(std::string_view bytes) {
  std::string text = base::ToHex(bytes);
  for (const size_t at : {8, 13, 18, 23}) text.insert(at, "-");
  return std::string(kUuidUrn) + text;
}

std::optional<std::string> BytesOfUuidUrn(std::string_view urn) {
  if (!base::EqualsIgnoreCaseAscii(urn.substr(0, kUuidUrn.size()), kUuidUrn)) return std::nullopt;
  std::string digits(urn.substr(kUuidUrn.size()));
  if (digits.size() != 36) return std::nullopt;
  digits.erase(std::remove(digits.begin(), digits.end(), '-'), digits.end());
  auto bytes = base::FromHex(digits);
  if (!bytes.ok() || bytes->size() != kUuidBytes) return std::nullopt;
  return std::move(*bytes);
}

std::string Sha1Name(std::string_view digest) { return "sha1:" + base::ToBase32(digest); }

std::optional<NamedDigest> ParseDigest(std::string_view text) {
  text = base::TrimAscii(text);
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string kind = base::ToLowerAscii(text.substr(0, colon));
  kind.erase(std::remove(kind.begin(), kind.end(), '-'), kind.end());
  if (kind != "sha1" && kind != "sha256") return std::nullopt;
  NamedDigest digest;
  digest.is_sha256 = kind == "sha256";
  const size_t bytes = digest.is_sha256 ? base::kSha256Bytes : base::kSha1Bytes;
  const std::string_view value = text.substr(colon + 1);
  // Forty letters are hexadecimal, thirty-two are base32: no length is both.
  auto read = value.size() == 2 * bytes ? base::FromHex(value)
                                        : base::FromBase32(base::ToUpperAscii(value));
  if (!read.ok() || read->size() != bytes) return std::nullopt;
  digest.bytes = std::move(*read);
  return digest;
}

Fields ParseWarcFields(std::string_view text) {
  Fields fields;
  while (!text.empty() && fields.size() < kFieldsMax) {
    const std::string_view line = TakeLine(&text);
    if (!line.empty() && !AddField(line, &fields).ok()) continue;
  }
  return fields;
}

void AppendField(std::string* text, std::string_view name, std::string_view value) {
  text->append(name).append(": ");
  const size_t from = text->size();
  text->append(value);
  std::replace_if(
      text->begin() + static_cast<std::ptrdiff_t>(from), text->end(),
      [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
  text->append("\r\n");
}

}  // namespace signboard::warc
