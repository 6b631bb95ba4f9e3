// Challenge pages: what a firewall sends in place of a page to whom it takes for a robot. They
// come with every status, 200 included, and must never be archived as content, count as a change,
// or look like a removal. None is ever solved: we say we are blocked, and back off.
//
// Threads: a pure function.
// Cost:    linear in the text, which is cut at kChallengeBytesMax.
#pragma once

#include <cstddef>
#include <string_view>

#include "proto/net/header_list.h"

namespace signboard::fetch {

// Challenges are short; a longer body is a page that speaks of such things.
inline constexpr size_t kChallengeBytesMax = size_t{64} << 10;

// The firewall's name: ruishu, jiasule, aliyun, yunsuo, yundun, cloudflare, wechat, captcha, or
// http_412 and http_521 for one that does not show itself. Empty: not a challenge.
std::string_view FindChallenge(int status, const net::HeaderList& headers, std::string_view text);

}  // namespace signboard::fetch
