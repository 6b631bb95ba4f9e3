#include "deploy/signboard/backup_list.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "proto/base/digest.h"

namespace signboard::cli {
namespace {

using Json = nlohmann::json;

constexpr int kFormat = 1;
constexpr size_t kIdDigits = 16;
constexpr std::string_view kFolder = "backups/";
constexpr std::string_view kEnding = ".json";

std::string DigestOf(std::string_view text) {
  return base::ToHex(base::Sha256(text)).substr(0, kIdDigits);
}

StatusOr<BackupFile> FileOf(const Json& json) {
  BackupFile file;
  file.store = json.at("store").get<std::string>();
  file.path = json.at("path").get<std::string>();
  file.bytes = json.at("bytes").get<uint64_t>();
  file.identity = json.at("identity").get<std::string>();
  ASSIGN_OR_RETURN(file.sha256, base::FromHex(json.at("sha256").get<std::string>()));
  if (file.sha256.size() != base::kSha256Bytes || !IsWithin(file))
    return base::DataLoss("an entry of file " + file.path);
  return file;
}

}  // namespace

bool IsWithin(const BackupFile& file) {
  const auto plain = [](const std::string& path) {
    if (path.empty() || path.find('\0') != std::string::npos || path.front() == '/') return false;
    const std::filesystem::path parts(path);
    return std::none_of(parts.begin(), parts.end(), [](const std::filesystem::path& part) {
      return part.empty() || part == "." || part == "..";
    });
  };
  return plain(file.store) && file.store.find('/') == std::string::npos && plain(file.path);
}

std::string BackupId(UnixTime created, const std::string& text) {
  return base::FormatDigits17(created) + "-" + DigestOf(text);
}

std::string BackupName(const std::string& id) {
  return std::string(kFolder) + id + std::string(kEnding);
}

std::string FileName(const std::string& sha256) {
  const std::string hex = base::ToHex(sha256);
  return "files/" + hex.substr(0, 2) + "/" + hex;
}

std::string ToText(const BackupList& list) {
  Json files = Json::array();
  for (const BackupFile& file : list.files) {
    files.push_back({{"store", file.store},
                     {"path", file.path},
                     {"bytes", file.bytes},
                     {"identity", file.identity},
                     {"sha256", base::ToHex(file.sha256)}});
  }
  return Json{{"signboard_backup", kFormat},
              {"created", list.created},
              {"program", list.program},
              {"files", std::move(files)}}
             .dump(1) +
         "\n";
}

StatusOr<BackupList> ParseBackupList(const std::string& id, std::string_view text) {
  const auto damaged = [&](std::string_view what) {
    return base::DataLoss("backup " + id + " is damaged: " + std::string(what));
  };
  if (id.size() < kIdDigits || id.substr(id.size() - kIdDigits) != DigestOf(text))
    return damaged("its list has another sha256 than its name says");
  // What made the list is trusted by its digest, not by what it may hold.
  try {
    const Json json = Json::parse(text);
    const int format = json.at("signboard_backup").get<int>();
    if (format > kFormat)
      return base::FailedPrecondition("backup " + id + " is of format " + std::to_string(format) +
                                      ", this program reads up to " + std::to_string(kFormat));
    BackupList list;
    list.created = json.at("created").get<std::string>();
    list.program = json.at("program").get<std::string>();
    std::set<std::string> paths;
    for (const Json& entry : json.at("files")) {
      auto file = FileOf(entry);
      if (!file.ok()) return damaged(base::Message(file.status()));
      if (!paths.insert(file->store + "/" + file->path).second)
        return damaged(file->path + " is listed twice");
      list.files.push_back(*std::move(file));
    }
    return list;
  } catch (const Json::exception& error) {
    return damaged(error.what());
  }
}

StatusOr<std::vector<std::string>> ListBackups(BackupTarget& target) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, target.List(std::string(kFolder)));
  std::vector<std::string> ids;
  for (const std::string& name : names) {
    if (!name.starts_with(kFolder) || !name.ends_with(kEnding)) continue;
    ids.push_back(name.substr(kFolder.size(), name.size() - kFolder.size() - kEnding.size()));
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

StatusOr<std::string> ChooseBackup(BackupTarget& target, const std::string& id) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, ListBackups(target));
  if (ids.empty()) return base::NotFound("there is no backup");
  if (id.empty()) return ids.back();
  if (std::find(ids.begin(), ids.end(), id) != ids.end()) return id;
  return base::NotFound("no backup " + id + "; the newest is " + ids.back());
}

StatusOr<BackupList> ReadBackup(BackupTarget& target, const std::string& id) {
  std::string text;
  RETURN_IF_ERROR(target.Get(BackupName(id), [&text, &id](std::string_view bytes) {
    if (text.size() + bytes.size() > kBackupListBytesMax)
      return base::DataLoss("backup " + id + " has a list that is too long");
    text += bytes;
    return OkStatus();
  }));
  return ParseBackupList(id, text);
}

}  // namespace signboard::cli
