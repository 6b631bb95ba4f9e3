#include "crawler/extract/rule_lines.h"

#include <algorithm>
#include <string>

#include "proto/base/text.h"

namespace signboard::extract {
namespace {

bool IsKind(std::string_view kind) {
  return !kind.empty() && std::all_of(kind.begin(), kind.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || c == '_';
  });
}

}  // namespace

Status RuleError(std::string_view file, size_t line, std::string_view what) {
  return base::InvalidArgument(std::string(file) + ":" + std::to_string(line) + ": " +
                               base::EscapeTerminal(what));
}

Status ForEachRuleLine(std::string_view file, std::string_view text,
                       const std::function<Status(size_t, std::string_view)>& take) {
  if (text.size() > kRuleFileBytesMax)
    return base::InvalidArgument(std::string(file) + ": more than 1 MiB");
  size_t number = 0;
  for (std::string_view line : base::SplitAscii(text, '\n')) {
    ++number;
    if (!base::IsValidUtf8(line)) return RuleError(file, number, "this is not UTF-8");
    line = base::TrimAscii(line.substr(0, line.find('#')));
    if (!line.empty()) RETURN_IF_ERROR(take(number, line));
  }
  return OkStatus();
}

Status ReadRuleLine(std::string_view file, size_t number, std::string_view line,
                    WordsByKind* kinds) {
  const size_t colon = line.find(": ");
  if (colon == std::string_view::npos)
    return RuleError(file, number, "a line of rules is `kind: word, word`");
  const std::string_view label = line.substr(0, colon);
  const size_t space = label.find(' ');
  const std::string_view kind = label.substr(0, space);
  if (!IsKind(kind)) return RuleError(file, number, "no kind of words: " + std::string(kind));
  const std::string_view tag =
      space == std::string_view::npos ? "" : base::TrimAscii(label.substr(space));
  std::vector<Word>& words = (*kinds)[kind];
  for (std::string_view word : base::SplitAscii(line.substr(colon + 1), ',')) {
    word = base::TrimAscii(word);
    if (!word.empty()) words.push_back({word, tag});
  }
  if (words.size() > kListWordsMax)
    return RuleError(file, number, "too many words of kind " + std::string(kind));
  return OkStatus();
}

Status ReadRules(std::string_view file, std::string_view text, WordsByKind* kinds) {
  return ForEachRuleLine(file, text, [&](size_t number, std::string_view line) {
    return ReadRuleLine(file, number, line, kinds);
  });
}

}  // namespace signboard::extract
