// Audience claims: 累计触达超过3000万人次, 粉丝超24万, "over 30 million followers".
//
// A number is a claim only if it has a metric word (粉丝, 触达, 浏览量, 国家和地区, …) and the subject of
// its clause is an account, matrix, platform, page, audience or the centre itself. Trade partners,
// sister cities, people abroad, foreign residents, attending media and guests are counted in the
// shapes in the same pages, and are none.
//
// Text is UTF-8, folded to simplified characters by the caller. Positions are bytes.
//
// Threads:  Safe from any; no state.
// Errors:   None; numbers beyond 64 bits are no numbers.
// Cost:     Linear; a passage is cut at kClaimBytesMax, its clauses at kClauseBytesMax.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crawler/extract/finding.h"

namespace signboard::extract {

inline constexpr size_t kClaimBytesMax = 64 * 1'024;
inline constexpr size_t kClauseBytesMax = 512;
inline constexpr size_t kClaimsMax = 32;

struct ClaimFound {
  Claim claim;
  size_t from = 0;      // The number with its unit, as in claim.raw.
  size_t to = 0;
  std::string subject;  // The word that made it a claim: 账号, 矩阵, 中心, accounts.
  bool strong = true;   // False: 用户, users, which may be other things than followers.
};

// In the order of the text.
std::vector<ClaimFound> FindClaims(std::string_view passage);

}  // namespace signboard::extract
