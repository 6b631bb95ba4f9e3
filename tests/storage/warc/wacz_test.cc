#include "storage/warc/wacz.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <minizip/unzip.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "proto/base/digest.h"
#include "storage/warc/writer.h"

namespace signboard::warc {
namespace {

struct Member {
  std::string bytes;
  bool stored = false;
};

std::map<std::string, Member> Unzip(const std::string& path) {
  std::map<std::string, Member> members;
  const unzFile zip = unzOpen64(path.c_str());
  if (zip == nullptr) return members;
  for (int more = unzGoToFirstFile(zip); more == UNZ_OK; more = unzGoToNextFile(zip)) {
    unz_file_info64 info = {};
    char name[256] = {};
    unzGetCurrentFileInfo64(zip, &info, name, sizeof(name), nullptr, 0, nullptr, 0);
    Member& member = members[name];
    member.stored = info.compression_method == 0;
    member.bytes.resize(info.uncompressed_size);
    unzOpenCurrentFile(zip);
    EXPECT_EQ(unzReadCurrentFile(zip, member.bytes.data(),
                                 static_cast<unsigned>(member.bytes.size())),
              static_cast<int>(member.bytes.size()));
    EXPECT_EQ(unzCloseCurrentFile(zip), UNZ_OK) << name << ": its CRC is wrong";
  }
  unzClose(zip);
  return members;
}

class WaczTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("wacz_" + base::ToHex(base::RandomBytes(8)));
    std::filesystem::create_directory(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<WaczWriter> Create() {
    auto wacz = WaczWriter::Create(folder_ / "x.wacz",
                                   {"标题", "about", "test/1", base::FromMillis(1763435045000)});
    EXPECT_TRUE(wacz.ok()) << wacz.status();
    return std::move(*wacz);
  }

  std::filesystem::path folder_;
};

TEST_F(WaczTest, NamesAllItHoldsWithTheirDigests) {
  auto wacz = Create();
  Writer writer(wacz->warc(), Writer::Coding::kGzip);
  for (int i = 3'000; i-- > 0;) {
    RecordDraft draft;
    draft.type = "resource";
    draft.id = UuidUrn(base::RandomBytes(16));
    draft.date = base::FromMillis(1763435045000);
    const std::string body = "page " + std::to_string(i);
    draft.body = body;
    const auto place = writer.Write(draft);
    ASSERT_TRUE(place.ok());
    CdxjEntry entry;
    entry.url = "http://a.cn/" + std::to_string(i);
    entry.date = draft.date;
    entry.bytes = place->bytes;
    entry.offset = place->offset;
    entry.filename = kWaczWarcName;
    ASSERT_TRUE(wacz->AddToIndex(entry).ok());
    ASSERT_TRUE(wacz->AddPage({std::to_string(i), entry.url, entry.date, "\xff名", 6}).ok());
  }
  ASSERT_TRUE(wacz->Finish().ok());

  const auto members = Unzip(folder_ / "x.wacz");
  ASSERT_EQ(members.size(), 6U);
  EXPECT_TRUE(members.at("archive/data.warc.gz").stored);
  EXPECT_TRUE(members.at("indexes/index.cdx.gz").stored);
  const auto package = nlohmann::json::parse(members.at("datapackage.json").bytes);
  EXPECT_EQ(package["wacz_version"], "1.1.1");
  EXPECT_EQ(package["title"], "标题");
  EXPECT_EQ(package["mainPageUrl"], "http://a.cn/2999");
  ASSERT_EQ(package["resources"].size(), 4U);
  for (const auto& resource : package["resources"]) {
    const std::string& bytes = members.at(resource["path"]).bytes;
    EXPECT_EQ(resource["bytes"], bytes.size());
    EXPECT_EQ(resource["hash"], "sha256:" + base::ToHex(base::Sha256(bytes)));
  }
  const auto digest = nlohmann::json::parse(members.at("datapackage-digest.json").bytes);
  EXPECT_EQ(digest["hash"],
            "sha256:" + base::ToHex(base::Sha256(members.at("datapackage.json").bytes)));
  const std::string& idx = members.at("indexes/index.idx").bytes;
  EXPECT_EQ(std::count(idx.begin(), idx.end(), '\n'), 1 + 3) << "blocks of 1,024 lines";
}

TEST_F(WaczTest, NothingIsLeftOfOneThatWasNotFinished) {
  {
    auto wacz = Create();
    ASSERT_TRUE(wacz->warc().Write("some bytes").ok());
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
  EXPECT_FALSE(WaczWriter::Create(folder_ / "no/such/folder.wacz", {}).ok());
}

}  // namespace
}  // namespace signboard::warc
