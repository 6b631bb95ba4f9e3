#include "deploy/signboard/seed_list.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "deploy/signboard/text_file.h"
#include "proto/base/text.h"

namespace signboard::cli {
namespace {

// One record from `at` on; moves `at` behind it and counts the lines it spans.
std::vector<std::string> ReadRecord(const std::string& text, size_t& at, int& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n') ++line;
    if (quoted) {
      if (c != '"') {
        fields.back() += c;
      } else if (at + 1 < text.size() && text[at + 1] == '"') {
        fields.back() += '"';
        ++at;
      } else {
        quoted = false;
      }
    } else if (c == '"' && fields.back().empty()) {
      quoted = true;
    } else if (c == ',') {
      fields.emplace_back();
    } else if (c == '\n') {
      ++at;
      return fields;
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  return fields;
}

size_t Column(const std::vector<std::string>& header, const std::string& name) {
  const auto found = std::find(header.begin(), header.end(), name);
  return static_cast<size_t>(found - header.begin());
}

// The fields of a record by the names of their columns.
class Row {
 public:
  Row(const std::vector<std::string>& header, const std::vector<std::string>& fields)
      : header_(header), fields_(fields) {}
  bool has(const std::string& name) const { return Column(header_, name) < header_.size(); }
  // Empty where there is no such column, or the record is too short.
  std::string operator[](const std::string& name) const {
    const size_t at = Column(header_, name);
    return at < fields_.size() && at < header_.size() ? fields_[at] : "";
  }

 private:
  const std::vector<std::string>& header_;
  const std::vector<std::string>& fields_;
};

StatusOr<v1::Scope> ScopeOf(const Row& row, const std::string& where) {
  v1::Scope scope;
  std::istringstream include(row["include"]);
  std::istringstream exclude(row["exclude"]);
  for (std::string rule; include >> rule;) scope.add_include(rule);
  for (std::string rule; exclude >> rule;) scope.add_exclude(rule);
  if (const std::string depth = row["depth"]; !depth.empty()) {
    uint32_t value = 0;
    const auto [end, error] = std::from_chars(depth.data(), depth.data() + depth.size(), value);
    if (error != std::errc() || end != depth.data() + depth.size() || value == 0) {
      return base::InvalidArgument(where + ": the depth \"" + depth +
                                   "\" is no number of links from 1 on");
    }
    scope.set_depth_max(value);
  }
  const std::string below = row["subdomains"];
  if (!below.empty() && below != "yes" && below != "no") {
    return base::InvalidArgument(where + ": subdomains is \"" + below + "\", not yes or no");
  }
  scope.set_subdomains(below == "yes");
  scope.set_path_prefix(row["path"]);
  return scope;
}

StatusOr<v1::Seed> SeedOf(const Row& row, const std::string& where) {
  v1::Seed seed;
  seed.set_url(row["url"]);
  seed.set_kind(row["kind"]);
  seed.set_code(row["code"]);
  seed.set_note(row["note"]);
  for (const char* column : {"include", "exclude", "depth", "subdomains", "path"}) {
    if (!row.has(column)) continue;
    ASSIGN_OR_RETURN(*seed.mutable_scope(), ScopeOf(row, where));
    break;
  }
  return seed;
}

std::vector<v1::Seed> ParseList(const std::string& text) {
  std::vector<v1::Seed> seeds;
  std::istringstream lines(text);
  std::string line;
  while (std::getline(lines, line)) {
    const std::string url(base::TrimAscii(line));
    if (url.empty() || url[0] == '#') continue;
    seeds.emplace_back().set_url(url);
  }
  return seeds;
}

}  // namespace

StatusOr<std::vector<v1::Seed>> ParseSeeds(const std::string& whole, const std::string& name) {
  const std::string text = whole.starts_with("\xEF\xBB\xBF") ? whole.substr(3) : whole;
  if (!base::IsValidUtf8(text)) return base::InvalidArgument(name + " is not UTF-8 text");
  size_t at = 0;
  int line = 1;
  std::vector<std::string> header = ReadRecord(text, at, line);
  for (auto& column : header) column = std::string(base::TrimAscii(column));
  const size_t url = Column(header, "url");
  if (url == header.size()) {
    if (header.size() > 1 && header[0].find("://") == std::string::npos)
      return base::InvalidArgument(name + ":1: no column is called url");
    return ParseList(text);
  }
  std::vector<v1::Seed> seeds;
  while (at < text.size()) {
    const std::string where = name + ":" + std::to_string(line);
    const auto fields = ReadRecord(text, at, line);
    if (fields.size() == 1 && fields[0].empty()) continue;
    if (fields.size() <= url || fields[url].empty()) {
      return base::InvalidArgument(where + ": no url");
    }
    ASSIGN_OR_RETURN(seeds.emplace_back(), SeedOf(Row(header, fields), where));
  }
  return seeds;
}

std::vector<std::string> ScopeFields(const v1::Scope& scope) {
  const auto joined = [](const auto& rules) {
    std::string out;
    for (const std::string& rule : rules) out += (out.empty() ? "" : " ") + rule;
    return out;
  };
  return {joined(scope.include()), joined(scope.exclude()),
          scope.depth_max() > 0 ? std::to_string(scope.depth_max()) : "",
          scope.subdomains() ? "yes" : "", scope.path_prefix()};
}

StatusOr<std::vector<v1::Seed>> ReadSeeds(const std::string& argument) {
  if (argument.find("://") != std::string::npos) {
    std::vector<v1::Seed> one(1);
    one[0].set_url(argument);
    return one;
  }
  const auto text = ReadFile(argument, kSeedFileBytesMax);
  if (text.status().code() == StatusCode::kNotFound)
    return base::NotFound(argument + " is neither a URL (it has no ://) nor a file that opens");
  if (!text.ok()) return text.status();
  return ParseSeeds(*text, argument == "-" ? "standard input" : argument);
}

std::string CsvField(const std::string& value) {
  std::string text = value;
  // OWASP "CSV injection": a spreadsheet runs what begins with one of these.
  if (!text.empty() && std::string("=+-@\t\r").find(text[0]) != std::string::npos)
    text.insert(0, 1, '\'');
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace signboard::cli
