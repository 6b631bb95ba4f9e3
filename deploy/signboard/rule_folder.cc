#include "deploy/signboard/rule_folder.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "crawler/extract/rule_lines.h"

namespace signboard::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kFilesMax = 100;

StatusOr<std::string> ReadRuleText(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text(extract::kRuleFileBytesMax + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || !in.is_open()) return base::InvalidArgument(file.string() + ": not to be read");
  text.resize(static_cast<size_t>(in.gcount()));
  return text;
}

}  // namespace

StatusOr<extract::RuleFile> ReadRuleFile(const std::string& path) {
  ASSIGN_OR_RETURN(std::string text, ReadRuleText(path));
  return extract::RuleFile{fs::path(path).filename().string(), std::move(text)};
}

StatusOr<std::vector<extract::RuleFile>> ReadRuleFiles(const std::string& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) return base::NotFound("no folder of rules " + folder);
  std::vector<fs::path> paths;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".txt") paths.push_back(entry->path());
    if (paths.size() > kFilesMax) return base::InvalidArgument(folder + ": more than 100 files");
  }
  if (error) return base::Unavailable(folder + ": " + error.message());
  if (paths.empty()) return base::NotFound("no .txt files of rules in " + folder);
  std::sort(paths.begin(), paths.end());
  std::vector<extract::RuleFile> files;
  for (const fs::path& path : paths) {
    ASSIGN_OR_RETURN(extract::RuleFile file, ReadRuleFile(path.string()));
    files.push_back(std::move(file));
  }
  return files;
}

StatusOr<std::shared_ptr<const extract::RuleSet>> ReadRuleFolder(const std::string& folder) {
  if (folder.empty()) return std::shared_ptr<const extract::RuleSet>();
  ASSIGN_OR_RETURN(std::vector<extract::RuleFile> files, ReadRuleFiles(folder));
  auto rules = extract::RuleSet::Parse(std::move(files));
  if (!rules.ok()) return base::Annotate(rules.status(), folder);
  return rules;
}

void AddRulesOption(CLI::App* verb, std::string* folder) {
  verb->add_option("--rules", *folder,
                   "Folder with files of rules (verbs.txt, ...) in place of those built in");
}

}  // namespace signboard::cli
