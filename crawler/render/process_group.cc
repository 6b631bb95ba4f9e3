#include "crawler/render/process_group.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <thread>

namespace signboard::render {
namespace {

std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  // posix_spawn takes char* for the sake of old callers, and writes nothing.
  for (const std::string& s : strings) pointers.push_back(const_cast<char*>(s.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// What happens in the child before the program begins.
class Actions {
 public:
  Actions() {
    posix_spawn_file_actions_init(&files_);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~Actions() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;

  void SetUpFiles(const ProcessGroup::Command& command, int socket) {
    const char* log = command.log.empty() ? "/dev/null" : command.log.c_str();
    posix_spawn_file_actions_addopen(&files_, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files_, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&files_, 1, 2);
    if (socket >= 0) {
      posix_spawn_file_actions_adddup2(&files_, socket, 3);
      posix_spawn_file_actions_adddup2(&files_, socket, 4);
    }
    posix_spawn_file_actions_addclosefrom_np(&files_, socket >= 0 ? 5 : 3);
  }
  posix_spawn_file_actions_t* files() { return &files_; }
  posix_spawnattr_t* attributes() { return &attributes_; }

 private:
  posix_spawn_file_actions_t files_;
  posix_spawnattr_t attributes_;
};

std::string ReadSmall(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return "";
  char buffer[8'192];
  const ssize_t count = read(file, buffer, sizeof buffer);
  close(file);
  return count > 0 ? std::string(buffer, static_cast<size_t>(count)) : "";
}

// proc(5): "pid (name) state ppid pgrp ..."; a name may hold anything.
pid_t GroupOf(const std::string& stat) {
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return -1;
  char state = 0;
  int parent = 0;
  int group = -1;
  const int read = std::sscanf(stat.c_str() + name_end + 1, " %c %d %d", &state, &parent, &group);
  return read == 3 ? group : -1;
}

// "RssAnon:      1234 kB" of /proc/PID/status.
uint64_t Field(const std::string& status, std::string_view name) {
  const size_t at = status.find(name);
  if (at == std::string::npos) return 0;
  return std::strtoull(status.c_str() + at + name.size(), nullptr, 10) * 1'024;
}

}  // namespace

StatusOr<std::unique_ptr<ProcessGroup>> ProcessGroup::Start(const Command& command) {
  // Out of the way of 3 and 4, which would be overwritten before they are copied.
  int socket = -1;
  if (command.socket >= 0) {
    socket = fcntl(command.socket, F_DUPFD_CLOEXEC, 10);
    if (socket < 0) return base::Unavailable(std::string("fcntl: ") + std::strerror(errno));
  }
  Actions actions;
  actions.SetUpFiles(command, socket);
  const std::vector<char*> arguments = Pointers(command.arguments);
  const std::vector<char*> environment = Pointers(command.environment);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, arguments[0], actions.files(), actions.attributes(),
                                arguments.data(), environment.data());
  if (socket >= 0) close(socket);
  if (error != 0) {
    return base::Unavailable(command.arguments[0] + ": " + std::strerror(error));
  }
  return std::unique_ptr<ProcessGroup>(new ProcessGroup(pid));
}

int ProcessGroup::WaitFor(Millis most) {
  const auto end = std::chrono::steady_clock::now() + most;
  while (!ended_) {
    int status = 0;
    if (waitpid(leader_, &status, WNOHANG) == leader_) {
      ended_ = true;
      exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
      break;
    }
    if (std::chrono::steady_clock::now() >= end) return -1;
    std::this_thread::sleep_for(Millis(2));
  }
  return exit_code_;
}

uint64_t ProcessGroup::MemoryBytes() const {
  DIR* const directory = opendir("/proc");
  if (directory == nullptr) return 0;
  uint64_t bytes = 0;
  while (const dirent* entry = readdir(directory)) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    const std::string process = std::string("/proc/") + entry->d_name;
    if (GroupOf(ReadSmall(process + "/stat")) != leader_) continue;
    const std::string status = ReadSmall(process + "/status");
    bytes += Field(status, "RssAnon:") + Field(status, "RssShmem:");
  }
  closedir(directory);
  return bytes;
}

ProcessGroup::~ProcessGroup() {
  // A group lives on while any of its processes does, so its number is no one else's.
  kill(-leader_, SIGKILL);
  WaitFor(Millis(5'000));
}

}  // namespace signboard::render
