// The detector's rules from a folder: what --rules and [crawler] rules name.
//
// Threads: safe from any.
// Errors:  kNotFound: no such folder. kInvalidArgument names file and line (rule_set.h).
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "crawler/extract/rule_set.h"
#include "proto/base/status.h"

namespace signboard::cli {

// The folder's *.txt.
StatusOr<std::vector<extract::RuleFile>> ReadRuleFiles(const std::string& folder);

// One file; its name is the last of its path.
StatusOr<extract::RuleFile> ReadRuleFile(const std::string& path);

// An empty name: null, which stands for the compiled rules.
StatusOr<std::shared_ptr<const extract::RuleSet>> ReadRuleFolder(const std::string& folder);

void AddRulesOption(CLI::App* verb, std::string* folder);

}  // namespace signboard::cli
