#include "storage/gateway/compare_view.h"

#include <algorithm>

#include "proto/base/key_codec.h"
#include "proto/base/text.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

using Edit = v1::CompareReply::Edit;

constexpr std::string_view kPrefix = "/diff/";
constexpr std::string_view kBetween = "..";
// 17 digits, a dash, 8 hexadecimal digits: an id without its address.
constexpr size_t kHeadBytes = 26;

std::string_view KindWord(Edit::Kind kind) {
  switch (kind) {
    case Edit::INSERTED: return "inserted";
    case Edit::DELETED: return "deleted";
    case Edit::CHANGED: return "changed";
    default: return "same";
  }
}

Json EditJson(const Edit& edit) {
  Json json = {{"kind", KindWord(edit.kind())}, {"text", edit.text()}};
  if (!edit.url().empty()) json["url"] = edit.url();
  if (edit.left_out() > 0) json["left_out"] = edit.left_out();
  if (edit.words_size() == 0) return json;
  Json& words = json["words"] = Json::array();
  for (const Edit& word : edit.words()) words.push_back(EditJson(word));
  return json;
}

bool IsHead(std::string_view text) {
  return text.size() >= kHeadBytes && text[17] == '-' &&
         text.find_first_not_of("0123456789") == 17 &&
         text.substr(18, 8).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

StatusOr<v1::CompareRequest::View> ParseView(std::string_view word) {
  if (word.empty() || word == "text") return v1::CompareRequest::TEXT;
  if (word == "links") return v1::CompareRequest::LINKS;
  if (word == "source") return v1::CompareRequest::SOURCE;
  return base::InvalidArgument("text, links or source is needed");
}

std::string_view ViewWord(v1::CompareRequest::View view) {
  switch (view) {
    case v1::CompareRequest::LINKS: return "links";
    case v1::CompareRequest::SOURCE: return "source";
    default: return "text";
  }
}

Json CompareJson(const v1::CompareReply& reply, v1::CompareRequest::View view) {
  Json json = {{"from", SnapshotJson(reply.from())},
               {"to", SnapshotJson(reply.to())},
               {"view", ViewWord(view)},
               {"change_degree", reply.change_degree()},
               {"cut", reply.cut()},
               {"edits", Json::array()}};
  for (const Edit& edit : reply.edits()) json["edits"].push_back(EditJson(edit));
  return json;
}

std::string DiffPath(std::string_view from_id, std::string_view to_id) {
  const bool one_address = from_id.size() > kHeadBytes && to_id.size() > kHeadBytes &&
                           from_id.substr(kHeadBytes) == to_id.substr(kHeadBytes);
  const std::string_view to = one_address ? to_id.substr(0, kHeadBytes) : to_id;
  return std::string(kPrefix) + EncodeQuery(from_id) + std::string(kBetween) + EncodeQuery(to);
}

StatusOr<v1::CompareRequest> ParseDiffPath(std::string_view path) {
  path.remove_prefix(std::min(kPrefix.size(), path.size()));
  if (!base::IsValidUtf8(path)) return base::InvalidArgument("the path is not UTF-8");
  // An address may have the dots too: the last ones before something like an id are meant.
  for (size_t at = path.rfind(kBetween); at != std::string_view::npos && at > 0;
       at = path.rfind(kBetween, at - 1)) {
    const std::string_view to = path.substr(at + kBetween.size());
    const std::string_view from = path.substr(0, at);
    if (!IsHead(to) || !IsHead(from) || from.size() <= kHeadBytes) continue;
    if (to.size() > kHeadBytes && to[kHeadBytes] != '/') continue;
    v1::CompareRequest request;
    request.set_from_id(std::string(from));
    request.set_to_id(std::string(to));
    if (to.size() == kHeadBytes) request.mutable_to_id()->append(from.substr(kHeadBytes));
    for (const std::string& id : {request.from_id(), request.to_id()})
      RETURN_IF_ERROR(base::ParseSnapshotId(id).status());
    return request;
  }
  return base::InvalidArgument("no two captures are named");
}

}  // namespace signboard::gateway
