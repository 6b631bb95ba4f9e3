// WorkDesk: the workers that are here now, each on its Work stream, and the one coroutine that
// lends to them in turn.
//
// Nobody polls. The dispatcher sleeps until the frontier's next due instant or until something new
// (a seed, a link, a report, a recrawl, credit) wakes it; then it lends to the workers with credit,
// a few leases each, round and round, until nothing more is due.
//
// A stream has three coroutines: one reads, one writes leases, one settles reports in batches as
// large as have come meanwhile. Leases that were never written to a worker, or that it gives back,
// are lent again at once; those of a worker that is gone when it has not come back in time.
//
// A worker that comes back says what it holds (Hello.holding). Whatever else was lent to its id is
// lost on the way: the dispatcher takes it back before it lends that id anything again, so a Hello
// never takes back what was lent after it. An older stream of the id ends, for what would be
// written to it might be lost likewise.
//
// Threads: streams run on strands of `executor`, the frontier on `pool`. Wake is safe from any.
// Errors:  a frontier that fails is logged, and tried again after a second; reports get RETRY.
// Life:    all streams have ended, then Stop was awaited, before it dies.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "frontier/frontier.h"
#include "proto/base/pool.h"
#include "proto/base/rpc_serve.h"
#include "proto/base/signal.h"
#include "proto/base/task_group.h"

namespace signboard::frontier {

namespace asio = boost::asio;

inline constexpr size_t kWorkersMax = 1'000;
inline constexpr uint64_t kCreditsMax = 10'000;
inline constexpr int kHoldingMax = 10'000;

using WorkStream = base::ServerStream<v1::WorkRequest, v1::WorkReply>;

class WorkDesk {
 public:
  // `worker_wait`: how long a worker that is gone keeps its leases.
  WorkDesk(Frontier& frontier, base::Pool& pool, const Clock& clock,
           asio::any_io_executor executor, Millis worker_wait);

  // The life of one Work stream.
  asio::awaitable<Status> Serve(WorkStream* stream);
  // Something may be due that was not.
  void Wake() { wake_.Set(); }
  size_t worker_count() const;
  asio::awaitable<void> Stop();

 private:
  struct Session {
    std::string worker_id;
    base::Mutex mutex;
    uint64_t credits GUARDED_BY(mutex) = 0;
    uint64_t granted GUARDED_BY(mutex) = 0;  // Credits the present turn may use.
    std::deque<v1::Lease> leases GUARDED_BY(mutex);    // Lent, not yet written.
    std::vector<v1::Report> reports GUARDED_BY(mutex);  // Read, not yet settled.
    bool ended GUARDED_BY(mutex) = false;               // The worker has no more to say.
    // Of its Hello, until the dispatcher has taken back the rest.
    std::optional<std::unordered_set<std::string>> holding GUARDED_BY(mutex);
    base::Signal superseded;
    base::Signal to_write;
    base::Signal to_settle;
    base::Signal room;
  };
  using SessionPtr = std::shared_ptr<Session>;
  class Presence;  // A session at the desk, for as long as it lives.

  // What one turn of the dispatcher came to.
  struct Turn {
    StatusOr<std::vector<v1::Lease>> leases;
    std::optional<UnixTime> next;
  };

  asio::awaitable<Status> ReadLoop(WorkStream* stream, SessionPtr session);
  asio::awaitable<void> WriteLoop(WorkStream* stream, SessionPtr session);
  asio::awaitable<void> SettleLoop(WorkStream* stream, SessionPtr session);
  // An error ends the stream with it.
  asio::awaitable<Status> Take(v1::WorkRequest request, SessionPtr session);
  void EndOf(Session& session);
  // kResourceExhausted: there is no room for one more.
  Status Admit(const SessionPtr& session);

  asio::awaitable<void> Dispatch();
  // The next session with credit, and how much of it this turn may use. null: none has any.
  std::pair<SessionPtr, size_t> NextTurn();
  void Deliver(Session& session, size_t granted, std::vector<v1::Lease> leases);
  asio::awaitable<void> GiveBack();
  // What workers that came back do not hold. False: not all of it could be taken back.
  asio::awaitable<bool> TakeBackTheRest();
  // Looks once a second who holds leases and is not here.
  asio::awaitable<void> MissWorkers();

  Frontier& frontier_;
  base::Pool& pool_;
  const Clock& clock_;
  const Millis worker_wait_;
  base::Signal wake_;
  mutable base::Mutex mutex_;
  std::deque<SessionPtr> sessions_ GUARDED_BY(mutex_);
  std::vector<std::string> unsent_ GUARDED_BY(mutex_);  // Lease ids to give back.
  base::TaskGroup tasks_;
};

}  // namespace signboard::frontier
