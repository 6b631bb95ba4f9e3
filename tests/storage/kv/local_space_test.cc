#include "storage/kv/local_space.h"

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "storage/kv/space_file.h"
#include "tests/storage/kv/space_contract.h"
#include "tests/storage/kv/temp_directory.h"

namespace signboard::kv::testing {
namespace {

namespace fs = std::filesystem;

class LocalWorld final : public SpaceWorld {
 public:
  StatusOr<std::unique_ptr<Space>> Open(std::vector<SlotRange> shards) override {
    return OpenAt("data", std::move(shards));
  }
  std::string CopyPlace() override { return directory_.Sub("copies/one"); }
  StatusOr<std::unique_ptr<Space>> OpenCopy() override {
    return OpenAt("copies/one", {SlotRange{}});
  }
  std::string Damage(const std::string& suffix) override {
    const fs::path file = Largest(directory_.Sub("data"), suffix);
    if (file.empty()) return "";
    FlipByte(file, fs::file_size(file) / 2);
    return file.filename().string();
  }

 private:
  StatusOr<std::unique_ptr<Space>> OpenAt(const std::string& name, std::vector<SlotRange> shards) {
    ASSIGN_OR_RETURN(auto space, LocalSpace::Open({.directory = directory_.Sub(name),
                                                   .families = ContractFamilies(),
                                                   .shards = std::move(shards)}));
    return std::unique_ptr<Space>(std::move(space));
  }
  TempDirectory directory_;
};

std::unique_ptr<SpaceWorld> MakeLocalWorld() { return std::make_unique<LocalWorld>(); }
INSTANTIATE_TEST_SUITE_P(Local, SpaceContract, ::testing::Values(&MakeLocalWorld));

class LocalSpaceTest : public ::testing::Test {
 protected:
  LocalSpaceOptions Options() const {
    return {.directory = directory_.Sub("data"), .families = ContractFamilies()};
  }
  StatusOr<std::unique_ptr<LocalSpace>> Open() const { return LocalSpace::Open(Options()); }
  Status Refusal(const LocalSpaceOptions& options) const {
    return LocalSpace::Open(options).status();
  }
  static Status Put(LocalSpace* space, const std::string& name, const std::string& value) {
    Batch batch;
    batch.Put(kSmall, SlotKey(7) + name, value);
    return (*space->ShardOf(7))->Write(batch, Durability::kSynced);
  }
  static std::optional<std::string> Get(LocalSpace* space, const std::string& name) {
    return (*space->ShardOf(7))->Get(kSmall, SlotKey(7) + name).value();
  }
  fs::path Shard() const { return directory_.Sub("data/shard-000-256"); }
  TempDirectory directory_;
};

#define EXPECT_SAYS(status, expected_code, part)                                       \
  do {                                                                                 \
    const Status status_said = (status);                                               \
    EXPECT_EQ(status_said.code(), StatusCode::expected_code)                           \
        << base::ToString(status_said);                                                \
    EXPECT_NE(base::Message(status_said).find(part), std::string_view::npos)           \
        << base::ToString(status_said) << "\n  does not say: " << (part);              \
  } while (false)

TEST_F(LocalSpaceTest, SecondOpenerIsToldWhoHasTheDirectory) {
  const auto first = Open();
  ASSERT_TRUE(first.ok());
  EXPECT_SAYS(Refusal(Options()), kFailedPrecondition,
              "data directory " + directory_.Sub("data") + " is in use by process " +
                  std::to_string(getpid()));
  ASSERT_TRUE((*first)->Close().ok());
  EXPECT_TRUE(Open().ok()) << "free after Close";
}

TEST_F(LocalSpaceTest, DirectoryIsFreeOnceTheLastReaderIsGone) {
  auto space = Open().value();
  ASSERT_TRUE(Put(space.get(), "a", "1").ok());
  std::unique_ptr<Cursor> cursor = (*space->ShardOf(7))->Scan(kSmall, {});
  space.reset();
  EXPECT_EQ(Refusal(Options()).code(), StatusCode::kFailedPrecondition);
  cursor.reset();
  EXPECT_TRUE(Open().ok());
}

TEST_F(LocalSpaceTest, NewerSchemaIsRefusedAndOlderIsRaisedWhenTold) {
  LocalSpaceOptions options = Options();
  options.schema_version = 3;
  ASSERT_TRUE(LocalSpace::Open(options).ok());
  options.schema_version = 2;
  EXPECT_SAYS(Refusal(options), kFailedPrecondition, "of schema version 3");
  EXPECT_SAYS(Refusal(options), kFailedPrecondition, "up to version 2");
  options.schema_version = 4;
  for (const bool raised : {false, true}) {
    const auto space = LocalSpace::Open(options);
    ASSERT_TRUE(space.ok());
    EXPECT_EQ((*space)->stored_schema_version(), 3U) << "until it was migrated";
    if (raised) {
      ASSERT_TRUE((*space)->RaiseSchemaVersion().ok());
    }
  }
  EXPECT_EQ((*LocalSpace::Open(options))->stored_schema_version(), 4U);
}

TEST_F(LocalSpaceTest, EveryDamagedByteOfTheSpaceFileIsNoticed) {
  ASSERT_TRUE(Open().ok());
  const std::string path = directory_.Sub("data/SPACE");
  for (uint64_t at = 0; at < fs::file_size(path); ++at) {
    FlipByte(path, at);
    EXPECT_SAYS(Refusal(Options()), kDataLoss, path);
    FlipByte(path, at);
  }
  fs::resize_file(path, 10);
  EXPECT_SAYS(Refusal(Options()), kDataLoss, path);
  fs::remove(path);
  EXPECT_SAYS(Refusal(Options()), kDataLoss, path);
}

TEST_F(LocalSpaceTest, MissingShardIsNotMadeAnew) {
  ASSERT_TRUE(Open().ok());
  fs::remove_all(Shard());
  EXPECT_SAYS(Refusal(Options()), kDataLoss, Shard().string());
}

TEST_F(LocalSpaceTest, SpaceWhoseMakingWasCutShortIsCompleted) {
  LocalSpaceOptions options = Options();
  options.shards = {{.first = 0, .last = 99}, {.first = 100, .last = 256}};
  ASSERT_TRUE(LocalSpace::Open(options).ok());
  SpaceFile file = *ReadSpaceFile(options.directory).value();
  EXPECT_TRUE(file.ready);
  file.ready = false;
  ASSERT_TRUE(WriteSpaceFile(options.directory, file).ok());
  fs::remove_all(directory_.Sub("data/shard-100-256"));
  const auto space = LocalSpace::Open(options);
  ASSERT_TRUE(space.ok()) << base::ToString(space.status());
  EXPECT_EQ((*space)->Shards()[0]->epoch(), 2U);
  EXPECT_EQ((*space)->Shards()[1]->epoch(), 1U);
  EXPECT_TRUE(ReadSpaceFile(options.directory).value()->ready);
}

TEST_F(LocalSpaceTest, FamiliesGoByNameAndUnknownOnesAreRefused) {
  {
    const auto space = Open().value();
    ASSERT_TRUE(Put(space.get(), "a", "1").ok());
  }
  LocalSpaceOptions options = Options();
  options.families = {{.name = "added"}, {.name = "big", .blobs = true}, {.name = "small"}};
  {
    const auto space = LocalSpace::Open(options).value();
    EXPECT_EQ((*space->ShardOf(7))->Get(2, SlotKey(7) + "a").value(), "1");
  }
  EXPECT_SAYS(Refusal(Options()), kFailedPrecondition, "family \"added\"");
  options.families.push_back({.name = "big"});
  EXPECT_SAYS(Refusal(options), kInvalidArgument, "\"big\"");
}

TEST_F(LocalSpaceTest, SpacesShareMemory) {
  LocalSpaceOptions options = Options();
  options.memory = MakeKvMemory(8 << 20, 8 << 20);
  LocalSpaceOptions other = options;
  other.directory = directory_.Sub("other");
  const auto a = LocalSpace::Open(options);
  const auto b = LocalSpace::Open(other);
  ASSERT_TRUE(a.ok() && b.ok());
  for (int i = 0; i < 300; ++i) {  // More than the write buffers hold.
    ASSERT_TRUE(Put(a->get(), std::to_string(i), std::string(100'000, 'a')).ok());
    ASSERT_TRUE(Put(b->get(), std::to_string(i), std::string(100'000, 'b')).ok());
  }
  EXPECT_EQ(Get(a->get(), "0"), std::string(100'000, 'a'));
  EXPECT_EQ(Get(b->get(), "0"), std::string(100'000, 'b'));
}

TEST_F(LocalSpaceTest, CopiesOfAllShardsMakeOneSpace) {
  LocalSpaceOptions options = Options();
  options.shards = {{.first = 0, .last = 99}, {.first = 100, .last = 256}};
  const auto space = LocalSpace::Open(options).value();
  ASSERT_TRUE(Put(space.get(), "a", "1").ok());
  for (const auto& shard : space->Shards())
    ASSERT_TRUE(shard->Checkpoint(directory_.Sub("copy")).ok());
  EXPECT_EQ(space->Shards()[0]->Checkpoint(options.directory).code(),
            StatusCode::kFailedPrecondition)
      << "into a space that is open";
  options.directory = directory_.Sub("copy");
  const auto copy = LocalSpace::Open(options);
  ASSERT_TRUE(copy.ok()) << base::ToString(copy.status());
  EXPECT_EQ((*copy)->Shards().size(), 2U);
  EXPECT_EQ(Get(copy->get(), "a"), "1");
}

TEST_F(LocalSpaceTest, DamagedManifestAndCurrentAreNamedAtOpening) {
  {
    const auto space = Open().value();
    ASSERT_TRUE(Put(space.get(), "a", "1").ok());
    ASSERT_TRUE(space->Shards()[0]->CompactAll().ok());
  }
  for (const char* kind : {"MANIFEST", "CURRENT"}) {
    fs::path file;
    for (const auto& entry : fs::directory_iterator(Shard()))
      if (entry.path().filename().string().starts_with(kind)) file = entry.path();
    ASSERT_FALSE(file.empty());
    FlipByte(file, fs::file_size(file) / 2);
    const Status said = Refusal(Options());
    EXPECT_FALSE(said.ok());
    EXPECT_NE(base::Message(said).find(Shard().string()), std::string_view::npos)
        << base::ToString(said);
    if (std::string(kind) == "MANIFEST") {
      EXPECT_SAYS(said, kDataLoss, file.filename().string());
    }
    FlipByte(file, fs::file_size(file) / 2);
  }
  EXPECT_TRUE(Open().ok());
}

// Whatever byte of the log is flipped: either opening says so and names the log, or nothing that
// was acknowledged is missing but records at the very end.
TEST_F(LocalSpaceTest, NoFlippedByteInTheLogDropsLaterRecordsInSilence) {
  constexpr int kRecords = 40;
  {
    const auto space = Open().value();
    for (int i = 0; i < kRecords; ++i)
      ASSERT_TRUE(Put(space.get(), std::to_string(i), "value " + std::to_string(i)).ok());
  }
  const fs::path log = Largest(Shard(), ".log");
  ASSERT_FALSE(log.empty());
  const fs::path kept = directory_.Sub("kept");
  fs::copy(directory_.Sub("data"), kept, fs::copy_options::recursive);
  int reported = 0, opened = 0;
  const uint64_t size = fs::file_size(log);
  for (uint64_t at = 3; at < size; at += 11) {
    fs::remove_all(directory_.Sub("data"));
    fs::copy(kept, directory_.Sub("data"), fs::copy_options::recursive);
    FlipByte(log, at);
    const auto space = Open();
    if (!space.ok()) {
      EXPECT_SAYS(space.status(), kDataLoss, log.filename().string());
      ++reported;
      continue;
    }
    ++opened;
    for (int i = 0; i < kRecords - 1; ++i)
      EXPECT_EQ(Get(space->get(), std::to_string(i)), "value " + std::to_string(i))
          << "byte " << at << " of " << size;
  }
  EXPECT_GT(reported, 50);
  EXPECT_LT(opened, 5) << "only a length in the last record looks like a write cut short";
}

TEST_F(LocalSpaceTest, LogCutShortLosesOnlyItsLastRecord) {
  {
    const auto space = Open().value();
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(Put(space.get(), std::to_string(i), "v").ok());
  }
  const fs::path log = Largest(Shard(), ".log");
  fs::resize_file(log, fs::file_size(log) - 3);
  const auto space = Open();
  ASSERT_TRUE(space.ok()) << base::ToString(space.status());
  EXPECT_EQ(Get(space->get(), "8"), "v");
  EXPECT_EQ(Get(space->get(), "9"), std::nullopt);
}

TEST_F(LocalSpaceTest, VerifyReadsTheLogToo) {
  const auto space = Open().value();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(Put(space.get(), std::to_string(i), "v").ok());
  const fs::path log = Largest(Shard(), ".log");
  EXPECT_TRUE(space->Shards()[0]->VerifyChecksums().ok());
  FlipByte(log, fs::file_size(log) / 2);
  EXPECT_SAYS(space->Shards()[0]->VerifyChecksums(), kDataLoss, log.filename().string());
}

}  // namespace
}  // namespace signboard::kv::testing
