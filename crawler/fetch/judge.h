// What an answer of HTTP comes to, wherever it came from: a fetch, or a record of one.
//
// Threads: a pure function.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "crawler/fetch/fetcher.h"

namespace signboard::fetch {

// As FetcherOptions::decode.
using DecodeStart = std::function<std::string(std::string_view, std::string_view, size_t)>;

// The start of the body with its content coding removed.
std::string StartOf(const FetchOutcome& fetched, const DecodeStart& decode, size_t bytes_max);

// Fills in what `fetched->http`, an answer to a request for `url`, comes to. `conditional` and
// `judged_later` as the request was; without a `decode` coded bodies are not looked into.
void Judge(const std::string& url, bool conditional, bool judged_later, const DecodeStart& decode,
           UnixTime now, FetchOutcome* fetched);

}  // namespace signboard::fetch
