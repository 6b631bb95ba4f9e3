// Two captures of an address side by side, as JSON and as a page shows them.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/status.h"
#include "signboard/v1/archive.pb.h"
#include "storage/gateway/answer.h"

namespace signboard::gateway {

// text, links or source; empty: text. kInvalidArgument: another word.
StatusOr<v1::CompareRequest::View> ParseView(std::string_view word);
std::string_view ViewWord(v1::CompareRequest::View view);

// {"from", "to", "view", "change_degree", "edits": [{"kind", "text", "url"?, "words"?,
// "left_out"?}], "cut"}
Json CompareJson(const v1::CompareReply& reply, v1::CompareRequest::View view);

// /diff/<id>..<id>, where the second is short when both are of one address.
std::string DiffPath(std::string_view from_id, std::string_view to_id);
// The ids in such a path, decoded. kInvalidArgument: it is none.
StatusOr<v1::CompareRequest> ParseDiffPath(std::string_view path);

}  // namespace signboard::gateway
