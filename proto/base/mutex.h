// std::mutex that clang can check: -Wthread-safety knows what each mutex guards.
// Not absl::Mutex: under TSan the packaged abseil is not instrumented and reports false races.
#pragma once

#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define SIGNBOARD_TSA(x) __attribute__((x))
#else
#define SIGNBOARD_TSA(x)
#endif
// abseil's headers define it too, with another spelling of the same thing.
#undef GUARDED_BY
#define GUARDED_BY(m) SIGNBOARD_TSA(guarded_by(m))
#define REQUIRES_LOCK(...) SIGNBOARD_TSA(requires_capability(__VA_ARGS__))
#define EXCLUDES_LOCK(...) SIGNBOARD_TSA(locks_excluded(__VA_ARGS__))

namespace signboard::base {

class SIGNBOARD_TSA(capability("mutex")) Mutex {
 public:
  void lock() SIGNBOARD_TSA(acquire_capability()) { m_.lock(); }
  void unlock() SIGNBOARD_TSA(release_capability()) { m_.unlock(); }

 private:
  friend class CondVar;
  std::mutex m_;
};

class SIGNBOARD_TSA(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& m) SIGNBOARD_TSA(acquire_capability(m)) : m_(m) { m_.lock(); }
  ~MutexLock() SIGNBOARD_TSA(release_capability()) { m_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& m_;
};

// Waits on a Mutex that the caller holds.
class CondVar {
 public:
  void Wait(Mutex& m) REQUIRES_LOCK(m) {
    std::unique_lock<std::mutex> held(m.m_, std::adopt_lock);
    cv_.wait(held);
    held.release();
  }
  // False: the time ran out.
  template <class Rep, class Period>
  bool WaitFor(Mutex& m, std::chrono::duration<Rep, Period> span) REQUIRES_LOCK(m) {
    std::unique_lock<std::mutex> held(m.m_, std::adopt_lock);
    const bool told = cv_.wait_for(held, span) == std::cv_status::no_timeout;
    held.release();
    return told;
  }
  void NotifyOne() { cv_.notify_one(); }
  void NotifyAll() { cv_.notify_all(); }

 private:
  std::condition_variable cv_;
};

}  // namespace signboard::base
