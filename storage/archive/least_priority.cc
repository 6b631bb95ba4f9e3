#include "storage/archive/least_priority.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace signboard::archive {
namespace {

constexpr int kLeastPriority = 19;
// ioprio_set(2), which has no header: of one thread, to the idle class.
constexpr int kOfThread = 1;
constexpr int kIdleClass = 3 << 13;

}  // namespace

void TakeLeastPriority() {
  const auto thread = static_cast<pid_t>(syscall(SYS_gettid));
  setpriority(PRIO_PROCESS, static_cast<id_t>(thread), kLeastPriority);
  syscall(SYS_ioprio_set, kOfThread, thread, kIdleClass);
}

}  // namespace signboard::archive
