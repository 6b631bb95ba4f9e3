#include "storage/register/known_centres.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

#include "crawler/extract/centre_key.h"
#include "crawler/extract/gazetteer.h"
#include "crawler/extract/place.h"
#include "storage/register/known_list.h"

namespace signboard::registry {
namespace {

constexpr std::string_view kOpen = "（";
constexpr std::string_view kClose = "）";

enum Column { kNameZh, kNameEn, kCode, kPlaceZh, kPlaceEn, kLevel, kEstablished, kAccounts,
              kSource, kNote, kColumns };

// One record of RFC 4180, from `*at` on; line breaks within quotes are part of a field.
std::vector<std::string> ReadRecord(std::string_view csv, size_t* at) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (; *at < csv.size(); ++*at) {
    const char c = csv[*at];
    if (quoted) {
      const bool end = c == '"';
      const bool twice = end && *at + 1 < csv.size() && csv[*at + 1] == '"';
      if (!end || twice) fields.back().push_back(c);
      if (twice) ++*at;
      if (end && !twice) quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      fields.emplace_back();
    } else if (c == '\n') {
      ++*at;
      break;
    } else if (c != '\r') {
      fields.back().push_back(c);
    }
  }
  return fields;
}

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<std::string> SplitAccounts(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const size_t end = std::min(text.find(';'), text.size());
    const std::string_view part = Trim(text.substr(0, end));
    if (!part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

v1::Place PlaceOf(const std::vector<std::string>& row) {
  v1::Place place;
  if (const extract::Region* region = extract::RegionOf(row[kCode])) {
    const extract::Place found = extract::MakePlace(*region);
    place.set_code(found.code);
    place.set_name_zh(found.name_zh);
    place.set_level(found.level);
    for (const std::string& parent : found.parents) place.add_parents(parent);
  } else {
    place.set_code(row[kCode]);
    place.set_name_zh(row[kPlaceZh]);
    place.set_level(row[kLevel]);
  }
  if (row[kLevel] == "theme") place.set_level("other");
  return place;
}

// 西部国际传播中心（原重庆国际传播中心） and 长城国际传播中心（河北）: a bracket at the end is no part of
// the name; one in its middle, 大湾区（南沙）国际传播中心, is.
void TakeName(std::string_view name, KnownCentre* centre) {
  const size_t open = name.rfind(kOpen);
  if (open != std::string_view::npos && name.ends_with(kClose)) {
    std::string_view inside = name.substr(open + kOpen.size());
    inside.remove_suffix(kClose.size());
    if (inside.starts_with("原")) {
      inside.remove_prefix(std::string_view("原").size());
      centre->former_names.emplace_back(inside);
    }
    name = name.substr(0, open);
  }
  centre->name_zh = name;
}

}  // namespace

std::string KeyOf(const v1::Finding& finding) {
  constexpr std::string_view kNowhere = "|国际传播中心";
  std::string key = KeyOf(finding.centre_name_zh(), finding.place());
  if (key != kNowhere && !key.empty()) return key;
  return finding.centre_name_en().empty() ? "" : KeyOf(finding.centre_name_en(), finding.place());
}

std::string KeyOf(std::string_view name_zh, const v1::Place& place) {
  extract::Place plain;
  plain.code = place.code();
  plain.name_zh = place.name_zh();
  plain.level = place.level();
  plain.parents.assign(place.parents().begin(), place.parents().end());
  return extract::CentreKey(name_zh, plain);
}

StatusOr<KnownCentres> KnownCentres::Load() { return Parse(kKnownList); }

StatusOr<KnownCentres> KnownCentres::Parse(std::string_view csv) {
  KnownCentres known;
  std::set<std::string> ambiguous;
  size_t at = 0;
  ReadRecord(csv, &at);  // The names of the columns.
  for (int line = 2; at < csv.size(); ++line) {
    const std::vector<std::string> row = ReadRecord(csv, &at);
    if (row.size() != kColumns) {
      return base::Internal("record " + std::to_string(line) + " of the known centres has " +
                            std::to_string(row.size()) + " fields");
    }
    // A base of a centre is no centre.
    if (row[kNameZh].ends_with("基地")) continue;
    KnownCentre centre;
    TakeName(row[kNameZh], &centre);
    centre.name_en = row[kNameEn];
    centre.place = PlaceOf(row);
    centre.level = centre.place.level();
    centre.founded = row[kEstablished];
    centre.accounts = SplitAccounts(row[kAccounts]);
    centre.source = row[kSource];
    centre.key = KeyOf(centre.name_zh, centre.place);
    std::vector<std::string> names = centre.former_names;
    names.push_back(centre.name_zh);
    names.push_back(row[kNameZh]);
    std::set<std::string> aliases;
    for (const std::string& name : names) {
      aliases.insert(KeyOf(name, centre.place));
      aliases.insert(KeyOf(name, v1::Place()));
    }
    // A page whose place nobody resolved may still spell it out: 济南市国际传播中心.
    if (const size_t bar = centre.key.find('|'); bar != 0 && bar != std::string::npos)
      aliases.insert("|" + centre.place.name_zh() + centre.key.substr(bar + 1));
    for (const std::string& alias : aliases) {
      const auto [found, is_new] = known.aliases_.emplace(alias, centre.key);
      if (!is_new && found->second != centre.key) ambiguous.insert(alias);
    }
    known.centres_.push_back(std::move(centre));
  }
  for (const std::string& alias : ambiguous) known.aliases_.erase(alias);
  return known;
}

const std::string& KnownCentres::Resolve(const std::string& key) const {
  const auto found = aliases_.find(key);
  return found == aliases_.end() ? key : found->second;
}

}  // namespace signboard::registry
