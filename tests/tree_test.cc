// The tree keeps its own rules: who may include whom, who may open which door, how large files
// grow, and that no test lies unbuilt. ARCHITECTURE.md gives the reasons.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/paths.h"

namespace signboard {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = SIGNBOARD_SOURCE_DIR;

std::string Read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

bool IsSource(const fs::path& p) { return p.extension() == ".cc" || p.extension() == ".h"; }

// Every C++ file of the product and its tests, relative to the root.
std::vector<std::string> Sources() {
  std::vector<std::string> found;
  for (const char* top : {"crawler", "deploy", "frontier", "proto", "storage", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / top)) {
      if (entry.is_regular_file() && IsSource(entry.path()))
        found.push_back(fs::relative(entry.path(), kRoot).generic_string());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool StartsWith(const std::string& text, const std::string& prefix) {
  return text.rfind(prefix, 0) == 0;
}

// The room a path belongs to: storage/kv, crawler/fetch, proto/base; frontier is one room.
std::string Room(const std::string& path) {
  if (StartsWith(path, "frontier/")) return "frontier";
  const size_t first = path.find('/');
  const size_t second = path.find('/', first + 1);
  return path.substr(0, second == std::string::npos ? first : second);
}

std::vector<std::string> Includes(const std::string& text) {
  static const std::regex kInclude("^[ \t]*#[ \t]*include[ \t]*[<\"]([^>\"]+)[>\"]",
                                   std::regex::multiline);
  std::vector<std::string> found;
  for (auto it = std::sregex_iterator(text.begin(), text.end(), kInclude);
       it != std::sregex_iterator(); ++it) {
    found.push_back((*it)[1]);
  }
  return found;
}

// Which rooms a room may include, beside itself. ARCHITECTURE.md, "Arrows".
const std::map<std::string, std::set<std::string>>& Arrows() {
  static const std::set<std::string> kPure = {"crawler/decode", "crawler/parse", "crawler/extract"};
  static const auto kArrows = [] {
    std::map<std::string, std::set<std::string>> a;
    a["proto/base"] = {};
    a["proto/net"] = {"proto/base"};
    a["frontier"] = {"proto/base", "storage/kv"};
    a["crawler/decode"] = {"proto/base"};
    a["crawler/parse"] = {"proto/base", "crawler/decode"};
    a["crawler/extract"] = {"proto/base", "crawler/decode", "crawler/parse"};
    a["crawler/robots"] = {"proto/base", "proto/net", "crawler/fetch"};
    a["crawler/fetch"] = {"proto/base", "proto/net"};
    a["crawler/render"] = {"proto/base", "proto/net"};
    a["crawler/worker"] = {"proto/base",      "proto/net",     "crawler/decode", "crawler/parse",
                           "crawler/extract", "crawler/fetch", "crawler/robots", "crawler/render"};
    a["storage/kv"] = {"proto/base"};
    a["storage/warc"] = {"proto/base"};
    for (const char* room : {"storage/archive", "storage/index"})
      a[room] = {"proto/base", "storage/kv", "storage/index", "storage/archive"};
    a["storage/register"] = {"proto/base", "proto/net", "storage/kv", "storage/archive"};
    a["storage/gateway"] = {"proto/base", "proto/net"};
    for (const char* room :
         {"storage/archive", "storage/index", "storage/register", "storage/gateway"})
      a[room].insert(kPure.begin(), kPure.end());
    return a;
  }();
  return kArrows;
}

TEST(TreeTest, IncludesFollowTheAllowedArrows) {
  for (const std::string& path : Sources()) {
    if (StartsWith(path, "tests/") || StartsWith(path, "deploy/")) continue;
    const std::string room = Room(path);
    const auto allowed = Arrows().find(room);
    ASSERT_NE(allowed, Arrows().end()) << path << ": no arrows are drawn for room " << room;
    for (const std::string& include : Includes(Read(kRoot / path))) {
      if (!fs::exists(kRoot / include)) continue;  // Of the system, or generated.
      const std::string target = Room(include);
      EXPECT_TRUE(target == room || allowed->second.count(target) == 1)
          << path << " includes " << include << ": " << room << " may not know " << target;
    }
  }
}

TEST(TreeTest, GeneratedCodeStaysOutOfThePureRooms) {
  for (const std::string& path : Sources()) {
    const std::string room = Room(path);
    if (room != "crawler/decode" && room != "crawler/parse" && room != "crawler/extract" &&
        room != "storage/warc")
      continue;
    for (const std::string& include : Includes(Read(kRoot / path))) {
      EXPECT_EQ(include.find(".pb.h"), std::string::npos) << path << " includes " << include;
      EXPECT_FALSE(StartsWith(include, "boost/") || StartsWith(include, "grpc"))
          << path << " includes " << include;
    }
  }
}

TEST(TreeTest, EachLibraryHasOneDoor) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> doors = {
      {"rocksdb/", {"storage/kv/"}},
      {"rados/", {"storage/kv/rados/"}},
      {"curl/", {"proto/net/"}},
      {"ares.h", {"proto/net/"}},
      {"gumbo.h", {"crawler/parse/"}},
      {"boost/beast", {"storage/gateway/", "proto/net/"}},
      {"spdlog/", {"proto/base/"}},
      {"prometheus/", {"proto/base/"}},
      {"toml++", {"proto/base/"}},
  };
  for (const std::string& path : Sources()) {
    if (StartsWith(path, "tests/")) continue;
    for (const std::string& include : Includes(Read(kRoot / path))) {
      for (const auto& [library, rooms] : doors) {
        if (!StartsWith(include, library)) continue;
        EXPECT_TRUE(std::any_of(rooms.begin(), rooms.end(),
                                [&](const std::string& r) { return StartsWith(path, r); }))
            << path << " includes " << include << " past its door";
      }
      if (StartsWith(include, "absl/")) {
        EXPECT_EQ(path, "proto/base/status.h") << path << " includes " << include;
      }
    }
  }
}

TEST(TreeTest, FilesStaySmall) {
  for (const std::string& path : Sources()) {
    std::istringstream text(Read(kRoot / path));
    std::string line;
    int count = 0;
    while (std::getline(text, line)) {
      ++count;
      // Columns are code points, not bytes: Chinese test data is no wider than it looks.
      const auto width = std::count_if(line.begin(), line.end(),
                                       [](char c) { return (c & 0xC0) != 0x80; });
      EXPECT_LE(width, 100) << path << ":" << count;
    }
    const bool header = path.ends_with(".h");
    const bool test = StartsWith(path, "tests/");
    EXPECT_LE(count, test ? 800 : header ? 200 : 400) << path << " is asking to be two";
  }
}

// clang-format puts what opens a function and what closes it in the first column.
TEST(TreeTest, FunctionsStaySmall) {
  static const std::regex kOther(
      "^([ \t#}/]|namespace|struct|class|enum|union|extern|constexpr|const |static const).*");
  for (const std::string& path : Sources()) {
    std::istringstream text(Read(kRoot / path));
    std::string line;
    int at = 0;
    int opened = 0;  // 0: outside.
    while (std::getline(text, line)) {
      ++at;
      if (opened == 0 && line.ends_with('{') && !std::regex_match(line, kOther)) {
        opened = at;
      } else if (opened != 0 && StartsWith(line, "}")) {
        EXPECT_LE(at - opened - 1, 60) << path << ":" << opened << " is asking to be two";
        opened = 0;
      }
    }
  }
}

TEST(TreeTest, ClassesHaveFewPublicMethods) {
  // What a URL consists of, and the one storage interface: fewer would hide nothing.
  const std::map<std::string, int> exceptions = {{"Url", 13}, {"Shard", 16}, {"RocksShard", 17}};
  static const std::regex kClass("^(class|struct) ([A-Za-z]+).*\\{$");
  static const std::regex kMethod("^  [A-Za-z\\[][^=]*\\(.*");
  static const std::regex kOther("^  (explicit|using|friend|static constexpr) .*|.*GUARDED_BY.*");
  for (const std::string& path : Sources()) {
    if (!path.ends_with(".h") || StartsWith(path, "tests/")) continue;
    std::istringstream text(Read(kRoot / path));
    std::string line;
    std::string name;
    bool is_public = false;
    int methods = 0;
    while (std::getline(text, line)) {
      std::smatch match;
      if (std::regex_match(line, match, kClass)) {
        name = match[2];
        is_public = match[1] == "struct";
        methods = 0;
      } else if (StartsWith(line, "}") && !name.empty()) {
        const auto exception = exceptions.find(name);
        EXPECT_LE(methods, exception == exceptions.end() ? 12 : exception->second)
            << path << ": " << name;
        name.clear();
      } else if (StartsWith(line, " public:")) {
        is_public = true;
      } else if (StartsWith(line, " private:") || StartsWith(line, " protected:")) {
        is_public = false;
      } else if (is_public && !name.empty() && std::regex_match(line, kMethod) &&
                 !std::regex_match(line, kOther) && !StartsWith(line, "  " + name + "(")) {
        ++methods;
      }
    }
  }
}

TEST(TreeTest, HeadersAreGuardedAndIntroduced) {
  for (const std::string& path : Sources()) {
    if (!path.ends_with(".h")) continue;
    const std::string text = Read(kRoot / path);
    EXPECT_NE(text.find("#pragma once"), std::string::npos) << path;
    EXPECT_TRUE(StartsWith(text, "//")) << path << " does not say what it is";
  }
}

TEST(TreeTest, EverySourceIsBuilt) {
  for (const std::string& path : Sources()) {
    if (!path.ends_with(".cc")) continue;
    // Listed by its folder's CMakeLists.txt, or by that of a folder above.
    bool listed = false;
    fs::path folder = fs::path(path).parent_path();
    while (!listed && !folder.empty()) {
      const std::string inside = fs::relative(path, folder).generic_string();
      listed = Read(kRoot / folder / "CMakeLists.txt").find(inside) != std::string::npos;
      folder = folder.parent_path();
    }
    EXPECT_TRUE(listed) << path << " is in no CMakeLists.txt";
  }
}

TEST(TreeTest, TopLevelHoldsOnlyWhatTheUserNamed) {
  const std::set<std::string> named = {
      "CMakeLists.txt", "CMakePresets.json", "README.md", "ARCHITECTURE.md", "LICENSE", "crawler",
      "frontier",       "storage",           "proto",     "deploy",          "tests",   "build"};
  for (const auto& entry : fs::directory_iterator(kRoot)) {
    const std::string name = entry.path().filename().string();
    EXPECT_TRUE(name[0] == '.' || named.count(name) == 1) << name;
  }
}

}  // namespace
}  // namespace signboard
