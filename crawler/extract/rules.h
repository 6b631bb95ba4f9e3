// The word lists that the detector's rules are made of: crawler/extract/data/*.txt, compiled in, or
// what stands in for them on this thread (rule_set.h).
//
// A line is `kind: word, word` or `kind tag: word, word`; `#` begins a comment. A list's words may
// stand on several lines and in several files. What each kind means is said in the files.
//
// Threads: Safe from any; made once, at first use.
// Errors:  None: an unknown kind is an empty list (rules_test.cc asks for every kind in use).
// Cost:    At and EndingAt compare the words of a list whose first, or last, three bytes fall
//          together: mostly none. They are asked at every character of a text.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string_view>
#include <vector>

namespace signboard::extract {

struct Word {
  std::string_view text;
  std::string_view tag;  // Of its line; may be empty.
};

struct WordHit {
  const Word* word = nullptr;  // Null: none.
  size_t from = 0;
  size_t to = 0;
  explicit operator bool() const { return word != nullptr; }
};

class WordList;
// By WordList::number of the compiled lists; null: the compiled ones themselves.
extern constinit thread_local const WordList* const* lists_in_force;

class WordList {
 public:
  // `number`: of a compiled list, in whose place another may stand. `scan_bit`: text_scan.h.
  explicit WordList(std::vector<Word> words, size_t number = kNone, uint64_t scan_bit = 0);

  // The longest word that begins, or ends, at `at`.
  const Word* At(std::string_view text, size_t at) const { return InForce().OwnAt(text, at); }
  const Word* EndingAt(std::string_view text, size_t at) const {
    return InForce().OwnEndingAt(text, at);
  }
  // The first hit from `from` on, the longest of those that begin there.
  WordHit First(std::string_view text, size_t from = 0) const {
    return scan_bit_ == 0 ? InForce().OwnFirst(text, from, text.size()) : FirstInScan(text, from);
  }
  bool In(std::string_view text) const { return static_cast<bool>(First(text)); }
  bool Has(std::string_view word) const;

  // Longest first.
  const std::vector<Word>& words() const { return InForce().words_; }
  // Whatever rules are in force.
  const std::vector<Word>& own_words() const { return words_; }
  size_t number() const { return number_; }

 private:
  static constexpr size_t kNone = ~size_t{0};
  const WordList& InForce() const {
    return lists_in_force == nullptr || number_ == kNone ? *this : *lists_in_force[number_];
  }
  const Word* OwnAt(std::string_view text, size_t at) const;
  const Word* OwnEndingAt(std::string_view text, size_t at) const;
  // Of those that begin before `end`.
  WordHit OwnFirst(std::string_view text, size_t from, size_t end) const;
  WordHit FirstInScan(std::string_view text, size_t from) const;  // text_scan.cc

  // Words in chains, the longest first, by a hash of three of their bytes; those with fewer bytes
  // in one chain of their own. What is chained is an index and one; 0 ends a chain.
  struct Index {
    uint16_t head[256] = {};
    uint16_t short_head = 0;
    std::vector<uint16_t> next;
    std::vector<uint32_t> keys;  // Those three bytes of each word.
  };
  void Chain(size_t word, std::string_view three, Index* index);

  const size_t number_;
  const uint64_t scan_bit_;
  std::vector<Word> words_;
  bool begins_[256] = {};            // Some word begins with this byte.
  std::bitset<4096> may_begin_;  // By a hash of three bytes: some word may begin with them.
  Index by_front_;
  Index by_end_;
};

const WordList& ListOf(std::string_view kind);

// All compiled lists by kind, numbered from 0 in that order.
using WordLists = std::map<std::string_view, WordList, std::less<>>;
const WordLists& CompiledLists();

}  // namespace signboard::extract
