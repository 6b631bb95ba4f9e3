#include "crawler/extract/rule_set.h"

#include <algorithm>
#include <array>
#include <utility>

#include "crawler/extract/fold.h"
#include "crawler/extract/names.h"
#include "crawler/extract/rule_files.h"
#include "crawler/extract/rule_lines.h"
#include "proto/base/digest.h"

namespace signboard::extract {
namespace {

constexpr size_t kDigestBytes = 8;
// Lists that are compared with folded text and are Chinese.
constexpr std::array<std::string_view, 7> kFoldedKinds = {"verb", "stop", "head", "plan",
                                                          "past", "role", "organ"};

constinit thread_local const RuleSet* rules_in_force = nullptr;

template <class Files>
std::string DigestOf(const Files& files) {
  base::Hasher hasher(base::DigestKind::kSha256);
  for (const auto& file : files) {
    hasher.Update(std::string(file.name) + "\n" + std::to_string(file.text.size()) + "\n");
    hasher.Update(file.text);
  }
  hasher.Update(SIGNBOARD_GAZETTEER_SHA256);
  return base::ToHex(hasher.Finish().substr(0, kDigestBytes));
}

// Compiled files, with the given ones in the place of those of their names.
StatusOr<std::vector<RuleFile>> Complete(std::vector<RuleFile> given) {
  std::vector<RuleFile> files;
  std::string names;
  for (const CompiledRules& compiled : CompiledRuleFiles()) {
    const auto found = std::find_if(given.begin(), given.end(), [&](const RuleFile& file) {
      return file.name == compiled.name;
    });
    names += (names.empty() ? "" : ", ") + std::string(compiled.name);
    if (found == given.end()) {
      files.push_back({std::string(compiled.name), std::string(compiled.text)});
    } else {
      files.push_back(std::move(*found));
      given.erase(found);
    }
  }
  if (given.empty()) return files;
  return base::InvalidArgument(given.front().name + ": no file of rules; there are " + names);
}

// What is wrong with one line; empty: nothing.
std::string WrongWith(std::string_view kind, const std::vector<Word>& words) {
  if (!CompiledLists().contains(kind)) return "nobody reads a list " + std::string(kind);
  if (words.empty()) return "no words";
  const bool folded =
      std::find(kFoldedKinds.begin(), kFoldedKinds.end(), kind) != kFoldedKinds.end();
  for (const Word& word : words) {
    const std::string text(word.text);
    if (folded && FoldText(text) != text)
      return text + " is compared with " + FoldText(text) + ": write it so";
    if (kind == "head" && !HoldsNameSigns(text))
      return text + " has none of the characters by which pages are chosen";
    if (kind != "foreign_head") continue;
    const TextScan scan(text);
    if (!MayHold(text, Sign::kWord) && !MayHold(text, Sign::kForeign))
      return text + " has no word by which pages in other languages are chosen";
  }
  return "";
}

}  // namespace

StatusOr<std::shared_ptr<const RuleSet>> RuleSet::Parse(std::vector<RuleFile> files) {
  std::shared_ptr<RuleSet> set(new RuleSet);
  ASSIGN_OR_RETURN(set->files_, Complete(std::move(files)));
  RETURN_IF_ERROR(set->Check());
  RETURN_IF_ERROR(set->Read());
  set->digest_ = DigestOf(set->files_);
  return std::shared_ptr<const RuleSet>(std::move(set));
}

// Line by line, so that an error has its place.
Status RuleSet::Check() const {
  for (const RuleFile& file : files_) {
    if (file.name == kWeightsFile) continue;
    const auto check = [&file](size_t number, std::string_view line) -> Status {
      WordsByKind one;
      RETURN_IF_ERROR(ReadRuleLine(file.name, number, line, &one));
      const auto& [kind, words] = *one.begin();
      const std::string wrong = WrongWith(kind, words);
      return wrong.empty() ? OkStatus() : RuleError(file.name, number, wrong);
    };
    RETURN_IF_ERROR(ForEachRuleLine(file.name, file.text, check));
  }
  return OkStatus();
}

Status RuleSet::Read() {
  WordsByKind kinds;
  for (const RuleFile& file : files_) {
    if (file.name == kWeightsFile) {
      ASSIGN_OR_RETURN(weights_, ReadWeights(file.name, file.text));
    } else {
      RETURN_IF_ERROR(ReadRules(file.name, file.text, &kinds));
    }
  }
  lists_.resize(CompiledLists().size());
  for (const auto& [kind, compiled] : CompiledLists()) {
    const auto found = kinds.find(kind);
    if (found == kinds.end())
      return base::InvalidArgument("the rules have no list " + std::string(kind));
    own_.push_back(std::make_unique<const WordList>(std::move(found->second)));
    lists_[compiled.number()] = own_.back().get();
  }
  scan_table_ = std::make_unique<const ScanTable>(lists_);
  return OkStatus();
}

UseRules::UseRules(const RuleSet* rules) : before_(rules_in_force) {
  rules_in_force = rules;
  lists_in_force = rules == nullptr ? nullptr : rules->lists_.data();
}

UseRules::~UseRules() {
  rules_in_force = before_;
  lists_in_force = before_ == nullptr ? nullptr : before_->lists_.data();
}

const Weights& WeightsInForce() {
  static const auto* const kCompiled = [] {
    for (const CompiledRules& file : CompiledRuleFiles()) {
      if (file.name != kWeightsFile) continue;
      auto weights = ReadWeights(file.name, file.text);
      if (weights.ok()) return new Weights(*weights);
    }
    return new Weights();  // rules_test.cc reads the file.
  }();
  return rules_in_force == nullptr ? *kCompiled : rules_in_force->weights_;
}

const ScanTable& ScanTableInForce() {
  static const auto* const kCompiled = [] {
    std::vector<const WordList*> lists(CompiledLists().size());
    for (const auto& [kind, list] : CompiledLists()) lists[list.number()] = &list;
    return new ScanTable(lists);
  }();
  return rules_in_force == nullptr ? *kCompiled : *rules_in_force->scan_table_;
}

const std::string& RulesDigest() {
  static const auto* const kCompiled = new std::string(DigestOf(CompiledRuleFiles()));
  return rules_in_force == nullptr ? *kCompiled : rules_in_force->digest();
}

}  // namespace signboard::extract
