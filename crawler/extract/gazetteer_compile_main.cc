// Makes the gazetteer's tables from its data files, at build time:
//   gazetteer_compile gazetteer.csv gazetteer_overlay.tsv gazetteer_renamed.csv OUT.cc
#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/extract/gazetteer_table.h"

namespace signboard::extract {
namespace {

struct Row {
  std::string code, name, stem, aliases, type, level, parent, name_en, short_en, pinyin, lat, lon;
  std::string successor;
};

struct Postings {
  std::vector<size_t> full;
  std::vector<size_t> other;
};
using Names = std::map<std::string, Postings>;

// Fields of a line; in CSV a field may stand in quotes.
std::vector<std::string> Fields(const std::string& line, char separator) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"' && separator == ',') {
      quoted = !quoted;
    } else if (c == separator && !quoted) {
      fields.emplace_back();
    } else if (c != '\r') {
      fields.back().push_back(c);
    }
  }
  return fields;
}

bool EndsWith(std::string_view text, std::string_view end) { return text.ends_with(end); }

class Compiler {
 public:
  bool ReadRegions(const char* path);
  bool ReadOverlay(const char* path);
  bool ReadRenamed(const char* path);
  // After the three.
  bool Write(const char* path);

 private:
  bool EachLine(const char* path, char separator, size_t field_count, const auto& visit);
  size_t IndexOf(const std::string& code) const;
  void AddName(const std::string& name, size_t region, bool full);
  void AddOldName(const std::string& name, const std::vector<size_t>& successors);
  void AddEnglish(const std::string& name, size_t region, bool full);
  void WriteRegions(std::ostream& out) const;
  void WriteNames(std::ostream& out, const char* table, const char* count, const Names& names);

  std::vector<Row> rows_;
  std::map<std::string, std::vector<std::string>> old_codes_;
  std::vector<std::pair<std::string, std::string>> old_names_;  // Name, old code.
  Names names_;
  Names names_en_;
  std::vector<size_t> postings_;
};

bool Compiler::EachLine(const char* path, char separator, size_t field_count, const auto& visit) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);  // The heading.
  int number = 1;
  while (std::getline(in, line)) {
    ++number;
    const auto fields = Fields(line, separator);
    if (fields.size() != field_count || fields[0].size() != 6) {
      std::cerr << path << ":" << number << ": expected " << field_count << " fields\n";
      return false;
    }
    visit(fields);
  }
  return number > 1;
}

bool Compiler::ReadRegions(const char* path) {
  return EachLine(path, ',', 15, [this](const std::vector<std::string>& f) {
    rows_.push_back({f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[9], f[10], f[11], f[12], f[13],
                     ""});
  });
}

bool Compiler::ReadOverlay(const char* path) {
  return EachLine(path, '\t', 7, [this](const std::vector<std::string>& f) {
    // A later edition of the first file may have the new ones already, and the old ones no more.
    const auto known = std::find_if(rows_.begin(), rows_.end(),
                                    [&](const Row& r) { return r.code == f[0]; });
    constexpr std::string_view kAbolished = "abolished -> ";
    const std::string successor =
        f[4].starts_with(kAbolished) ? f[4].substr(kAbolished.size()) : "";
    if (known != rows_.end()) {
      known->successor = successor;
      return;
    }
    Row row{f[0], f[3], f[3], "", "", f[1], f[2], "", "", "", "0", "0", successor};
    for (const std::string type : {"新区", "区", "县", "市"}) {
      if (!EndsWith(row.name, type)) continue;
      row.type = type;
      row.stem = row.name.substr(0, row.name.size() - type.size());
      row.aliases = row.stem;
      break;
    }
    rows_.push_back(row);
  });
}

bool Compiler::ReadRenamed(const char* path) {
  return EachLine(path, ',', 6, [this](const std::vector<std::string>& f) {
    old_names_.emplace_back(f[1], f[0]);
    std::vector<std::string>& next = old_codes_[f[0]];
    // 430104[1996];430112: it lost parts to the first in 1996 and ended in the second.
    for (const std::string& successor : Fields(f[5], ';'))
      if (successor.size() == 6) next.push_back(successor);
    // Prefectures that became cities (宜春地区 -> 宜春市) are listed without one.
    if (!next.empty()) return;
    for (const std::string type : {"地区", "盟"}) {
      if (!EndsWith(f[1], type)) continue;
      const std::string city = f[1].substr(0, f[1].size() - type.size()) + "市";
      for (const Row& row : rows_)
        if (row.name == city && row.code.substr(0, 2) == f[0].substr(0, 2)) next = {row.code};
    }
  });
}

size_t Compiler::IndexOf(const std::string& code) const {
  const auto row = std::lower_bound(rows_.begin(), rows_.end(), code,
                                    [](const Row& r, const std::string& c) { return r.code < c; });
  return row != rows_.end() && row->code == code ? static_cast<size_t>(row - rows_.begin())
                                                 : rows_.size();
}

void AddOnce(Names& names, const std::string& name, size_t region, bool full) {
  Postings& at = names[name];
  for (const auto* list : {&at.full, &at.other})
    if (std::find(list->begin(), list->end(), region) != list->end()) return;
  (full ? at.full : at.other).push_back(region);
}

void Compiler::AddName(const std::string& name, size_t region, bool full) {
  if (name.size() >= 6) AddOnce(names_, name, region, full);  // One character is no name.
}

void Compiler::AddOldName(const std::string& name, const std::vector<size_t>& successors) {
  // 郊区, 新区: words of the language. And what a region bears today, no other bore.
  if (name.size() < 6 || (name.size() == 6 && !EndsWith(name, "县"))) return;
  const auto today = names_.find(name);
  if (today != names_.end() && !today->second.full.empty()) return;
  for (const size_t region : successors) AddOnce(names_, name, region, true);
}

void Compiler::AddEnglish(const std::string& name, size_t region, bool full) {
  const std::string key = EnglishKey(name);
  if (key.size() >= 4) AddOnce(names_en_, key, region, full);
  // Xizang (Tibet): both.
  const size_t open = name.find(" (");
  const size_t close = name.find(')');
  if (open == std::string::npos || close == std::string::npos) return;
  AddEnglish(name.substr(0, open) + name.substr(close + 1), region, full);
  AddEnglish(name.substr(open + 2, close - open - 2) + name.substr(close + 1), region, full);
}

std::string Quoted(const std::string& text) { return "\"" + text + "\""; }

void Compiler::WriteRegions(std::ostream& out) const {
  out << "constinit const Region kRegionTable[] = {\n";
  for (const Row& r : rows_) {
    const std::string level = r.level == "province"     ? "kProvince"
                              : r.level == "prefecture" ? "kPrefecture"
                                                        : "kCounty";
    out << "    {";
    for (const std::string& text : {r.code, r.name, r.stem, r.type, r.name_en, r.short_en,
                                    r.pinyin, r.parent, r.successor})
      out << Quoted(text) << ", ";
    out << "Level::" << level << ", static_cast<float>(" << r.lat << "), static_cast<float>("
        << r.lon << ")},\n";
  }
  out << "};\nconst uint32_t kRegionCount = " << rows_.size() << ";\n";
}

void Compiler::WriteNames(std::ostream& out, const char* table, const char* count,
                          const Names& names) {
  out << "constinit const NameEntry " << table << "[] = {\n";
  for (const auto& [name, regions] : names) {
    out << "    {" << Quoted(name) << ", " << postings_.size() << ", "
        << regions.full.size() + regions.other.size() << ", " << regions.full.size() << "},\n";
    postings_.insert(postings_.end(), regions.full.begin(), regions.full.end());
    postings_.insert(postings_.end(), regions.other.begin(), regions.other.end());
  }
  out << "};\nconst uint32_t " << count << " = " << names.size() << ";\n";
}

// Names are valid UTF-8 of three-byte characters; checked by the caller.
char32_t FirstCharacter(const std::string& name) {
  const auto byte = [&](size_t i) { return static_cast<char32_t>(static_cast<uint8_t>(name[i])); };
  return (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
}

bool WriteStarts(std::ostream& out, const Names& names) {
  out << "constinit const uint16_t kNameStarts[] = {\n";
  auto name = names.begin();
  size_t index = 0;
  for (char32_t c = kFirstCharacter; c <= kLastCharacter + 1; ++c) {
    while (name != names.end() && FirstCharacter(name->first) < c) {
      ++name;
      ++index;
    }
    out << index << (c % 16 == 15 ? ",\n" : ",");
  }
  out << "};\n";
  return index == names.size();
}

bool Compiler::Write(const char* path) {
  std::sort(rows_.begin(), rows_.end(), [](const Row& a, const Row& b) { return a.code < b.code; });
  for (size_t i = 0; i < rows_.size(); ++i) {
    const Row& row = rows_[i];
    AddName(row.name, i, true);
    AddName(row.stem, i, false);
    for (const std::string& alias : Fields(row.aliases, '|')) AddName(alias, i, false);
    AddEnglish(row.name_en, i, true);
    AddEnglish(row.short_en, i, false);
    // 陕西 is "shan xi" too: provinces go by their English names.
    if (row.level != "province") AddEnglish(row.pinyin, i, false);
    if (row.code == "820000") AddEnglish("Macau", i, false);
  }
  std::map<std::string, std::vector<size_t>> ends;
  for (const auto& [code, unused] : old_codes_) {
    std::set<std::string> seen;
    std::vector<std::string> open = {code};
    while (!open.empty()) {
      const std::string at = open.back();
      open.pop_back();
      if (!seen.insert(at).second) continue;
      if (const size_t i = IndexOf(at); i != rows_.size()) {
        ends[code].push_back(i);
      } else if (const auto next = old_codes_.find(at); next != old_codes_.end()) {
        open.insert(open.end(), next->second.begin(), next->second.end());
      }
    }
  }
  for (const auto& [name, code] : old_names_) AddOldName(name, ends[code]);

  std::ofstream out(path);
  out << "// Made by gazetteer_compile_main.cc.\n"
         "#include \"crawler/extract/gazetteer_table.h\"\n\nnamespace signboard::extract {\n";
  WriteRegions(out);
  WriteNames(out, "kNames", "kNameCount", names_);
  WriteNames(out, "kNamesEn", "kNameEnCount", names_en_);
  out << "constinit const uint16_t kPostings[] = {\n";
  for (size_t i = 0; i < postings_.size(); ++i) out << postings_[i] << (i % 16 == 15 ? ",\n" : ",");
  out << "};\n";
  const bool complete = WriteStarts(out, names_);
  out << "constinit const OldCode kOldCodes[] = {\n";
  size_t old_count = 0;
  for (const auto& [code, regions] : ends) {
    if (regions.size() != 1 || IndexOf(code) != rows_.size()) continue;
    out << "    {" << Quoted(code) << ", " << regions[0] << "},\n";
    ++old_count;
  }
  out << "};\nconst uint32_t kOldCodeCount = " << old_count
      << ";\n}  // namespace signboard::extract\n";
  out.close();
  if (!complete) std::cerr << "a name begins outside the ideographs\n";
  return complete && out.good() && postings_.size() < 65'536 && names_.size() < 65'536;
}

}  // namespace
}  // namespace signboard::extract

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << "usage: gazetteer_compile gazetteer.csv overlay.tsv renamed.csv OUT.cc\n";
    return 2;
  }
  signboard::extract::Compiler compiler;
  return compiler.ReadRegions(argv[1]) && compiler.ReadOverlay(argv[2]) &&
                 compiler.ReadRenamed(argv[3]) && compiler.Write(argv[4])
             ? 0
             : 1;
}
