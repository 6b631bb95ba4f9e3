#include "deploy/signboard/bench_directory.h"

#include <stdlib.h>

#include <filesystem>

namespace signboard::cli {

namespace fs = std::filesystem;

StatusOr<std::unique_ptr<BenchDirectory>> BenchDirectory::Make() {
  std::string path = (fs::temp_directory_path() / "signboard-bench-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) return base::Unavailable("no directory like " + path);
  return std::unique_ptr<BenchDirectory>(new BenchDirectory(std::move(path)));
}

BenchDirectory::~BenchDirectory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace signboard::cli
