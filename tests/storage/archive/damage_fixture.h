// An archive whose files are damaged while it is closed.
#pragma once

#include <algorithm>
#include <fstream>
#include <sstream>

#include "tests/storage/archive/archive_fixture.h"

namespace signboard::archive {

class DamagedArchiveTest : public ArchiveTest {
 protected:
  void TearDown() override {}  // The schema does not hold any more.

  static std::string ReadAll(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }
  static void Flip(const std::filesystem::path& path, size_t at) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(static_cast<std::streamoff>(at));
    const int byte = file.get();
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(byte ^ 0x10));
  }
  std::vector<std::filesystem::path> Files(const std::string& extension) {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_.path()))
      if (entry.path().extension() == extension) found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
  }
  // Everything out of the log and into tables, then closed.
  void Settle() {
    for (const auto& shard : space_->Shards()) ASSERT_TRUE(shard->CompactAll().ok());
    Close();
  }
  // Flips a byte of the one file in which `bytes` lie, and opens the archive again.
  void FlipIn(const std::string& bytes) {
    Settle();
    int flipped = 0;
    for (const std::string extension : {".blob", ".sst"}) {
      for (const std::filesystem::path& path : Files(extension)) {
        const size_t at = ReadAll(path).find(bytes);
        if (at == std::string::npos) continue;
        Flip(path, at);
        ++flipped;
      }
    }
    ASSERT_EQ(flipped, 1);
    Reopen();
  }
};

}  // namespace signboard::archive
