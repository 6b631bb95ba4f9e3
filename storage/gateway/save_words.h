// Save Page Now in words: its form, its job ids, its JSON and its errors.
//
//   https://docs.google.com/document/d/1Nsv52MvSjbLb2PCpHlat0gkzw0EvtSgpKHu4mk0MnrA (SPN2)
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "proto/base/status.h"
#include "proto/base/time.h"
#include "signboard/v1/scheduling.pb.h"
#include "storage/gateway/answer.h"

namespace signboard::gateway {

struct SaveForm {
  std::string url;
  Millis max_age{0};  // Of if_not_archived_within.
  std::string note;   // What was asked for and is not done.
};

// An application/x-www-form-urlencoded body. A URL that the path named stands for the form's.
// kInvalidArgument: no URL, a span that is none, or a wish that is refused.
StatusOr<SaveForm> ParseSaveForm(std::string_view body, std::string_view path_url = {});

// spn2- and 40 hexadecimal digits, and back; empty: it is none.
std::string SaveIdOf(std::string_view job_id);
std::string JobIdOfSaveId(std::string_view save_id);

// When the capture was made that the job ended with; nullopt: it ended without one.
std::optional<int64_t> SavedAt(const v1::RecrawlProgress& job);

struct SaveError {
  std::string word;  // Without "error:".
  std::string message;
  int http_status = 502;  // For who waited.
};
SaveError SaveErrorOf(const v1::RecrawlProgress& job);

Json SaveJobJson(const v1::RecrawlProgress& job);
Json UserJson(const v1::FrontierStats& stats);
Json SystemJson(const v1::FrontierStats& stats);

}  // namespace signboard::gateway
