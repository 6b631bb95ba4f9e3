#include "deploy/signboard/bench_corpus.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace signboard::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kServersGzipLevel = 1;  // nginx's default.

bool IsPage(const fs::directory_entry& entry) {
  std::error_code error;
  if (!entry.is_regular_file(error)) return false;
  const std::string extension = entry.path().extension().string();
  const auto size = entry.file_size(error);
  return (extension == ".html" || extension == ".htm") && !error && size > 0 &&
         size <= kCorpusPageBytesMax;
}

}  // namespace

StatusOr<std::vector<std::string>> FindCorpus(const std::string& folder, size_t pages_max) {
  std::vector<std::string> files;
  std::error_code error;
  fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error))
    if (IsPage(*it)) files.push_back(it->path().string());
  if (files.empty()) return base::NotFound("no HTML page below " + folder);
  std::sort(files.begin(), files.end());
  if (files.size() <= pages_max) return files;
  std::vector<std::string> some;
  for (size_t i = 0; i < pages_max; ++i) some.push_back(files[i * files.size() / pages_max]);
  return some;
}

BenchPage ReadCorpusPage(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string html{std::istreambuf_iterator<char>(in), {}};
  BenchPage page;
  page.gzipped = true;
  page.wire = Gzip(std::move(html), kServersGzipLevel);
  return page;
}

}  // namespace signboard::cli
