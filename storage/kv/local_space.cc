#include "storage/kv/local_space.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "storage/kv/directory_lock.h"
#include "storage/kv/rocks_shard.h"
#include "storage/kv/space_file.h"

namespace signboard::kv {
namespace {

namespace fs = std::filesystem;

Status MakeDirectory(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (!error) return OkStatus();
  const std::string message = "make directory " + path + ": " + error.message();
  return error == std::errc::no_space_on_device ? base::ResourceExhausted(message)
                                                : base::Unavailable(message);
}

// A directory without SPACE is new, unless there are shards.
Status CheckNew(const std::string& directory) {
  std::error_code error;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error))
    if (it->path().filename().string().starts_with("shard-"))
      return base::DataLoss(directory + "/SPACE is missing, but there is " + it->path().string());
  if (error) return base::Unavailable("list " + directory + ": " + error.message());
  return OkStatus();
}

// SPACE as it must be for us to go on; made when the directory is new.
StatusOr<SpaceFile> ReadOrMake(const LocalSpaceOptions& options) {
  ASSIGN_OR_RETURN(std::optional<SpaceFile> found, ReadSpaceFile(options.directory));
  if (!found) {
    RETURN_IF_ERROR(CheckNew(options.directory));
    SpaceFile made;
    made.schema_version = options.schema_version;
    ASSIGN_OR_RETURN(made.shards, CheckedRanges(options.shards));
    RETURN_IF_ERROR(WriteSpaceFile(options.directory, made));
    return made;
  }
  if (found->kind != SpaceFile().kind) {
    return base::FailedPrecondition(options.directory + " is a space of kind " + found->kind +
                                    ", not " + SpaceFile().kind);
  }
  if (found->schema_version > options.schema_version) {
    return base::FailedPrecondition(
        options.directory + " is of schema version " + std::to_string(found->schema_version) +
        ", this program knows up to version " + std::to_string(options.schema_version));
  }
  return *std::move(found);
}

// Adds a copy of the shard to the Space in `directory`, which may be made for it. SPACE names the
// shard only when its files are whole.
Status AddCopy(const std::string& directory, SlotRange slots, uint32_t schema_version,
               const RocksShardOptions::CopyTo& copy) {
  RETURN_IF_ERROR(MakeDirectory(directory));
  ASSIGN_OR_RETURN(const std::shared_ptr<DirectoryLock> lock, DirectoryLock::Take(directory));
  ASSIGN_OR_RETURN(std::optional<SpaceFile> file, ReadSpaceFile(directory));
  if (!file) {
    RETURN_IF_ERROR(CheckNew(directory));
    file.emplace();
    file->schema_version = schema_version;
    file->ready = true;
  }
  if (file->schema_version != schema_version || !file->ready)
    return base::InvalidArgument(directory + " holds a space that is no copy of this one");
  file->shards.push_back(slots);
  StatusOr<std::vector<SlotRange>> ranges = CheckedRanges(file->shards);
  if (!ranges.ok()) return base::Annotate(ranges.status(), directory);
  file->shards = *std::move(ranges);
  RETURN_IF_ERROR(copy(directory + "/" + ShardDirectory(slots)));
  return WriteSpaceFile(directory, *file);
}

}  // namespace

std::shared_ptr<KvMemory> MakeKvMemory(size_t block_cache_bytes, size_t write_buffer_bytes) {
  return std::make_shared<KvMemory>(block_cache_bytes, write_buffer_bytes);
}

StatusOr<std::unique_ptr<LocalSpace>> LocalSpace::Open(LocalSpaceOptions options) {
  if (options.directory.empty()) return base::InvalidArgument("open a space: no directory");
  if (options.schema_version == 0) {
    return base::InvalidArgument("open space " + options.directory +
                                 ": schema versions begin at 1");
  }
  if (!options.memory)
    options.memory = MakeKvMemory(options.block_cache_bytes, options.write_buffer_bytes);
  std::unique_ptr<LocalSpace> space(new LocalSpace(std::move(options)));
  const std::string& directory = space->options_.directory;
  RETURN_IF_ERROR(MakeDirectory(directory));
  ASSIGN_OR_RETURN(space->lock_, DirectoryLock::Take(directory));
  ASSIGN_OR_RETURN(SpaceFile file, ReadOrMake(space->options_));
  space->ranges_ = file.shards;
  space->stored_schema_version_ = file.schema_version;
  RETURN_IF_ERROR(space->OpenShards(!file.ready));
  if (!file.ready) {
    file.ready = true;
    RETURN_IF_ERROR(WriteSpaceFile(directory, file));
  }
  return space;
}

Status LocalSpace::OpenShards(bool create) {
  for (const SlotRange& slots : ranges_) {
    RocksShardOptions shard;
    shard.directory = options_.directory + "/" + ShardDirectory(slots);
    shard.slots = slots;
    shard.families = options_.families;
    shard.memory = options_.memory;
    shard.create = create;
    shard.log_kept_bytes = options_.log_kept_bytes;
    shard.ownership = lock_;
    shard.checkpoint = [slots, schema = stored_schema_version_.load()](
                           const std::string& directory, const RocksShardOptions::CopyTo& copy) {
      return AddCopy(directory, slots, schema, copy);
    };
    if (create) RETURN_IF_ERROR(MakeDirectory(shard.directory));
    ASSIGN_OR_RETURN(std::shared_ptr<RocksShard> opened, RocksShard::Open(std::move(shard)));
    shards_.push_back(std::move(opened));
  }
  return OkStatus();
}

LocalSpace::~LocalSpace() { (void)Close(); }

std::vector<std::shared_ptr<Shard>> LocalSpace::Shards() const {
  if (closed_) return {};
  return {shards_.begin(), shards_.end()};
}

StatusOr<std::shared_ptr<Shard>> LocalSpace::ShardOf(Slot slot) const {
  if (slot > kReservedSlot) return base::InvalidArgument("no slot " + std::to_string(slot));
  if (closed_) return Fenced("space " + options_.directory);
  for (const std::shared_ptr<RocksShard>& shard : shards_)
    if (shard->slots().Holds(slot)) return std::shared_ptr<Shard>(shard);
  return base::FailedPrecondition("slot " + std::to_string(slot) + " is not in space " +
                                  options_.directory);
}

Status LocalSpace::Close() {
  if (closed_.exchange(true)) return OkStatus();
  Status first;
  for (const std::shared_ptr<RocksShard>& shard : shards_) {
    const Status closed = shard->Close();
    if (first.ok()) first = closed;
  }
  lock_.reset();
  return first;
}

Status LocalSpace::RaiseSchemaVersion() {
  if (closed_) return Fenced("space " + options_.directory);
  SpaceFile file;
  file.schema_version = options_.schema_version;
  file.ready = true;
  file.shards = ranges_;
  RETURN_IF_ERROR(WriteSpaceFile(options_.directory, file));
  stored_schema_version_ = options_.schema_version;
  return OkStatus();
}

}  // namespace signboard::kv
