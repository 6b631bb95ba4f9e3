// A directory of its own for one test, gone with it; and a way to damage what lies in it.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>

namespace signboard::kv::testing {

class TempDirectory {
 public:
  TempDirectory() {
    static std::atomic<int> number = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("signboard-kv-" + std::to_string(getpid()) + "-" + std::to_string(number++));
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~TempDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string Sub(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline void FlipByte(const std::filesystem::path& path, uint64_t at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  ASSERT_TRUE(file) << path;
  file.seekg(static_cast<std::streamoff>(at));
  const int byte = file.get();
  ASSERT_NE(byte, EOF) << path << " is shorter than " << at;
  file.seekp(static_cast<std::streamoff>(at));
  file.put(static_cast<char>(byte ^ 0x10));
}

// The largest file below `directory` whose name ends so; empty: none.
inline std::filesystem::path Largest(const std::filesystem::path& directory,
                                     const std::string& suffix) {
  std::filesystem::path found;
  uint64_t size = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file() || !entry.path().string().ends_with(suffix)) continue;
    if (found.empty() || entry.file_size() > size) {
      found = entry.path();
      size = entry.file_size();
    }
  }
  return found;
}

}  // namespace signboard::kv::testing
