// The overseas platforms a centre is on and the names of its accounts, in one sentence.
//
// A platform counts beside 账号, 平台, 矩阵, 开设 and the like; domestic ones (微信, 抖音) are not overseas.
// An account is a name with Latin letters, in quotation marks or right before 账号.
//
// Threads: Safe from any; no state.
// Errors:  None.
// Cost:    Linear in the sentence.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crawler/extract/page_text.h"

namespace signboard::extract {

inline constexpr size_t kAccountBytesMax = 60;
inline constexpr size_t kMediaMax = 24;  // Of each kind, in one sentence.

struct MediumFound {
  std::string name;  // A platform's usual name; an account's as the page writes it.
  size_t from = 0;
  size_t to = 0;
};

// 此前分散运营的账号: a sentence about the time before the centre.
bool IsOfBefore(std::string_view sentence);
bool IsPlatformName(std::string_view name);
std::vector<MediumFound> FindPlatforms(const PageText& page, Span sentence);
std::vector<MediumFound> FindAccounts(const PageText& page, Span sentence);
// Accounts of English sentences without quotation marks: under the name Lushan Diary, its iQingdao
// accounts; organs_en.cc.
std::vector<MediumFound> FindAccountsEn(const PageText& page, Span sentence);

}  // namespace signboard::extract
