#include "storage/register/follower.h"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <string>
#include <utility>

#include "proto/base/log.h"
#include "proto/base/probe.h"
#include "proto/base/rpc_client.h"

namespace signboard::registry {
namespace {

namespace asio = boost::asio;

struct Probes {
  base::Counter& broken = base::MakeCounter("signboard_register_streams_broken_total",
                                            "Streams of findings that ended and were reopened.");
  base::Gauge& streams = base::MakeGauge("signboard_register_streams_count",
                                         "Shards whose findings are being followed now.");
};

Probes& Count() {
  static Probes probes;
  return probes;
}

class Following {
 public:
  Following() { Count().streams.Add(1); }
  ~Following() { Count().streams.Add(-1); }
  Following(const Following&) = delete;
  Following& operator=(const Following&) = delete;
};

}  // namespace

Follower::Follower(std::shared_ptr<grpc::Channel> archive, Register& reg,
                   asio::any_io_executor executor, base::Pool& pool, FollowerOptions options)
    : register_(reg),
      pool_(pool),
      options_(options),
      archive_(v1::Archive::NewStub(archive)),
      shards_({0}),
      loops_(std::move(executor)) {
  loops_.Spawn("register.follow", FollowShard(0));
}

asio::awaitable<void> Follower::Stop() {
  loops_.Cancel();
  co_await loops_.Join();
}

void Follower::StartShard(kv::Slot slot_first) {
  if (!shards_.insert(slot_first).second) return;
  loops_.Spawn("register.follow", FollowShard(slot_first));
}

asio::awaitable<void> Follower::FollowShard(kv::Slot slot_first) {
  asio::steady_timer timer(loops_.executor());
  Millis pause = options_.retry_first;
  while (true) {
    bool heard = false;
    auto follow = FollowStream(slot_first, &heard);
    const Status broken = co_await std::move(follow);
    auto note = base::OnPool(pool_, [this, slot_first] {
      register_.NoteLevel(slot_first, 0, false);
    });
    co_await std::move(note);
    if (heard) pause = options_.retry_first;
    Count().broken.Add();
    const bool damaged = broken.code() == StatusCode::kDataLoss ||
                         broken.code() == StatusCode::kFailedPrecondition;
    Log(damaged ? kError : kWarn, "register.stream_broken",
        {{"slot", slot_first}, {"why", base::Message(broken)}, {"pause_ms", pause.count()}});
    timer.expires_after(pause);
    co_await timer.async_wait(asio::use_awaitable);
    pause = std::min(2 * pause, options_.retry_max);
  }
}

asio::awaitable<Status> Follower::FollowStream(kv::Slot slot_first, bool* heard) {
  auto asking = base::OnPool(pool_, [this, slot_first] { return register_.Followed(slot_first); });
  v1::TailFindingsRequest request;
  request.set_after(co_await std::move(asking));
  request.set_slot(slot_first);
  base::ClientReader<v1::TailFindingsReply> stream;
  stream.Start(archive_->async(), &v1::Archive::Stub::async::TailFindings, request, std::nullopt);
  std::optional<Following> following;
  v1::TailFindingsReply reply;
  while (true) {
    auto reading = stream.Read(&reply);
    const bool more = co_await std::move(reading);
    if (!more) break;
    if (!following) following.emplace();
    *heard = true;
    if (reply.has_level()) {
      const v1::TailFindingsReply::Level level = reply.level();
      if (level.slot_first() != slot_first) {
        co_return base::FailedPrecondition("the shard of slot " + std::to_string(slot_first) +
                                           " begins at slot " +
                                           std::to_string(level.slot_first()));
      }
      auto note = base::OnPool(pool_, [this, slot_first, newest = level.sequence()] {
        register_.NoteLevel(slot_first, newest, true);
      });
      co_await std::move(note);
      if (level.slot_last() < kv::kReservedSlot)
        StartShard(static_cast<kv::Slot>(level.slot_last() + 1));
      continue;
    }
    auto merging = base::OnPool(pool_, [this, slot_first, &reply] {
      return register_.Apply(slot_first, reply.entry());
    });
    const Status merged = co_await std::move(merging);
    // The shard's, not the entry's: it may be merged another time.
    if (!merged.ok()) co_return base::Annotate(merged, "merge findings");
  }
  auto finish = stream.Finish();
  const Status status = co_await std::move(finish);
  co_return status.ok() ? base::Unavailable("the archive ended the stream") : status;
}

}  // namespace signboard::registry
