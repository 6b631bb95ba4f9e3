#include "deploy/signboard/import_journal.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "proto/base/digest.h"
#include "storage/warc/source.h"

namespace signboard::cli {
namespace {

namespace fs = std::filesystem;

fs::path StateFolder() {
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state != '\0') return fs::path(state) / "signboard" / "import";
  const char* home = std::getenv("HOME");
  return fs::path(home != nullptr ? home : "/tmp") / ".local/state/signboard/import";
}

}  // namespace

ImportJournal::ImportJournal(const std::vector<std::string>& files, const std::string& server) {
  std::string name = server;
  for (const std::string& file : files) {
    std::error_code none;
    const auto size = fs::file_size(file, none);
    const auto changed = fs::last_write_time(file, none).time_since_epoch().count();
    name += "\n" + fs::absolute(file, none).string() + "\n" + std::to_string(size) + "\n" +
            std::to_string(changed);
  }
  path_ = StateFolder() / (base::ToHex(base::Sha256(name)).substr(0, 32) + ".json");
}

std::optional<ImportPlace> ImportJournal::Read() const {
  std::ifstream in(path_);
  const auto json = nlohmann::json::parse(in, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  try {
    return ImportPlace{json.at("pass"),     json.at("file"),     json.at("offset"),
                       json.at("last_id"),  json.at("revisits"), json.at("problems")};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

Status ImportJournal::Write(const ImportPlace& place) const {
  std::error_code error;
  fs::create_directories(fs::path(path_).parent_path(), error);
  ASSIGN_OR_RETURN(const auto file, warc::FileSink::Create(path_));
  RETURN_IF_ERROR(file->Write(nlohmann::json({{"pass", place.pass},
                                              {"file", place.file},
                                              {"offset", place.offset},
                                              {"last_id", place.last_id},
                                              {"revisits", place.revisits},
                                              {"problems", place.problems}})
                                  .dump()));
  return file->Finish();
}

void ImportJournal::Remove() const {
  std::error_code none;
  fs::remove(path_, none);
}

}  // namespace signboard::cli
