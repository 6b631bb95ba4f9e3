#include "proto/base/pool.h"

#include <pthread.h>

#include <algorithm>

namespace signboard::base {

Pool::Pool(Options options) : options_(std::move(options)) {
  const size_t count = std::max<size_t>(options_.threads, 1);
  threads_.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    threads_.emplace_back([this] { Work(); });
    // Linux takes 15 bytes; a name that does not fit is refused, and nothing depends on it.
    const std::string name = options_.name.substr(0, 10) + "-" + std::to_string(i);
    pthread_setname_np(threads_.back().native_handle(), name.c_str());
  }
}

Pool::~Pool() {
  {
    MutexLock lock(mutex_);
    ending_ = true;
  }
  more_.NotifyAll();
  for (std::thread& thread : threads_) thread.join();
}

void Pool::Submit(std::shared_ptr<Job> job) {
  {
    MutexLock lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  more_.NotifyOne();
}

bool Pool::overloaded() const {
  MutexLock lock(mutex_);
  return jobs_.size() > options_.queue_max;
}

void Pool::Work() {
  for (;;) {
    std::shared_ptr<Job> job;
    {
      MutexLock lock(mutex_);
      while (jobs_.empty() && !ending_) more_.Wait(mutex_);
      if (jobs_.empty()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    if (!job->Claim()) continue;  // Given up while it waited.
    job->Run();
    const std::shared_ptr<Waiter> waiter = std::move(job->waiter);
    job.reset();  // The awaiting coroutine is the last to hold the job, and destroys its result.
    if (waiter) waiter->Complete(true);
  }
}

}  // namespace signboard::base
