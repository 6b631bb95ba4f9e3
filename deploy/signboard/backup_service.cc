#include "deploy/signboard/backup_service.h"

#include <filesystem>
#include <system_error>

#include "proto/base/log.h"
#include "proto/base/status.h"

namespace signboard::cli {
namespace {

constexpr size_t kChunkBytes = size_t{1} << 20;
constexpr char kCopyPrefix[] = "backup-";
constexpr std::chrono::minutes kBusyWait{1};

}  // namespace

BackupService::BackupService(std::string directory, base::Pool& pool,
                             boost::asio::any_io_executor executor)
    : directory_(std::move(directory)), pool_(pool), executor_(std::move(executor)) {}

void BackupService::Add(std::string name, const kv::Space& space) {
  kv::RemoveCopies(directory_, kCopyPrefix + name);
  stores_.push_back({std::move(name), &space});
}

grpc::ServerBidiReactor<v1::CopyRequest, v1::CopyReply>* BackupService::Copy(
    grpc::CallbackServerContext* context) {
  return base::ServeBidi<v1::CopyRequest, v1::CopyReply>(
      context, executor_, [this](Stream* stream) { return DoCopy(stream); });
}

Status BackupService::Take(Taken* taken) {
  const std::string place = directory_ + "/" + kCopyPrefix;
  for (const Store& store : stores_) {
    ASSIGN_OR_RETURN(std::unique_ptr<kv::SpaceCopy> copy,
                     kv::SpaceCopy::Take(*store.space, place + store.name));
    taken->copies.push_back(std::move(copy));
    const kv::SpaceCopy& made = *taken->copies.back();
    for (const kv::CopiedFile& file : made.files())
      taken->files.push_back({&made, &file, store.name});
  }
  return OkStatus();
}

BackupService::Done BackupService::DoCopy(Stream* stream) {
  if (copying_.exchange(true)) {
    co_return base::TryAfter(base::ResourceExhausted("a backup is being made: try again later"),
                             kBusyWait);
  }
  // The copy is taken away before another may begin.
  struct Turn {
    std::atomic<bool>& busy;
    ~Turn() { busy = false; }
  } turn{copying_};
  Taken taken;
  auto taking = base::OnPool(pool_, [this, &taken] { return Take(&taken); });
  Status status = co_await std::move(taking);
  if (status.ok()) {
    auto listing = List(stream, taken);
    status = co_await std::move(listing);
  }
  v1::CopyRequest request;
  while (status.ok()) {
    const bool asked = co_await stream->Read(&request);
    if (!asked) break;
    auto giving = Give(stream, taken, request.want());
    status = co_await std::move(giving);
  }
  base::Log(base::kInfo, "backup.copied",
            {{"files", taken.files.size()}, {"status", base::ToString(status)}});
  co_return status;
}

BackupService::Done BackupService::List(Stream* stream, const Taken& taken) {
  v1::CopyReply reply;
  bool heard = true;
  for (const Taken::File& file : taken.files) {
    v1::StoreFile& told = *reply.mutable_file();
    told.set_store(file.store);
    told.set_path(file.file->path);
    told.set_bytes(file.file->bytes);
    told.set_identity(file.file->identity);
    if (heard) heard = co_await stream->Write(reply);
  }
  reply.mutable_listed();
  if (heard) heard = co_await stream->Write(reply);
  co_return heard ? OkStatus() : base::Cancelled("the reader went away");
}

BackupService::Done BackupService::Give(Stream* stream, const Taken& taken, uint32_t number) {
  if (number >= taken.files.size())
    co_return base::InvalidArgument("want " + std::to_string(number) + ": there are " +
                                    std::to_string(taken.files.size()) + " files");
  const Taken::File& file = taken.files[number];
  v1::CopyReply reply;
  for (uint64_t at = 0; at < file.file->bytes;) {
    if (stopping_) co_return base::Unavailable("the server is going away");
    auto reading = base::OnPool(
        pool_, [&file, at] { return file.copy->Read(*file.file, at, kChunkBytes); });
    auto bytes = co_await std::move(reading);
    if (!bytes.ok()) co_return bytes.status();
    if (bytes->empty()) co_return base::DataLoss(file.file->path + " became shorter");
    at += bytes->size();
    reply.set_chunk(*std::move(bytes));
    const bool heard = co_await stream->Write(reply);
    if (!heard) co_return base::Cancelled("the reader went away");
  }
  reply.mutable_end();
  const bool heard = co_await stream->Write(reply);
  co_return heard ? OkStatus() : base::Cancelled("the reader went away");
}

}  // namespace signboard::cli
