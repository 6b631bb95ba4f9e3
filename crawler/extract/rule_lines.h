// Reads a file of rules, line by line (rules.h says what a line is).
//
// Threads: Safe from any; no state.
// Errors:  kInvalidArgument names file and line, and what is wrong with it.
#pragma once

#include <functional>
#include <map>
#include <string_view>
#include <vector>

#include "crawler/extract/rules.h"
#include "proto/base/status.h"

namespace signboard::extract {

inline constexpr size_t kRuleFileBytesMax = size_t{1} << 20;
inline constexpr size_t kListWordsMax = 20'000;

// Views into the texts that were read.
using WordsByKind = std::map<std::string_view, std::vector<Word>, std::less<>>;

// Calls `take` with each line that holds rules: its number, from 1, and what stands before the
// comment.
Status ForEachRuleLine(std::string_view file, std::string_view text,
                       const std::function<Status(size_t number, std::string_view line)>& take);

// `file:line: what`, as every error about rules begins.
Status RuleError(std::string_view file, size_t line, std::string_view what);

// Adds the words of one such line.
Status ReadRuleLine(std::string_view file, size_t number, std::string_view line,
                    WordsByKind* kinds);
// Adds the words of a file.
Status ReadRules(std::string_view file, std::string_view text, WordsByKind* kinds);

}  // namespace signboard::extract
