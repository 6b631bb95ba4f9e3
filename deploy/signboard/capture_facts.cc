#include "deploy/signboard/capture_facts.h"

#include <google/protobuf/util/json_util.h>

namespace signboard::cli {
namespace {

// What the records say in their own fields, or storage sets.
void ClearRecorded(v1::Snapshot* facts) {
  facts->clear_id();
  facts->clear_url();
  facts->clear_capture_id();
  facts->clear_captured_ms();
  facts->clear_stored_ms();
  facts->clear_request_headers();
  facts->clear_response_headers();
  facts->clear_recipe();
  facts->clear_content_type();
  facts->clear_detection();
}

// What is found out of a body by reading it.
void ClearRead(v1::Snapshot* facts) {
  facts->clear_body_sha256();
  facts->clear_body_sha1();
  facts->clear_body_bytes();
  facts->clear_wire_sha256();
  facts->clear_wire_sha1();
  facts->clear_wire_bytes();
  facts->clear_charset();
  facts->clear_page();
}

}  // namespace

std::string FactsText(const v1::Snapshot& snapshot, bool with_body) {
  v1::Snapshot facts = snapshot;
  ClearRecorded(&facts);
  if (with_body) ClearRead(&facts);
  // Of which capture it is a revisit is known to the instant; with what bytes, too.
  if (snapshot.outcome() == v1::OUTCOME_UNCHANGED) facts.set_body_sha256(snapshot.body_sha256());
  if (!snapshot.detection().place_code().empty())
    facts.mutable_detection()->set_place_code(snapshot.detection().place_code());
  std::string json;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  // A snapshot that was read from a message is one that can be written.
  if (!google::protobuf::util::MessageToJsonString(facts, &json, options).ok()) return {};
  return json;
}

std::optional<v1::Snapshot> FactsOf(const warc::Fields& metadata) {
  const auto text = warc::FindField(metadata, kFactsField);
  if (!text) return std::nullopt;
  v1::Snapshot facts;
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  const auto status = google::protobuf::util::JsonStringToMessage(
      {text->data(), text->size()}, &facts, options);
  if (!status.ok()) return std::nullopt;
  return facts;
}

}  // namespace signboard::cli
