#include "frontier/work_desk.h"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>

#include "proto/base/log.h"

namespace signboard::frontier {
namespace {

constexpr size_t kLeasesPerTurn = 32;    // So that no worker takes all while others wait.
constexpr size_t kReportsWaitingMax = 64;  // Of one stream; then it is not read for a while.
constexpr Millis kFullWait{30'000};  // For one more worker than there may be.
constexpr Millis kNapMin{2};
// The clock may be another than the world's, so an instant is never slept up to in one go.
constexpr Millis kNapMax{1'000};

}  // namespace

class WorkDesk::Presence {
 public:
  Presence(WorkDesk& desk, SessionPtr session) : desk_(desk), session_(std::move(session)) {}
  ~Presence() {
    desk_.EndOf(*session_);
    std::deque<v1::Lease> unsent;
    {
      base::MutexLock lock(session_->mutex);
      unsent.swap(session_->leases);
    }
    base::MutexLock lock(desk_.mutex_);
    std::erase(desk_.sessions_, session_);
    for (const v1::Lease& lease : unsent) desk_.unsent_.push_back(lease.lease_id());
    desk_.Wake();
  }
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;

 private:
  WorkDesk& desk_;
  const SessionPtr session_;
};

WorkDesk::WorkDesk(Frontier& frontier, base::Pool& pool, const Clock& clock,
                   asio::any_io_executor executor, Millis worker_wait)
    : frontier_(frontier),
      pool_(pool),
      clock_(clock),
      worker_wait_(worker_wait),
      tasks_(asio::any_io_executor(asio::make_strand(std::move(executor)))) {
  tasks_.Spawn("frontier dispatcher", Dispatch());
  tasks_.Spawn("missing workers", MissWorkers());
}

size_t WorkDesk::worker_count() const {
  base::MutexLock lock(mutex_);
  return sessions_.size();
}

asio::awaitable<void> WorkDesk::Stop() {
  tasks_.Cancel();
  co_await tasks_.Join();
}

Status WorkDesk::Admit(const SessionPtr& session) {
  std::vector<SessionPtr> older;
  {
    base::MutexLock lock(mutex_);
    base::MutexLock session_lock(session->mutex);
    if (session->holding) {
      for (const SessionPtr& other : sessions_) {
        if (other->worker_id == session->worker_id) older.push_back(other);
      }
    }
    if (sessions_.size() - older.size() >= kWorkersMax) {
      return base::TryAfter(base::ResourceExhausted("there are " + std::to_string(kWorkersMax) +
                                                    " workers already"),
                            kFullWait);
    }
    for (const SessionPtr& other : older) std::erase(sessions_, other);
    sessions_.push_back(session);
  }
  for (const SessionPtr& other : older) {
    EndOf(*other);
    other->superseded.Set();
  }
  wake_.Set();
  return OkStatus();
}

asio::awaitable<Status> WorkDesk::Serve(WorkStream* stream) {
  using namespace asio::experimental::awaitable_operators;  // NOLINT: for && and ||
  v1::WorkRequest first;
  const bool any = co_await stream->Read(&first);
  if (!any || !first.has_hello()) {
    co_return base::FailedPrecondition("the first message of Work is not a Hello");
  }
  const std::string& worker_id = first.hello().worker_id();
  if (worker_id.empty() || worker_id.size() > kWorkerIdBytesMax) {
    co_return base::InvalidArgument("Hello.worker_id has " + std::to_string(worker_id.size()) +
                                    " bytes; 1 to " + std::to_string(kWorkerIdBytesMax));
  }
  const v1::WorkRequest::Holding& holding = first.hello().holding();
  if (holding.lease_ids_size() > kHoldingMax) {
    co_return base::InvalidArgument("Hello.holding has " +
                                    std::to_string(holding.lease_ids_size()) +
                                    " leases; at most " + std::to_string(kHoldingMax));
  }
  auto session = std::make_shared<Session>();
  session->worker_id = worker_id;
  if (first.hello().has_holding()) {
    base::MutexLock lock(session->mutex);
    session->holding.emplace(holding.lease_ids().begin(), holding.lease_ids().end());
  }
  CO_RETURN_IF_ERROR(Admit(session));
  const Presence presence(*this, session);
  v1::WorkReply welcome;
  welcome.mutable_welcome()->set_epoch(frontier_.epoch());
  const bool welcomed = co_await stream->Write(std::move(welcome));
  if (!welcomed) co_return base::Cancelled("the worker is gone");
  const auto ended = co_await ((ReadLoop(stream, session) && WriteLoop(stream, session) &&
                                SettleLoop(stream, session)) ||
                               session->superseded.Wait());
  if (ended.index() == 0) co_return std::get<0>(ended);
  co_return base::FailedPrecondition("a newer stream of worker " + worker_id + " took over");
}

void WorkDesk::EndOf(Session& session) {
  {
    base::MutexLock lock(session.mutex);
    session.ended = true;
    session.credits = 0;
  }
  session.to_write.Set();
  session.to_settle.Set();
}

asio::awaitable<Status> WorkDesk::ReadLoop(WorkStream* stream, SessionPtr session) {
  Status status;
  while (status.ok()) {
    v1::WorkRequest request;
    const bool any = co_await stream->Read(&request);
    if (!any) break;
    status = co_await Take(std::move(request), session);
  }
  EndOf(*session);
  co_return status;
}

asio::awaitable<Status> WorkDesk::Take(v1::WorkRequest request, SessionPtr session) {
  switch (request.item_case()) {
    case v1::WorkRequest::kHello:
      co_return base::FailedPrecondition("a second Hello");
    case v1::WorkRequest::kCredit: {
      base::MutexLock lock(session->mutex);
      session->credits += request.credit().leases();
      if (session->credits + session->granted > kCreditsMax) {
        co_return base::InvalidArgument("more than " + std::to_string(kCreditsMax) +
                                        " credits outstanding");
      }
      wake_.Set();
      co_return OkStatus();
    }
    case v1::WorkRequest::kReport:
      for (bool stored = false; !stored;) {
        {
          base::MutexLock lock(session->mutex);
          stored = session->reports.size() < kReportsWaitingMax;
          if (stored) session->reports.push_back(std::move(*request.mutable_report()));
        }
        if (!stored) co_await session->room.Wait();
      }
      session->to_settle.Set();
      co_return OkStatus();
    case v1::WorkRequest::kRelease: {
      base::MutexLock lock(mutex_);
      unsent_.push_back(std::move(*request.mutable_release()->mutable_lease_id()));
      wake_.Set();
      co_return OkStatus();
    }
    case v1::WorkRequest::kProgress:
      co_await base::OnPool(pool_, [this, &request] {
        frontier_.lending().Progress(request.progress().lease_id(), request.progress().state());
      });
      co_return OkStatus();
    default:
      co_return base::InvalidArgument("a WorkRequest without an item");
  }
}

asio::awaitable<void> WorkDesk::WriteLoop(WorkStream* stream, SessionPtr session) {
  while (true) {
    v1::WorkReply reply;
    bool ended = false;
    {
      base::MutexLock lock(session->mutex);
      ended = session->ended;
      if (!ended && !session->leases.empty()) {
        *reply.mutable_lease() = std::move(session->leases.front());
        session->leases.pop_front();
      }
    }
    if (ended) co_return;
    if (!reply.has_lease()) {
      co_await session->to_write.Wait();
      continue;
    }
    const bool sent = co_await stream->Write(std::move(reply));
    if (!sent) co_return;
  }
}

asio::awaitable<void> WorkDesk::SettleLoop(WorkStream* stream, SessionPtr session) {
  while (true) {
    std::vector<v1::Report> reports;
    bool ended = false;
    {
      base::MutexLock lock(session->mutex);
      ended = session->ended;
      reports.swap(session->reports);
    }
    if (reports.empty()) {
      if (ended) co_return;
      co_await session->to_settle.Wait();
      continue;
    }
    session->room.Set();
    std::vector<v1::ReportAck> acks = co_await base::OnPool(
        pool_, [this, &reports] { return frontier_.lending().Report(reports, clock_.Now()); });
    for (v1::ReportAck& ack : acks) {
      v1::WorkReply reply;
      *reply.mutable_ack() = std::move(ack);
      co_await stream->Write(std::move(reply));
    }
  }
}

std::pair<WorkDesk::SessionPtr, size_t> WorkDesk::NextTurn() {
  base::MutexLock lock(mutex_);
  for (size_t i = 0; i < sessions_.size(); ++i) {
    SessionPtr session = sessions_.front();
    sessions_.pop_front();
    sessions_.push_back(session);
    base::MutexLock session_lock(session->mutex);
    if (session->holding) continue;
    const size_t granted = std::min<size_t>(session->credits, kLeasesPerTurn);
    session->credits -= granted;
    session->granted = granted;
    if (granted > 0) return {std::move(session), granted};
  }
  return {nullptr, 0};
}

void WorkDesk::Deliver(Session& session, size_t granted, std::vector<v1::Lease> leases) {
  bool gone = false;
  {
    base::MutexLock lock(session.mutex);
    gone = session.ended;
    session.granted = 0;
    if (!gone) {
      session.credits += granted - leases.size();
      for (v1::Lease& lease : leases) session.leases.push_back(std::move(lease));
    }
  }
  session.to_write.Set();
  if (gone) {
    base::MutexLock lock(mutex_);
    for (const v1::Lease& lease : leases) unsent_.push_back(lease.lease_id());
  }
}

asio::awaitable<void> WorkDesk::GiveBack() {
  std::vector<std::string> unsent;
  {
    base::MutexLock lock(mutex_);
    unsent.swap(unsent_);
  }
  if (unsent.empty()) co_return;
  const Status status = co_await base::OnPool(
      pool_, [this, &unsent] { return frontier_.lending().Return(unsent, clock_.Now()); });
  if (!status.ok()) Log(kWarn, "leases_not_returned", {{"error", base::ToString(status)}});
}

asio::awaitable<bool> WorkDesk::TakeBackTheRest() {
  std::vector<SessionPtr> back;
  {
    base::MutexLock lock(mutex_);
    for (const SessionPtr& session : sessions_) {
      base::MutexLock session_lock(session->mutex);
      if (session->holding) back.push_back(session);
    }
  }
  for (const SessionPtr& session : back) {
    std::unordered_set<std::string> held;
    {
      base::MutexLock lock(session->mutex);
      held = *session->holding;
    }
    auto reclaim = [this, &held, &worker_id = session->worker_id] {
      return frontier_.lending().Reclaim(worker_id, held, clock_.Now());
    };
    const StatusOr<size_t> count = co_await base::OnPool(pool_, std::move(reclaim));
    if (!count.ok()) {
      Log(kError, "reclaim_failed", {{"error", base::ToString(count.status())}});
      co_return false;
    }
    if (*count > 0) {
      Log(kInfo, "leases_reclaimed", {{"worker", session->worker_id}, {"leases", *count}});
    }
    base::MutexLock lock(session->mutex);
    session->holding.reset();
  }
  co_return true;
}

asio::awaitable<void> WorkDesk::MissWorkers() {
  using Steady = std::chrono::steady_clock;
  std::map<std::string, Steady::time_point> missed;  // Since when.
  asio::steady_timer timer(tasks_.executor());
  while (true) {
    timer.expires_after(std::clamp(worker_wait_ / 2, kNapMin, kNapMax));
    co_await timer.async_wait(asio::use_awaitable);
    auto holders = co_await base::OnPool(pool_, [this] { return frontier_.lending().Holders(); });
    base::MutexLock lock(mutex_);
    for (const SessionPtr& session : sessions_) holders.erase(session->worker_id);
    std::erase_if(missed, [&](const auto& one) { return !holders.contains(one.first); });
    for (const auto& [worker_id, leases] : holders) {
      const auto since = missed.emplace(worker_id, Steady::now()).first->second;
      if (Steady::now() - since < worker_wait_) continue;
      Log(kWarn, "worker_gone", {{"worker", worker_id}, {"leases", leases.size()}});
      unsent_.insert(unsent_.end(), leases.begin(), leases.end());
      wake_.Set();
    }
  }
}

asio::awaitable<void> WorkDesk::Dispatch() {
  while (true) {
    co_await GiveBack();
    const bool all_back = co_await TakeBackTheRest();
    if (!all_back) {
      co_await wake_.Wait(kNapMax);
      continue;
    }
    const auto [session, granted] = NextTurn();
    if (session == nullptr) {
      co_await wake_.Wait();
      continue;
    }
    auto lend = [this, worker_id = session->worker_id, count = granted] {
      Turn turn{frontier_.lending().Lend(count, worker_id, clock_.Now()), std::nullopt};
      turn.next = frontier_.lending().NextInstant();
      return turn;
    };
    Turn turn = co_await base::OnPool(pool_, std::move(lend));
    if (!turn.leases.ok()) {
      Log(kError, "lend_failed", {{"error", base::ToString(turn.leases.status())}});
      Deliver(*session, granted, {});
      co_await wake_.Wait(kNapMax);
      continue;
    }
    const bool all = turn.leases->size() == granted;
    Deliver(*session, granted, *std::move(turn.leases));
    if (all) continue;  // There may be more.
    if (turn.next) {
      co_await wake_.Wait(std::clamp(*turn.next - clock_.Now(), kNapMin, kNapMax));
    } else {
      co_await wake_.Wait();
    }
  }
}

}  // namespace signboard::frontier
