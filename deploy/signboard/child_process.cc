#include "deploy/signboard/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <thread>

#include "proto/base/log.h"

namespace signboard::cli {
namespace {

std::vector<char*> Pointers(std::vector<std::string>* strings) {
  std::vector<char*> pointers;
  for (std::string& s : *strings) pointers.push_back(s.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Between fork and exec only what is safe after a signal may be called.
[[noreturn]] void Become(char* const* arguments, char* const* environment, int log, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  setpgid(0, 0);  // The terminal's Ctrl-C is for the parent, which ends us in its order.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execve(arguments[0], arguments, environment);
  _exit(127);
}

}  // namespace

Status ChildProcess::Start() {
  const int log = open(command_.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0) return base::Unavailable(command_.log + ": " + std::strerror(errno));
  std::vector<std::string> environment = command_.environment;
  for (char** e = environ; *e != nullptr; ++e) environment.emplace_back(*e);
  const std::vector<char*> arguments = Pointers(&command_.arguments);
  const std::vector<char*> variables = Pointers(&environment);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) Become(arguments.data(), variables.data(), log, parent);
  const std::string why = std::strerror(errno);
  close(log);
  if (pid_ < 0) return base::Unavailable("fork: " + why);
  started_ = std::chrono::steady_clock::now();
  return OkStatus();
}

Status ChildProcess::Watch() {
  if (pid_ > 0 && !WaitFor(Millis(0))) return OkStatus();
  if (!started_) return Start();
  if (std::chrono::steady_clock::now() - *started_ < kRestartPause) return OkStatus();
  Log(kWarn, "started_again", {{"what", command_.arguments[1]}});
  return Start();
}

void ChildProcess::Signal(int number) const {
  if (pid_ > 0) kill(pid_, number);
}

bool ChildProcess::WaitFor(Millis most) {
  const auto end = std::chrono::steady_clock::now() + most;
  while (pid_ > 0) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = 0;
      return true;
    }
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(Millis(5));
  }
  return true;
}

ChildProcess::~ChildProcess() {
  Signal(SIGKILL);
  WaitFor(Millis(5'000));
}

}  // namespace signboard::cli
