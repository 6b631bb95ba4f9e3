// Real programs under test: run one to its end, or keep one running and kill it.
//
// Threads: one.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace signboard::testing {

struct Finished {
  int exit_code = -1;  // 128 + signal when killed.
  std::string out;
  std::string err;
};

// Runs to the end; standard input is `in`.
Finished RunProgram(const std::vector<std::string>& arguments, const std::string& in = "");

// A program in the background, its output in a file. Killed when this dies.
class Process {
 public:
  Process() = default;
  Process(const std::vector<std::string>& arguments, const std::string& log_file);
  ~Process();
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;

  bool running();
  void Signal(int number);
  // Its exit code, as in Finished.
  int Wait();
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

// A directory of its own, gone with this.
class TempDirectory {
 public:
  TempDirectory();
  ~TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// A port of 127.0.0.1 that nobody had a moment ago.
int FreePort();

std::string ReadWholeFile(const std::string& path);
void WriteWholeFile(const std::string& path, const std::string& bytes);

}  // namespace signboard::testing
