#include "storage/kv/rocks_files.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "storage/kv/crc32c.h"
#include "storage/kv/log_check.h"
#include "storage/kv/rocks_cursor.h"
#include "storage/kv/rocks_status.h"

namespace signboard::kv {
namespace {

constexpr size_t kReadBytes = size_t{1} << 20;

void AddTables(const rocksdb::ColumnFamilyMetaData& family, std::vector<ShardFile>* files) {
  for (const rocksdb::LevelMetaData& level : family.levels) {
    for (const rocksdb::SstFileMetaData& file : level.files)
      files->push_back({file.directory + "/" + file.relative_filename, file.size,
                        file.file_checksum});
  }
  for (const rocksdb::BlobMetaData& blob : family.blob_files) {
    // RocksDB puts a slash before these names, and before no table's.
    const std::string slash = blob.blob_file_name.starts_with('/') ? "" : "/";
    files->push_back({blob.blob_file_path + slash + blob.blob_file_name, blob.blob_file_size,
                      blob.checksum_value});
  }
}

Status CheckSum(rocksdb::Env* env, const ShardFile& file) {
  std::unique_ptr<rocksdb::SequentialFile> in;
  rocksdb::Status s = env->NewSequentialFile(file.path, &in, rocksdb::EnvOptions());
  Crc32cSum sum;
  std::string buffer(kReadBytes, '\0');
  uint64_t bytes = 0;
  while (s.ok()) {
    rocksdb::Slice read;
    s = in->Read(buffer.size(), &read, buffer.data());
    if (!s.ok() || read.empty()) break;
    sum.Update(read.ToStringView());
    bytes += read.size();
  }
  if (!s.ok()) return FromRocks(s, "read " + file.path);
  if (sum.Finish() == file.checksum) return OkStatus();
  return base::DataLoss(file.path + " is damaged: its " + std::to_string(bytes) +
                        " bytes have another checksum than when it was written");
}

}  // namespace

StatusOr<std::vector<ShardFile>> RocksFiles::Files() {
  OpenDb* const db = db_.get();
  if (db == nullptr) return closed_;
  std::vector<ShardFile> files;
  std::vector<rocksdb::ColumnFamilyHandle*> families = db->families;
  families.push_back(db->own_family);
  for (rocksdb::ColumnFamilyHandle* family : families) {
    rocksdb::ColumnFamilyMetaData found;
    db->db->GetColumnFamilyMetaData(family, &found);
    AddTables(found, &files);
  }
  rocksdb::VectorLogPtr logs;
  RETURN_IF_ERROR(FromRocks(db->db->GetSortedWalFiles(logs), db->where + ": list the logs"));
  for (const auto& log : logs) {
    if (log->Type() == rocksdb::kAliveLogFile)
      files.push_back({db->db->GetName() + log->PathName(), log->SizeFileBytes(), ""});
  }
  std::sort(files.begin(), files.end(),
            [](const ShardFile& a, const ShardFile& b) { return a.path < b.path; });
  return files;
}

Status RocksFiles::CheckFiles(const std::string& after,
                              const std::function<bool(const FileCheck&)>& told) {
  ASSIGN_OR_RETURN(const std::vector<ShardFile> files, Files());
  for (const ShardFile& file : files) {
    if (file.path <= after) continue;
    if (db_->fenced) return closed_;
    FileCheck check{.path = file.path, .bytes = file.bytes, .status = {}};
    check.status = file.checksum.empty() ? CheckLog(env_, file.path, file.bytes)
                                         : CheckSum(env_, file);
    // One that is gone meanwhile is no part of the shard any more.
    if (!check.status.ok() && env_->FileExists(file.path).IsNotFound()) {
      ASSIGN_OR_RETURN(const std::vector<ShardFile> now, Files());
      const bool missing = std::any_of(now.begin(), now.end(), [&](const ShardFile& other) {
        return other.path == file.path;
      });
      if (!missing) continue;
      check.status = base::DataLoss(file.path + " is missing");
    }
    if (!told(check)) break;
  }
  return OkStatus();
}

std::unique_ptr<View> RocksFiles::TakePassingView() {
  return std::make_unique<RocksView>(db_, true);
}

}  // namespace signboard::kv
