#include "deploy/signboard/text_file.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>

namespace signboard::cli {
namespace {

namespace fs = std::filesystem;

StatusOr<std::string> ReadAll(std::istream& in, const std::string& name, size_t bytes_max) {
  std::string bytes;
  std::string block(64 * 1'024, '\0');
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
    bytes.append(block, 0, static_cast<size_t>(in.gcount()));
    if (bytes.size() > bytes_max)
      return base::InvalidArgument(name + ": more than " + std::to_string(bytes_max >> 20) +
                                   " MiB");
  }
  if (in.bad()) return base::Internal(name + ": cannot be read");
  return bytes;
}

}  // namespace

StatusOr<std::string> ReadFile(const std::string& file, size_t bytes_max) {
  if (file == "-") return ReadAll(std::cin, "stdin", bytes_max);
  std::error_code error;
  if (!fs::exists(file, error)) return base::NotFound("no file " + file);
  std::ifstream in(file, std::ios::binary);
  if (!in || fs::is_directory(file, error)) return base::InvalidArgument(file + ": not to be read");
  return ReadAll(in, file, bytes_max);
}

Status WriteFile(const std::string& file, const std::string& text) {
  std::error_code error;
  const bool in_place = fs::exists(file, error) && !fs::is_regular_file(file, error);
  const std::string next = in_place ? file : file + ".new";
  std::ofstream out(next, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  error.clear();
  if (out.good() && !in_place) fs::rename(next, file, error);
  return out.good() && !error ? OkStatus() : base::Internal(file + ": cannot be written");
}

}  // namespace signboard::cli
