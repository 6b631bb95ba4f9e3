// RuleSet: rules that stand in for the compiled ones, so that an analyst can try a changed list
// without a compiler. UseRules puts a set in force on its thread.
//
// A set has the files of crawler/extract/data (verbs.txt, names.txt, ...); those that are not given
// are the compiled ones.
//
// Threads: A set is constant and safe from any. UseRules is of one thread.
// Errors:  kInvalidArgument names file and line: no such file or list, no words, a word that no
//          text could hold, as texts are compared.
// Cost:    A set is read in some milliseconds; in force, each look into a list costs a branch more.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "crawler/extract/features.h"
#include "crawler/extract/rules.h"
#include "crawler/extract/text_scan.h"
#include "proto/base/status.h"

namespace signboard::extract {

struct RuleFile {
  std::string name;  // verbs.txt
  std::string text;
};

class RuleSet {
 public:
  static StatusOr<std::shared_ptr<const RuleSet>> Parse(std::vector<RuleFile> files);

  // 16 hexadecimal digits over all that the detector's data are.
  const std::string& digest() const { return digest_; }

 private:
  friend class UseRules;
  friend const Weights& WeightsInForce();
  friend const ScanTable& ScanTableInForce();
  RuleSet() = default;
  Status Read();
  Status Check() const;

  std::vector<RuleFile> files_;  // All; the lists' words are views into them.
  std::vector<std::unique_ptr<const WordList>> own_;
  std::vector<const WordList*> lists_;  // By number.
  std::unique_ptr<const ScanTable> scan_table_;
  Weights weights_;
  std::string digest_;
};

// Until the end of its scope. Null: the compiled rules.
class UseRules {
 public:
  explicit UseRules(const RuleSet* rules);
  ~UseRules();
  UseRules(const UseRules&) = delete;
  UseRules& operator=(const UseRules&) = delete;

 private:
  const RuleSet* const before_;
};

// Of the rules in force: what findings are stored with, so that it is known by which rules they
// were made.
const std::string& RulesDigest();

}  // namespace signboard::extract
