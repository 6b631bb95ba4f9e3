#include "crawler/extract/rules.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "crawler/extract/features.h"
#include "crawler/extract/rule_files.h"
#include "crawler/extract/rule_lines.h"
#include "crawler/extract/text_scan.h"

namespace signboard::extract {
namespace {

constexpr size_t kKeyBytes = 3;  // Of a Chinese character.

// Three bytes as a number.
uint32_t KeyOf(const char* three) {
  const auto byte = [three](size_t at) {
    return uint32_t{static_cast<unsigned char>(three[at])};
  };
  return byte(0) | byte(1) << 8 | byte(2) << 16;
}

size_t BucketOf(uint32_t key) { return (key ^ (key >> 8) * 29U ^ (key >> 16) * 5U) & 0xFFU; }

size_t HashOf(uint32_t key) { return key * 2'654'435'761U >> 20; }  // Knuth's, 12 bits of it.

WordLists ReadAll() {
  WordsByKind kinds;
  // They are right: rules_test.cc reads them.
  for (const CompiledRules& file : CompiledRuleFiles()) {
    if (file.name == kWeightsFile) continue;
    if (!ReadRules(file.name, file.text, &kinds).ok()) return {};
  }
  WordLists lists;
  for (auto& [kind, words] : kinds)
    lists.emplace(kind, WordList(std::move(words), lists.size(), ScanBitOf(kind)));
  return lists;
}

}  // namespace

constinit thread_local const WordList* const* lists_in_force = nullptr;

WordList::WordList(std::vector<Word> words, size_t number, uint64_t scan_bit)
    : number_(number), scan_bit_(scan_bit), words_(std::move(words)) {
  std::stable_sort(words_.begin(), words_.end(), [](const Word& a, const Word& b) {
    return a.text.size() > b.text.size();
  });
  by_front_.next.resize(words_.size());
  by_end_.next.resize(words_.size());
  by_front_.keys.resize(words_.size());
  by_end_.keys.resize(words_.size());
  // From behind, so that the longest of a chain comes to stand first.
  for (size_t i = words_.size(); i-- > 0;) {
    const std::string_view text = words_[i].text;
    begins_[static_cast<unsigned char>(text[0])] = true;
    if (text.size() >= kKeyBytes) may_begin_.set(HashOf(KeyOf(text.data())));
    Chain(i, text.substr(0, kKeyBytes), &by_front_);
    Chain(i, text.substr(text.size() - std::min(text.size(), kKeyBytes)), &by_end_);
  }
}

void WordList::Chain(size_t word, std::string_view three, Index* index) {
  const bool is_short = three.size() < kKeyBytes;
  if (!is_short) index->keys[word] = KeyOf(three.data());
  uint16_t& head = is_short ? index->short_head : index->head[BucketOf(index->keys[word])];
  index->next[word] = head;
  head = static_cast<uint16_t>(word + 1);
}

const Word* WordList::OwnAt(std::string_view text, size_t at) const {
  if (at >= text.size() || !begins_[static_cast<unsigned char>(text[at])]) return nullptr;
  const std::string_view rest = text.substr(at);
  if (rest.size() >= kKeyBytes) {
    const uint32_t key = KeyOf(rest.data());
    for (uint16_t i = by_front_.head[BucketOf(key)]; i != 0; i = by_front_.next[i - 1U]) {
      const Word& word = words_[i - 1U];
      if (by_front_.keys[i - 1U] == key && rest.starts_with(word.text)) return &word;
    }
  }
  for (uint16_t i = by_front_.short_head; i != 0; i = by_front_.next[i - 1U])
    if (rest.starts_with(words_[i - 1U].text)) return &words_[i - 1U];
  return nullptr;
}

const Word* WordList::OwnEndingAt(std::string_view text, size_t at) const {
  const std::string_view front = text.substr(0, at);
  if (front.size() >= kKeyBytes) {
    const uint32_t key = KeyOf(front.data() + front.size() - kKeyBytes);
    for (uint16_t i = by_end_.head[BucketOf(key)]; i != 0; i = by_end_.next[i - 1U]) {
      const Word& word = words_[i - 1U];
      if (by_end_.keys[i - 1U] == key && front.ends_with(word.text)) return &word;
    }
  }
  for (uint16_t i = by_end_.short_head; i != 0; i = by_end_.next[i - 1U])
    if (front.ends_with(words_[i - 1U].text)) return &words_[i - 1U];
  return nullptr;
}

WordHit WordList::OwnFirst(std::string_view text, size_t from, size_t end) const {
  for (size_t at = from; at < end; ++at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (!begins_[lead]) continue;
    // Most places are passed here, where nothing is called: mostly they begin a character of three
    // bytes, and so does no short word.
    if ((lead & 0xF0U) == 0xE0U &&
        (at + kKeyBytes > text.size() || !may_begin_[HashOf(KeyOf(text.data() + at))])) {
      at += kKeyBytes - 1;
      continue;
    }
    if (const Word* word = OwnAt(text, at)) return {word, at, at + word->text.size()};
  }
  return {};
}

bool WordList::Has(std::string_view word) const {
  for (const Word& mine : words())
    if (mine.text == word) return true;
  return false;
}

const WordLists& CompiledLists() {
  static const auto* const kLists = new WordLists(ReadAll());
  return *kLists;
}

const WordList& ListOf(std::string_view kind) {
  static const auto* const kNothing = new WordList({});
  static const auto* const kByKind = [] {
    auto* lists = new std::unordered_map<std::string_view, const WordList*>;
    for (const auto& [name, list] : CompiledLists()) lists->emplace(name, &list);
    return lists;
  }();
  const auto found = kByKind->find(kind);
  return found == kByKind->end() ? *kNothing : *found->second;
}

}  // namespace signboard::extract
