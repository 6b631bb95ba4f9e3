#include "crawler/extract/rules.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "crawler/extract/rule_files.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kKeyBytes = 3;  // Of a Chinese character.

using Kinds = std::map<std::string_view, std::vector<Word>, std::less<>>;

void ReadLine(std::string_view line, Kinds* kinds) {
  line = base::TrimAscii(line.substr(0, line.find('#')));
  const size_t colon = line.find(": ");
  if (colon == std::string_view::npos) return;
  const std::string_view label = line.substr(0, colon);
  const size_t space = label.find(' ');
  const std::string_view kind = label.substr(0, space);
  const std::string_view tag =
      space == std::string_view::npos ? "" : base::TrimAscii(label.substr(space));
  for (std::string_view word : base::SplitAscii(line.substr(colon + 1), ',')) {
    word = base::TrimAscii(word);
    if (!word.empty()) (*kinds)[kind].push_back({word, tag});
  }
}

std::map<std::string_view, WordList, std::less<>> ReadAll() {
  Kinds kinds;
  for (const std::string_view file : RuleFiles())
    for (const std::string_view line : base::SplitAscii(file, '\n')) ReadLine(line, &kinds);
  std::map<std::string_view, WordList, std::less<>> lists;
  for (auto& [kind, words] : kinds) lists.emplace(kind, WordList(std::move(words)));
  return lists;
}

}  // namespace

WordList::WordList(std::vector<Word> words) : words_(std::move(words)) {
  std::stable_sort(words_.begin(), words_.end(), [](const Word& a, const Word& b) {
    return a.text.size() > b.text.size();
  });
  by_front_.next.resize(words_.size());
  by_end_.next.resize(words_.size());
  // From behind, so that the longest of a chain comes to stand first.
  for (size_t i = words_.size(); i-- > 0;) {
    const std::string_view text = words_[i].text;
    begins_[static_cast<unsigned char>(text[0])] = true;
    Chain(i, text.substr(0, kKeyBytes), &by_front_);
    Chain(i, text.substr(text.size() - std::min(text.size(), kKeyBytes)), &by_end_);
  }
}

size_t WordList::Bucket(std::string_view three) {
  const auto byte = [three](size_t at) { return static_cast<unsigned char>(three[at]); };
  return (byte(0) ^ byte(1) * 29U ^ byte(2) * 5U) & 0xFFU;
}

void WordList::Chain(size_t word, std::string_view three, Index* index) {
  uint16_t& head = three.size() < kKeyBytes ? index->short_head : index->head[Bucket(three)];
  index->next[word] = head;
  head = static_cast<uint16_t>(word + 1);
}

const Word* WordList::At(std::string_view text, size_t at) const {
  if (at >= text.size() || !begins_[static_cast<unsigned char>(text[at])]) return nullptr;
  const std::string_view rest = text.substr(at);
  const auto first_of = [&](uint16_t word) -> const Word* {
    for (; word != 0; word = by_front_.next[word - 1U])
      if (rest.starts_with(words_[word - 1U].text)) return &words_[word - 1U];
    return nullptr;
  };
  const Word* found = rest.size() < kKeyBytes ? nullptr
                                              : first_of(by_front_.head[Bucket(rest)]);
  return found != nullptr ? found : first_of(by_front_.short_head);
}

const Word* WordList::EndingAt(std::string_view text, size_t at) const {
  const std::string_view front = text.substr(0, at);
  const auto first_of = [&](uint16_t word) -> const Word* {
    for (; word != 0; word = by_end_.next[word - 1U])
      if (front.ends_with(words_[word - 1U].text)) return &words_[word - 1U];
    return nullptr;
  };
  const Word* found =
      front.size() < kKeyBytes
          ? nullptr
          : first_of(by_end_.head[Bucket(front.substr(front.size() - kKeyBytes))]);
  return found != nullptr ? found : first_of(by_end_.short_head);
}

WordHit WordList::First(std::string_view text, size_t from) const {
  for (size_t at = from; at < text.size(); ++at)
    if (const Word* word = At(text, at)) return {word, at, at + word->text.size()};
  return {};
}

bool WordList::Has(std::string_view word) const {
  for (const Word& mine : words_)
    if (mine.text == word) return true;
  return false;
}

const WordList& ListOf(std::string_view kind) {
  static const auto* const kLists =
      new std::map<std::string_view, WordList, std::less<>>(ReadAll());
  static const auto* const kNone = new WordList({});
  const auto found = kLists->find(kind);
  return found == kLists->end() ? *kNone : found->second;
}

}  // namespace signboard::extract
