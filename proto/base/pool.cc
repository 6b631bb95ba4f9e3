#include "proto/base/pool.h"

#include <pthread.h>

#include <algorithm>

namespace signboard::base {

Pool::Pool(Options options)
    : options_(std::move(options)), beds_(std::max<size_t>(options_.threads, 1)) {
  const size_t count = beds_.size();
  threads_.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    threads_.emplace_back([this, bed = &beds_[i]] { Work(bed); });
    // Linux takes 15 bytes; a name that does not fit is refused, and nothing depends on it.
    const std::string name = options_.name.substr(0, 10) + "-" + std::to_string(i);
    pthread_setname_np(threads_.back().native_handle(), name.c_str());
  }
}

Pool::~Pool() {
  {
    MutexLock lock(mutex_);
    ending_ = true;
    for (Bed* const bed : asleep_) {
      bed->called = true;
      ++called_count_;
      bed->call.NotifyOne();
    }
    asleep_.clear();
  }
  for (std::thread& thread : threads_) thread.join();
}

void Pool::Submit(std::shared_ptr<Job> job) {
  Bed* woken = nullptr;
  {
    MutexLock lock(mutex_);
    jobs_.push_back(std::move(job));
    woken = Wake();
  }
  if (woken != nullptr) woken->call.NotifyOne();
}

void Pool::SubmitFromJob(std::shared_ptr<Job> job) {
  MutexLock lock(mutex_);
  jobs_.push_back(std::move(job));
}

Pool::Bed* Pool::Wake() {
  if (jobs_.empty() || asleep_.empty() || called_count_ > 0) return nullptr;
  Bed* const woken = asleep_.back();
  asleep_.pop_back();
  woken->called = true;
  ++called_count_;
  return woken;
}

bool Pool::overloaded() const {
  MutexLock lock(mutex_);
  return jobs_.size() > options_.queue_max;
}

void Pool::Work(Bed* bed) {
  for (;;) {
    std::shared_ptr<Job> job;
    Bed* woken = nullptr;
    {
      MutexLock lock(mutex_);
      while (jobs_.empty() && !ending_) {
        asleep_.push_back(bed);
        while (!bed->called) bed->call.Wait(mutex_);
        bed->called = false;
        --called_count_;
      }
      if (jobs_.empty()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
      woken = Wake();
    }
    if (woken != nullptr) woken->call.NotifyOne();
    if (!job->Claim()) continue;  // Given up while it waited.
    job->Run();
    const std::shared_ptr<Waiter> waiter = std::move(job->waiter);
    job.reset();  // The awaiting coroutine is the last to hold the job, and destroys its result.
    if (waiter) waiter->Complete(true);
  }
}

}  // namespace signboard::base
