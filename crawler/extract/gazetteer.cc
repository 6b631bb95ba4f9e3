#include "crawler/extract/gazetteer.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <span>

#include "crawler/extract/gazetteer_table.h"

namespace signboard::extract {
namespace {

constexpr size_t kCharacterBytes = 3;  // Of every character that a name has.
constexpr size_t kEnglishBytesMax = 128;

std::span<const Region> Regions() { return {kRegionTable, kRegionCount}; }
std::span<const NameEntry> Names() { return {kNames, kNameCount}; }
std::span<const NameEntry> NamesEn() { return {kNamesEn, kNameEnCount}; }

const NameEntry* FindName(std::span<const NameEntry> names, std::string_view name) {
  const auto at =
      std::lower_bound(names.begin(), names.end(), name,
                       [](const NameEntry& e, std::string_view n) { return e.name < n; });
  return at != names.end() && at->name == name ? &*at : nullptr;
}

std::vector<const Region*> RegionsOf(const NameEntry* entry, bool only_full) {
  std::vector<const Region*> regions;
  if (entry == nullptr) return regions;
  const size_t count = only_full ? entry->full_count : entry->count;
  for (size_t i = 0; i < count; ++i)
    regions.push_back(&kRegionTable[kPostings[size_t{entry->first} + i]]);
  return regions;
}

// By a hash of their first two characters, what names begin with, and of the first alone where a
// name has no more. Few places of a text pass it.
class Beginnings {
 public:
  Beginnings() {
    for (const NameEntry& entry : Names()) {
      const bool pair = entry.name.size() >= 2 * kCharacterBytes;
      bits_.set(pair ? PairAt(entry.name.data()) : CharacterAt(entry.name.data()));
    }
  }
  bool Has(std::string_view text, size_t at) const {
    if (text.size() < at + kCharacterBytes) return false;
    return (text.size() >= at + 2 * kCharacterBytes && bits_[PairAt(text.data() + at)]) ||
           bits_[CharacterAt(text.data() + at)];
  }

 private:
  static uint32_t Bytes(const char* three) {
    const auto byte = [three](size_t i) { return uint32_t{static_cast<uint8_t>(three[i])}; };
    return byte(0) | byte(1) << 8 | byte(2) << 16;
  }
  static size_t PairAt(const char* six) {
    return (Bytes(six) * 0x9E3779B1U ^ Bytes(six + kCharacterBytes) * 0x85EBCA77U) >> kHashShift;
  }
  static size_t CharacterAt(const char* three) { return Bytes(three) * 0xC2B2AE3DU >> kHashShift; }

  static constexpr size_t kHashShift = 16;
  std::bitset<0x10000> bits_;
};

// The names that begin with the character at `at`: [first, end) of kNames.
std::pair<size_t, size_t> NamesFrom(std::string_view text, size_t at) {
  if (text.size() < at + kCharacterBytes || (text[at] & '\xF0') != '\xE0') return {0, 0};
  const auto byte = [&](size_t i) { return static_cast<char32_t>(static_cast<uint8_t>(text[i])); };
  const char32_t c = (byte(at) & 0x0F) << 12 | (byte(at + 1) & 0x3F) << 6 | (byte(at + 2) & 0x3F);
  if (c < kFirstCharacter || c > kLastCharacter) return {0, 0};
  return {kNameStarts[c - kFirstCharacter], kNameStarts[c - kFirstCharacter + 1]};
}

// The longest name that begins at `at`, found by narrowing the sorted names character by
// character; ordinary words do not count.
const NameEntry* LongestName(std::string_view text, size_t at) {
  static const Beginnings kBeginnings;
  if (!kBeginnings.Has(text, at)) return nullptr;
  auto [first, end] = NamesFrom(text, at);
  const NameEntry* longest = nullptr;
  for (size_t length = kCharacterBytes; first < end; length += kCharacterBytes) {
    const std::string_view prefix = text.substr(at, length);
    const std::span<const NameEntry> in = Names().subspan(first, end - first);
    const auto low = std::lower_bound(
        in.begin(), in.end(), prefix,
        [](const NameEntry& e, std::string_view p) { return e.name.substr(0, p.size()) < p; });
    const auto high = std::upper_bound(
        low, in.end(), prefix,
        [](std::string_view p, const NameEntry& e) { return p < e.name.substr(0, p.size()); });
    end = first + static_cast<size_t>(high - in.begin());
    first += static_cast<size_t>(low - in.begin());
    if (first < end && kNames[first].name == prefix) {
      if (!IsOrdinaryWord(prefix)) longest = &kNames[first];
      ++first;
    }
    if (at + length >= text.size()) break;
  }
  return longest;
}

Mention MakeMention(const NameEntry& entry, size_t at) {
  const bool full = entry.full_count > 0;
  return {at, at + entry.name.size(), RegionsOf(&entry, full), full};
}

// 阳泉市城区: an ordinary word that is a region's full name, right behind its prefecture's name.
Mention OrdinaryBehind(std::string_view text, const Mention& prefecture) {
  Mention found;
  for (const std::string_view word : {"城区", "郊区", "矿区"}) {
    if (!text.substr(prefecture.to).starts_with(word)) continue;
    for (const Region* region : RegionsOf(FindName(Names(), word), true))
      for (const Region* outer : prefecture.regions)
        if (Parent(*region) == outer) found.regions.push_back(region);
    if (found.regions.empty()) return found;
    found.from = prefecture.to;
    found.to = prefecture.to + word.size();
    found.is_full = true;
  }
  return found;
}

}  // namespace

std::string_view LevelName(Level level) {
  switch (level) {
    case Level::kProvince: return "province";
    case Level::kPrefecture: return "prefecture";
    case Level::kCounty: break;
  }
  return "county";
}

const Region* RegionOf(std::string_view code) {
  const auto region =
      std::lower_bound(Regions().begin(), Regions().end(), code,
                       [](const Region& r, std::string_view c) { return r.code < c; });
  if (region != Regions().end() && region->code == code) return &*region;
  const std::span<const OldCode> olds(kOldCodes, kOldCodeCount);
  const auto old =
      std::lower_bound(olds.begin(), olds.end(), code,
                       [](const OldCode& o, std::string_view c) { return o.code < c; });
  return old != olds.end() && old->code == code ? &kRegionTable[old->region] : nullptr;
}

const Region* Parent(const Region& region) {
  return region.parent.empty() ? nullptr : RegionOf(region.parent);
}

const Region& ProvinceOf(const Region& region) {
  const Region* at = &region;
  while (const Region* parent = Parent(*at)) at = parent;
  return *at;
}

bool IsWithin(const Region& region, const Region& outer) {
  for (const Region* at = &region; at != nullptr; at = Parent(*at))
    if (at->code == outer.code) return true;
  return false;
}

std::vector<const Region*> RegionsNamed(std::string_view name) {
  return RegionsOf(FindName(Names(), name), false);
}

std::vector<const Region*> RegionsNamedEn(std::string_view name) {
  std::string key = EnglishKey(name.substr(0, kEnglishBytesMax));
  if (const NameEntry* entry = FindName(NamesEn(), key)) return RegionsOf(entry, false);
  for (const std::string_view type : {"newarea", "city", "county", "district", "prefecture",
                                      "province", "municipality", "banner"}) {
    if (!key.ends_with(type)) continue;
    key.resize(key.size() - type.size());
    return RegionsOf(FindName(NamesEn(), key), false);
  }
  return {};
}

bool IsOrdinaryWord(std::string_view name) {
  static constexpr std::array<std::string_view, 14> kWords = {
      "新华", "光明", "公安", "解放", "平安", "友好", "和平",
      "东方", "红旗", "前进", "城区", "郊区", "矿区", "市中"};
  return std::find(kWords.begin(), kWords.end(), name) != kWords.end();
}

Mention MentionAt(std::string_view text, size_t at) {
  const NameEntry* name = at < text.size() ? LongestName(text, at) : nullptr;
  return name == nullptr ? Mention{} : MakeMention(*name, at);
}

std::vector<Mention> FindMentions(std::string_view text) {
  std::vector<Mention> mentions;
  for (size_t at = 0; at + kCharacterBytes <= text.size();) {
    const NameEntry* name = LongestName(text, at);
    if (name == nullptr) {
      // Names begin with a character of three bytes.
      at += (text[at] & '\xF0') == '\xE0' ? kCharacterBytes : 1;
      continue;
    }
    mentions.push_back(MakeMention(*name, at));
    at += name->name.size();
    if (Mention behind = OrdinaryBehind(text, mentions.back()); !behind.regions.empty()) {
      at = behind.to;
      mentions.push_back(std::move(behind));
    }
  }
  return mentions;
}

}  // namespace signboard::extract
