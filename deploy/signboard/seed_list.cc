#include "deploy/signboard/seed_list.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

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
  const size_t kind = Column(header, "kind"), code = Column(header, "code"),
               note = Column(header, "note");
  std::vector<v1::Seed> seeds;
  while (at < text.size()) {
    const int first_line = line;
    const auto fields = ReadRecord(text, at, line);
    if (fields.size() == 1 && fields[0].empty()) continue;
    if (fields.size() <= url || fields[url].empty())
      return base::InvalidArgument(name + ":" + std::to_string(first_line) + ": no url");
    v1::Seed& seed = seeds.emplace_back();
    seed.set_url(fields[url]);
    if (kind < fields.size()) seed.set_kind(fields[kind]);
    if (code < fields.size()) seed.set_code(fields[code]);
    if (note < fields.size()) seed.set_note(fields[note]);
  }
  return seeds;
}

StatusOr<std::vector<v1::Seed>> ReadSeeds(const std::string& argument) {
  if (argument.find("://") != std::string::npos) {
    std::vector<v1::Seed> one(1);
    one[0].set_url(argument);
    return one;
  }
  std::string text;
  if (argument == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    std::ifstream in(argument, std::ios::binary);
    if (!in)
      return base::NotFound(argument + " is neither a URL (it has no ://) nor a file that opens");
    text.assign(std::istreambuf_iterator<char>(in), {});
  }
  if (text.size() > kSeedFileBytesMax)
    return base::InvalidArgument(argument + " is larger than 64 MiB");
  return ParseSeeds(text, argument == "-" ? "standard input" : argument);
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
