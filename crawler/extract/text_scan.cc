#include "crawler/extract/text_scan.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace signboard::extract {
namespace {

constexpr size_t kCharacterBytes = 3;
constexpr size_t kPairBytes = 2 * kCharacterBytes;

// Lists that are searched for in whole sentences or pages. Each has a bit; the signs have the last
// ones.
constexpr std::array<std::string_view, kScannedLists> kScanned = {
    "account_behind", "account_old", "agent",    "asked_front", "business",   "centre_itself",
    "ceremony",       "company",     "cover",    "cue_begin",   "deny",       "exclude",
    "founders",       "frame",       "front",    "give",        "goal",       "gone",
    "host",           "move",        "organ",    "near_words",  "organ_not",  "others",
    "past",           "plan",        "plan_far", "plan_if",     "platform",   "plural_pronoun",
    "private",        "pronoun",     "public",   "recruit",     "reference",  "related",
    "retold",         "role",        "spam",     "tender",      "untrue",     "vague",
    "verb"};
constexpr size_t kSignsFrom = 64 - static_cast<size_t>(Sign::kCount);
static_assert(std::size(kScanned) <= kSignsFrom);

constexpr uint64_t BitOf(Sign sign) {
  return uint64_t{1} << (kSignsFrom + static_cast<size_t>(sign));
}

// The first `size` bytes as a number.
uint64_t KeyOf(std::string_view text, size_t at, size_t size) {
  uint64_t key = 0;
  if (at + sizeof key <= text.size()) {
    std::memcpy(&key, text.data() + at, sizeof key);
    return key & ((uint64_t{1} << 8 * size) - 1);
  }
  std::memcpy(&key, text.data() + at, size);
  return key;
}

uint64_t HashOf(uint64_t key) { return key * 0x9E3779B97F4A7C15U; }  // Knuth's, of 64 bits.

size_t CharacterAt(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return size_t{static_cast<unsigned char>(text[at + i])}; };
  return (byte(0) & 0x0FU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
}

bool IsThreeBytes(std::string_view text, size_t at) {
  return (text[at] & '\xF0') == '\xE0' && at + kCharacterBytes <= text.size();
}

bool IsLetter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

// Neither Chinese nor a mark: E3 begins marks and kana, E4 to E9 Chinese, EA to ED Hangul.
bool IsForeign(std::string_view text, size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead >= 0xE4 && lead <= 0xE9) return false;
  return lead <= 0xE1 || (lead >= 0xEA && lead <= 0xED) || (lead == 0xE3 && text[at + 1] != '\x80');
}

constinit thread_local const TextScan* scan_in_force = nullptr;

}  // namespace

uint64_t ScanBitOf(std::string_view kind) {
  const auto* const found = std::find(std::begin(kScanned), std::end(kScanned), kind);
  return found == std::end(kScanned) ? 0 : uint64_t{1} << (found - std::begin(kScanned));
}

ScanTable::ScanTable(const std::vector<const WordList*>& lists) : entries_(1'024) {
  for (const auto& [kind, compiled] : CompiledLists()) {
    const uint64_t bit = ScanBitOf(kind);
    if (bit == 0) continue;
    for (const Word& word : lists[compiled.number()]->own_words()) Add(word.text, bit);
  }
  AddSigns();
}

void ScanTable::AddSigns() {
  for (const std::string_view unit : {"十", "百", "千", "万", "亿"})
    Add(unit, BitOf(Sign::kNumeral));
  for (const std::string_view word : {"第", "首", "头"}) Add(word, BitOf(Sign::kOrdinal));
  for (const std::string_view mark : {"“", "「", "\"", "\xC2"})
    Add(mark, BitOf(Sign::kQuotation));
  Add("中心", BitOf(Sign::kCentre));
  for (unsigned char digit = '0'; digit <= '9'; ++digit)
    first_[digit] |= BitOf(Sign::kNumeral) | BitOf(Sign::kOrdinal);
  for (unsigned char letter = 'A'; letter <= 'Z'; ++letter) {
    first_[letter] |= BitOf(Sign::kLetter);
    first_[letter | 0x20U] |= BitOf(Sign::kLetter);
  }
  for (size_t lead = 0xC3; lead < 0xE0; ++lead) first_[lead] |= BitOf(Sign::kForeign);
  for (const char letter : {'e', 'f', 'n', 's', 't'})  // first, second, …
    first_[static_cast<unsigned char>(letter)] |= BitOf(Sign::kOrdinal);
}

void ScanTable::Add(std::string_view word, uint64_t bit) {
  const auto lead = static_cast<unsigned char>(word[0]);
  if (IsThreeBytes(word, 0)) {
    const size_t character = CharacterAt(word, 0);
    begins_.set(character);
    if (word.size() < kPairBytes) {
      alone_.set(character);
      Put(KeyOf(word, 0, kCharacterBytes), bit);
      return;
    }
    const uint64_t pair = KeyOf(word, 0, kPairBytes);
    pairs_.set(HashOf(pair) >> (64 - kFilterBits));
    Put(pair, bit);
  } else if (lead < 0x80 && word.size() >= kCharacterBytes) {
    begins_ascii_.set(lead);
    Put(KeyOf(word, 0, kCharacterBytes), bit);
  } else {
    first_[lead] |= bit;
  }
}

void ScanTable::Put(uint64_t key, uint64_t bit) {
  Entry* entry = &entries_[PlaceOf(key)];
  if (entry->key == 0 && 2 * ++used_ > entries_.size()) {
    std::vector<Entry> old(2 * entries_.size());
    std::swap(old, entries_);
    for (const Entry& kept : old)
      if (kept.key != 0) entries_[PlaceOf(kept.key)] = kept;
    entry = &entries_[PlaceOf(key)];
  }
  entry->key = key;
  entry->lists |= bit;
}

size_t ScanTable::PlaceOf(uint64_t key) const {
  const size_t last = entries_.size() - 1;
  size_t at = HashOf(key) >> 40 & last;
  while (entries_[at].key != 0 && entries_[at].key != key) at = (at + 1) & last;
  return at;
}

uint64_t ScanTable::LookAtByte(std::string_view text, size_t at) const {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (!begins_ascii_[lead] || at + kCharacterBytes > text.size()) return first_[lead];
  return first_[lead] | ListsOf(KeyOf(text, at, kCharacterBytes));
}

uint64_t ScanTable::LookAtCharacter(std::string_view text, size_t at) const {
  const uint64_t foreign = IsForeign(text, at) ? BitOf(Sign::kForeign) : 0;
  const size_t character = CharacterAt(text, at);
  if (!begins_[character]) return foreign;
  const uint64_t alone = alone_[character] ? ListsOf(KeyOf(text, at, kCharacterBytes)) : 0;
  if (at + kPairBytes > text.size()) return alone | foreign;
  const uint64_t pair = KeyOf(text, at, kPairBytes);
  return (pairs_[HashOf(pair) >> (64 - kFilterBits)] ? ListsOf(pair) : 0) | alone | foreign;
}

TextScan::TextScan(std::string_view text)
    : text_(text), blocks_(text.size() / kBlockBytes + 1), before_(scan_in_force) {
  const ScanTable& table = ScanTableInForce();
  size_t at = 0;
  size_t letters = 0;  // In a row, up to here.
  for (size_t block = 0; block < blocks_.size(); ++block) {
    const size_t end = std::min((block + 1) * kBlockBytes, text.size());
    uint64_t found = 0;
    while (at < end) {
      if (IsThreeBytes(text, at)) {
        found |= table.LookAtCharacter(text, at);
        letters = 0;
        at += kCharacterBytes;
        continue;
      }
      letters = IsLetter(text[at]) ? letters + 1 : 0;
      // Each from the fifth on: a long word goes on in the next blocks.
      if (letters >= kWordLetters) found |= BitOf(Sign::kWord);
      found |= table.LookAtByte(text, at++);
    }
    blocks_[block] = found;
    all_ |= found;
  }
  scan_in_force = this;
}

TextScan::~TextScan() { scan_in_force = before_; }

TextScan::Stretch TextScan::Next(std::string_view part, size_t from, uint64_t bits) const {
  if ((all_ & bits) == 0) return {part.size(), part.size()};
  const auto offset = static_cast<size_t>(part.data() - text_.data());
  for (size_t at = from; at < part.size();) {
    const size_t block = (offset + at) / kBlockBytes;
    const size_t end = std::min((block + 1) * kBlockBytes - offset, part.size());
    if ((blocks_[block] & bits) != 0) return {at, end};
    at = end;
  }
  return {part.size(), part.size()};
}

WordHit WordList::FirstInScan(std::string_view text, size_t from) const {
  const WordList& list = InForce();
  const TextScan* const scan = scan_in_force;
  if (scan == nullptr || !scan->Covers(text)) return list.OwnFirst(text, from, text.size());
  for (size_t at = from; at < text.size();) {
    const TextScan::Stretch stretch = scan->Next(text, at, scan_bit_);
    if (const WordHit hit = list.OwnFirst(text, stretch.from, stretch.to)) return hit;
    at = stretch.to;
  }
  return {};
}

std::vector<std::string_view> PartsInLetters(std::string_view text, size_t bytes_max) {
  const TextScan* const scan = scan_in_force;
  if (scan == nullptr || !scan->Covers(text)) return {text};
  std::vector<TextScan::Stretch> parts;
  for (size_t at = 0; at < text.size();) {
    const TextScan::Stretch stretch =
        scan->Next(text, at, BitOf(Sign::kWord) | BitOf(Sign::kForeign));
    at = stretch.to;
    if (stretch.from == stretch.to) break;
    const size_t from = stretch.from - std::min(stretch.from, bytes_max);
    const size_t to = std::min(text.size(), stretch.to + bytes_max);
    if (parts.empty() || from > parts.back().to) {
      parts.push_back({from, to});
    } else {
      parts.back().to = to;
    }
  }
  std::vector<std::string_view> views;
  for (const TextScan::Stretch& part : parts)
    views.push_back(text.substr(part.from, part.to - part.from));
  return views;
}

bool MayHold(std::string_view text, Sign sign) {
  const TextScan* const scan = scan_in_force;
  if (scan == nullptr || !scan->Covers(text)) return true;
  return scan->Next(text, 0, BitOf(sign)).from < text.size();
}

}  // namespace signboard::extract
