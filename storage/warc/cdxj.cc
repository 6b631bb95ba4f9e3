#include "storage/warc/cdxj.h"

#include <nlohmann/json.hpp>

#include "proto/base/surt.h"
#include "proto/base/text.h"

namespace signboard::warc {
namespace {

void Add(std::string_view name, std::string_view value, std::string* json) {
  if (value.empty()) return;
  json->append(json->size() > 1 ? ", \"" : "\"").append(name).append("\": ");
  json->append(JsonText(value));
}

}  // namespace

std::string JsonText(std::string_view text) {
  return nlohmann::json(base::ToValidUtf8(text)).dump(-1, ' ', true);
}

std::string CdxjMime(std::string_view content_type) {
  return std::string(
      base::TrimAscii(content_type.substr(0, content_type.find_first_of("; \t\r\n\f\v"))));
}

std::string CdxjKey(const CdxjEntry& entry) {
  const auto surt = base::Surt(entry.url);
  return (surt.ok() ? *surt : entry.url) + " " + base::FormatDigits14(entry.date);
}

std::string CdxjLine(const CdxjEntry& entry) {
  std::string json = "{";
  Add("url", entry.url, &json);
  Add("mime", entry.mime, &json);
  Add("status", entry.status == 0 ? "" : std::to_string(entry.status), &json);
  Add("digest", entry.digest, &json);
  if (!entry.filename.empty()) {
    Add("length", std::to_string(entry.bytes), &json);
    Add("offset", std::to_string(entry.offset), &json);
    Add("filename", entry.filename, &json);
  }
  Add("recordDigest", entry.record_digest, &json);
  return CdxjKey(entry) + " " + json + "}";
}

}  // namespace signboard::warc
