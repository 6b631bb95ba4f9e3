// The centres that were known before Signboard looked: a list with sources, compiled in from
// data/icc_known.csv.
//
// A name in the list may carry former names and a place in brackets; each is a way to know the
// centre. A name that would lead to two centres leads to none.
//
// Threads: safe from any after Load.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"
#include "signboard/v1/types.pb.h"

namespace signboard::registry {

struct KnownCentre {
  std::string key;  // CentreKey of its name and place.
  std::string name_zh;
  std::string name_en;
  v1::Place place;
  std::string level;     // province, prefecture, county, other
  std::string founded;   // 2022-03-20, 2023-06, 2019; <=2023-05: not later; ????-05-29; unknown
  std::vector<std::string> former_names;
  std::vector<std::string> accounts;
  std::string source;    // Where that is said.
};

class KnownCentres {
 public:
  // kInternal: the list does not parse, with the line.
  static StatusOr<KnownCentres> Load();
  static StatusOr<KnownCentres> Parse(std::string_view csv);

  const std::vector<KnownCentre>& all() const { return centres_; }
  // The key under which the register knows a centre: that of the list, or `key` itself.
  const std::string& Resolve(const std::string& key) const;

 private:
  std::vector<KnownCentre> centres_;
  std::map<std::string, std::string> aliases_;  // To KnownCentre::key.
};

// Of a name in Chinese at a place.
std::string KeyOf(std::string_view name_zh, const v1::Place& place);
// Of the centre a finding speaks of; of an English name where there is no other, and no place.
// Empty: it says of no centre which one it is (a bare 国际传播中心 of nowhere).
std::string KeyOf(const v1::Finding& finding);

}  // namespace signboard::registry
