#include "deploy/signboard/backup_create.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

#include "deploy/signboard/durable_file.h"
#include "deploy/signboard/version.h"
#include "proto/base/digest.h"
#include "proto/base/rpc_status.h"
#include "storage/kv/crc32c.h"

namespace signboard::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kFilesMax = 1'000'000;
constexpr std::string_view kCrc32c = "crc32c:";
// In the order in which they are copied: what the frontier has settled is in the archive.
constexpr const char* kRoles[] = {"frontier", "archive"};

std::string KeyOf(const std::string& store, const std::string& path) { return store + "/" + path; }

}  // namespace

StatusOr<BackupReport> BackupCreation::Run() {
  RETURN_IF_ERROR(TakeCopies());
  RETURN_IF_ERROR(LookAtTarget());
  list_.created = base::FormatRfc3339(base::SystemClock().Now());
  list_.program = kVersion;
  for (const auto& source : sources_) RETURN_IF_ERROR(CopyAll(source.get()));
  if (!context_.dry_run) {
    ASSIGN_OR_RETURN(const std::string spool, target_.SpoolDirectory());
    RETURN_IF_ERROR(PutList(spool));
  }
  for (const auto& source : sources_) {
    // All is there: how the server takes leave changes nothing.
    source->stream->WritesDone();
    source->stream->Finish();
  }
  return report_;
}

Status BackupCreation::TakeCopies() {
  for (const char* role : kRoles) {
    const bool has = std::any_of(sources_.begin(), sources_.end(), [role](const auto& source) {
      return source->stores.contains(role);
    });
    if (!has) RETURN_IF_ERROR(Take(role));
  }
  return OkStatus();
}

Status BackupCreation::Take(const std::string& role) {
  auto source = std::make_unique<Source>();
  source->stub = v1::Backup::NewStub(context_.Channel(role));
  RETURN_IF_ERROR(context_.Prepare(&source->call));
  source->call.set_deadline(std::chrono::system_clock::time_point::max());
  source->stream = source->stub->Copy(&source->call);
  v1::CopyReply reply;
  bool listed = false;
  while (!listed && source->stream->Read(&reply)) {
    listed = reply.has_listed();
    if (!reply.has_file()) continue;
    const v1::StoreFile& file = reply.file();
    const BackupFile named{.store = file.store(), .path = file.path()};
    if (!IsWithin(named) || source->files.size() >= kFilesMax)
      return base::Internal("the server lists " + file.store() + "/" + file.path());
    source->stores.insert(file.store());
    source->files.push_back(file);
  }
  if (!listed) return base::FromGrpc(source->stream->Finish());
  if (!source->stores.contains(role))
    return base::FailedPrecondition("no server of this deployment has the store of the " + role);
  sources_.push_back(std::move(source));
  return OkStatus();
}

Status BackupCreation::LookAtTarget() {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, target_.List("files/"));
  there_.insert(names.begin(), names.end());
  const auto newest = ChooseBackup(target_, "");
  if (newest.status().code() == StatusCode::kNotFound) return OkStatus();
  RETURN_IF_ERROR(newest.status());
  auto list = ReadBackup(target_, *newest);
  // A list that is damaged only spares nothing.
  if (list.status().code() == StatusCode::kDataLoss) return OkStatus();
  RETURN_IF_ERROR(list.status());
  for (BackupFile& file : list->files) {
    const std::string key = KeyOf(file.store, file.path);
    known_[key] = std::move(file);
  }
  return OkStatus();
}

Status BackupCreation::CopyAll(Source* source) {
  for (uint32_t number = 0; number < source->files.size(); ++number) {
    ASSIGN_OR_RETURN(BackupFile file, CopyOne(source, number));
    ++report_.files;
    report_.bytes += file.bytes;
    list_.files.push_back(std::move(file));
    progress_(report_);
  }
  return OkStatus();
}

StatusOr<BackupFile> BackupCreation::CopyOne(Source* source, uint32_t number) {
  const v1::StoreFile& listed = source->files[number];
  BackupFile file{.store = listed.store(), .path = listed.path(), .bytes = listed.bytes(),
                  .identity = listed.identity()};
  const auto known = known_.find(KeyOf(file.store, file.path));
  if (!file.identity.empty() && known != known_.end() &&
      known->second.identity == file.identity && known->second.bytes == file.bytes &&
      there_.contains(FileName(known->second.sha256))) {
    file.sha256 = known->second.sha256;
    return file;
  }
  if (context_.dry_run) {  // Small files may turn out to be there.
    ++report_.copied_files;
    report_.copied_bytes += file.bytes;
    return file;
  }
  ASSIGN_OR_RETURN(const std::string directory, target_.SpoolDirectory());
  const std::string spool = directory + "/signboard-" + std::to_string(getpid());
  RETURN_IF_ERROR(Fetch(source, number, spool, &file));
  const std::string name = FileName(file.sha256);
  if (there_.contains(name)) {
    std::error_code ignored;
    fs::remove(spool, ignored);
    return file;
  }
  RETURN_IF_ERROR(target_.Put(name, spool, file.sha256));
  there_.insert(name);
  ++report_.copied_files;
  report_.copied_bytes += file.bytes;
  return file;
}

Status BackupCreation::Fetch(Source* source, uint32_t number, const std::string& spool,
                             BackupFile* file) {
  ASSIGN_OR_RETURN(DurableFile out, DurableFile::Make(spool));
  base::Hasher sha256(base::DigestKind::kSha256);
  kv::Crc32cSum crc32c;
  v1::CopyRequest request;
  request.set_want(number);
  v1::CopyReply reply;
  bool ended = false;
  uint64_t bytes = 0;
  if (source->stream->Write(request)) {
    while (!ended && source->stream->Read(&reply)) {
      ended = reply.has_end();
      if (!reply.has_chunk()) continue;
      bytes += reply.chunk().size();
      sha256.Update(reply.chunk());
      crc32c.Update(reply.chunk());
      RETURN_IF_ERROR(out.Write(reply.chunk()));
    }
  }
  if (!ended) {
    const Status status = base::FromGrpc(source->stream->Finish());
    return status.ok() ? base::Internal("the server ended before all came") : status;
  }
  report_.fetched_bytes += bytes;
  const std::string where = file->store + "/" + file->path;
  if (bytes != file->bytes) return base::DataLoss(where + " came with another size than listed");
  if (file->identity.starts_with(kCrc32c) &&
      file->identity.substr(kCrc32c.size()) != base::ToHex(crc32c.Finish())) {
    // The rest of it is worth keeping; but the next backup looks at it again.
    report_.damaged.push_back(where);
    file->identity.clear();
  }
  file->sha256 = sha256.Finish();
  return out.Finish();
}

Status BackupCreation::PutList(const std::string& spool) {
  const std::string text = ToText(list_);
  report_.id = BackupId(base::SystemClock().Now(), text);
  const std::string file = spool + "/signboard-" + std::to_string(getpid());
  ASSIGN_OR_RETURN(DurableFile out, DurableFile::Make(file));
  RETURN_IF_ERROR(out.Write(text));
  RETURN_IF_ERROR(out.Finish());
  return target_.Put(BackupName(report_.id), file, base::Sha256(text));
}

}  // namespace signboard::cli
