#include "storage/archive/archive_service.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "proto/base/log.h"
#include "proto/base/probe.h"
#include "storage/archive/note_damage.h"
#include "storage/archive/snapshots.h"
#include "storage/archive/store_stream.h"

namespace signboard::archive {
namespace {

namespace asio = boost::asio;

// What is taken is given back when a call ends: that is soon.
constexpr Millis kSpentWait{250};

struct Probes {
  base::Counter& captures =
      base::MakeCounter("signboard_archive_captures_total", "Captures kept, each counted once.");
  base::Counter& repeated = base::MakeCounter("signboard_archive_captures_repeated_total",
                                              "Stores of a capture that was kept before.");
  base::Counter& known_bodies = base::MakeCounter("signboard_archive_bodies_known_total",
                                                  "Captures whose body was kept before.");
  base::Counter& refused = base::MakeCounter("signboard_archive_stores_refused_total",
                                             "Stores that failed, whatever the reason.");
  base::Histogram& seconds =
      base::MakeHistogram("signboard_archive_store_seconds",
                          "From the last chunk to the acknowledgement.", base::SecondsBounds());
};

Probes& Count() {
  static Probes probes;
  return probes;
}

size_t BodyBytes(const v1::StoreWholeRequest& whole) {
  return whole.decoded().size() + whole.wire().size() + whole.rendered().size();
}

// As a stream of header and chunks would be checked.
Status CheckWhole(const v1::StoreWholeRequest& whole) {
  if (!whole.has_header()) return base::InvalidArgument("a StoreWhole without a header");
  if (BodyBytes(whole) > kChunkBytesMax) {
    return base::InvalidArgument("a StoreWhole of " + std::to_string(BodyBytes(whole)) +
                                 " bytes, more than " + std::to_string(kChunkBytesMax));
  }
  return OkStatus();
}

Capture CaptureOf(v1::StoreWholeRequest* whole) {
  Capture capture;
  capture.header = std::move(*whole->mutable_header());
  capture.decoded = std::move(*whole->mutable_decoded());
  capture.wire = std::move(*whole->mutable_wire());
  capture.rendered = std::move(*whole->mutable_rendered());
  return capture;
}

// Of one capture, from when it had come whole to its acknowledgement: counts it and logs it.
class StoreTimer {
 public:
  explicit StoreTimer(const Capture& capture) : trace_(capture.header.snapshot().trace_id()) {}

  Status End(Status status, const v1::StoreReply& reply) const {
    Probes& probes = Count();
    if (!status.ok()) {
      probes.refused.Add();
      return NoteDamage(std::move(status));
    }
    (reply.known_capture() ? probes.repeated : probes.captures).Add();
    if (reply.known_body() && !reply.known_capture()) probes.known_bodies.Add();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin_;
    probes.seconds.Observe(took.count());
    base::Log(base::kDebug, "archive.stored", {{"id", reply.snapshot_id()}, {"trace", trace_}});
    return OkStatus();
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::string trace_;
};

v1::TailFindingsReply LevelOf(const FindingTail& tail, uint64_t sequence) {
  v1::TailFindingsReply reply;
  reply.mutable_level()->set_slot_first(tail.slots().first);
  reply.mutable_level()->set_slot_last(tail.slots().last);
  reply.mutable_level()->set_sequence(sequence);
  return reply;
}

}  // namespace

Status Spent(std::string_view what) {
  return base::TryAfter(base::ResourceExhausted(std::string(what) + ": try again later"),
                        kSpentWait);
}

ArchiveService::ArchiveService(Archive& archive, base::Pool& pool,
                               asio::any_io_executor executor, ArchiveServiceOptions options)
    : ListService(archive, pool, std::move(executor)),
      redetector_(options.redetector),
      syncs_(archive, pool),
      bytes_(options.body_bytes_max),
      stores_(options.stores_max),
      tails_(options.tails_max) {}

void ArchiveService::Stop() {
  stopping_ = true;
  archive_.findings_bell().Ring();
  if (redetector_ != nullptr) redetector_->bell().Ring();
}

grpc::ServerReadReactor<v1::StoreRequest>* ArchiveService::Store(
    grpc::CallbackServerContext* context, v1::StoreReply* reply) {
  return base::ServeReads<v1::StoreRequest>(
      context, executor_, [this, context, reply](base::ServerReader<v1::StoreRequest>* stream) {
        return DoStore(context, stream, reply);
      });
}

ArchiveService::Done ArchiveService::DoStore(grpc::CallbackServerContext* context,
                                             base::ServerReader<v1::StoreRequest>* stream,
                                             v1::StoreReply* reply) {
  std::optional<Budget::Taken> call = stores_.Take(1);
  if (!call || pool_.overloaded()) co_return Spent("too many captures are being stored");
  StoreStream parts;
  std::optional<Budget::Taken> room;
  v1::StoreRequest message;
  while (co_await stream->Read(&message)) {
    CO_RETURN_IF_ERROR(parts.Add(std::move(message)));
    if (room) continue;
    const size_t decoded = DecodedBytes(parts.snapshot());
    const size_t wire = WireBytes(parts.snapshot());
    const size_t rendered = RenderedBytes(parts.snapshot());
    if (decoded > kBodyBytesMax || wire > kBodyBytesMax || rendered > kRenderedBytesMax) {
      co_return base::InvalidArgument("snapshot.body_bytes or wire_bytes is more than " +
                                      std::to_string(kBodyBytesMax) + ", or rendered.bytes than " +
                                      std::to_string(kRenderedBytesMax));
    }
    // Twice: once here, once in the batch.
    room = bytes_.Take(2 * (decoded + wire + rendered));
    if (!room) co_return Spent("too many bytes of captures are being stored");
  }
  if (context->IsCancelled()) co_return base::Cancelled("the sender went away");
  CO_RETURN_IF_ERROR(parts.End());
  Capture capture = parts.Take();
  auto keeping = base::OnPool(
      pool_, [this, &capture, reply] { return Keep(std::move(capture), reply); });
  co_return co_await std::move(keeping);
}

grpc::ServerUnaryReactor* ArchiveService::StoreWhole(grpc::CallbackServerContext* context,
                                                     const v1::StoreWholeRequest* request,
                                                     v1::StoreReply* reply) {
  struct Room {
    std::optional<Budget::Taken> call;
    std::optional<Budget::Taken> bytes;
  };
  // The message is in memory once, and will be once more in the batch.
  auto room = std::make_shared<Room>(Room{stores_.Take(1), bytes_.Take(2 * BodyBytes(*request))});
  if (!room->call || !room->bytes || pool_.overloaded()) {
    grpc::ServerUnaryReactor* const refused = context->DefaultReactor();
    refused->Finish(base::ToGrpc(Spent("too many captures are being stored")));
    return refused;
  }
  // Nobody else reads the message until the call is finished: its bodies are moved out of it.
  auto* const message = const_cast<v1::StoreWholeRequest*>(request);
  return base::ServeUnaryLater(
      context, pool_, [this, room, message, reply](const base::FinishCall& finish) {
        if (Status bad = CheckWhole(*message); !bad.ok()) return finish(bad);
        KeepSoon(CaptureOf(message), reply,
                 [room, finish](const Status& status) { finish(status); });
      });
}

Status ArchiveService::Keep(Capture capture, v1::StoreReply* reply) {
  const StoreTimer timer(capture);
  auto stored = archive_.Store(std::move(capture));
  if (stored.ok()) *reply = std::move(stored).value();
  return timer.End(stored.status(), *reply);
}

void ArchiveService::KeepSoon(Capture capture, v1::StoreReply* reply, base::FinishCall finish) {
  StoreTimer timer(capture);
  auto written = archive_.Write(std::move(capture));
  if (!written.ok()) return finish(timer.End(written.status(), *reply));
  *reply = std::move(written->reply);
  syncs_.Add(std::move(written->shard), written->finding,
             [timer = std::move(timer), reply, finish = std::move(finish)](const Status& status) {
               finish(timer.End(status, *reply));
             });
}

grpc::ServerWriteReactor<v1::GetReply>* ArchiveService::Get(grpc::CallbackServerContext* context,
                                                            const v1::GetRequest* request) {
  return base::ServeWrites<v1::GetReply>(
      context, executor_, [this, request](base::ServerWriter<v1::GetReply>* stream) {
        return DoGet(stream, request);
      });
}

ArchiveService::Done ArchiveService::DoGet(base::ServerWriter<v1::GetReply>* stream,
                                           const v1::GetRequest* request) {
  auto found =
      co_await base::OnPool(pool_, [this, request] { return archive_.Find(*request); });
  if (!found.ok()) co_return NoteDamage(std::move(found).status());
  const v1::Snapshot snapshot = std::move(found).value();
  std::string body;
  std::optional<Budget::Taken> room;
  if (request->body() != v1::GetRequest::BODY_UNSPECIFIED && HasBody(snapshot)) {
    // Recreating wire bytes takes both at once.
    room = bytes_.Take(snapshot.body_bytes() + snapshot.wire_bytes() +
                       snapshot.rendered().bytes());
    if (!room) co_return Spent("too many bytes of captures are being read");
    auto read = co_await base::OnPool(pool_, [this, request, &snapshot] {
      return archive_.ReadBody(snapshot, request->body());
    });
    // Before the header is sent: who gets a snapshot gets its body.
    if (!read.ok()) co_return NoteDamage(std::move(read).status());
    body = std::move(read).value();
  }
  v1::GetReply reply;
  *reply.mutable_snapshot() = snapshot;
  bool heard = co_await stream->Write(std::move(reply));
  for (size_t at = 0; heard && at < body.size(); at += kChunkBytesMax) {
    v1::GetReply chunk;
    chunk.set_chunk(body.substr(at, kChunkBytesMax));
    heard = co_await stream->Write(std::move(chunk));
  }
  co_return heard ? OkStatus() : base::Cancelled("the reader went away");
}

grpc::ServerWriteReactor<v1::TailFindingsReply>* ArchiveService::TailFindings(
    grpc::CallbackServerContext* context, const v1::TailFindingsRequest* request) {
  return base::ServeWrites<v1::TailFindingsReply>(
      context, executor_, [this, request](base::ServerWriter<v1::TailFindingsReply>* stream) {
        return DoTailFindings(stream, request);
      });
}

ArchiveService::Done ArchiveService::DoTailFindings(
    base::ServerWriter<v1::TailFindingsReply>* stream, const v1::TailFindingsRequest* request) {
  const std::optional<Budget::Taken> call = tails_.Take(1);
  if (!call) co_return Spent("too many follow the findings");
  if (request->slot() > kv::kReservedSlot) {
    co_return base::InvalidArgument("slot " + std::to_string(request->slot()) + "; the last is " +
                                    std::to_string(kv::kReservedSlot));
  }
  const kv::Slot slot = static_cast<kv::Slot>(request->slot());
  base::Bell::Listener listener(&archive_.findings_bell());
  auto opening = base::OnPool(
      pool_, [this, slot, request] { return archive_.TailFindings(slot, request->after()); });
  auto opened = co_await std::move(opening);
  if (!opened.ok()) co_return NoteDamage(std::move(opened).status());
  FindingTail tail = std::move(opened).value();
  auto asking = base::OnPool(pool_, [&tail] { return tail.Newest(); });
  const auto newest = co_await std::move(asking);
  if (!newest.ok()) co_return NoteDamage(newest.status());
  uint64_t told = *newest;
  uint64_t given = request->after();
  v1::TailFindingsReply reply = LevelOf(tail, told);
  bool heard = co_await stream->Write(std::move(reply));
  while (heard && !stopping_) {
    auto reading = base::OnPool(pool_, [&tail] { return tail.Next(); });
    auto next = co_await std::move(reading);
    if (!next.ok()) co_return NoteDamage(std::move(next).status());
    if (*next) {
      given = (*next)->sequence();
      reply.Clear();
      *reply.mutable_entry() = **std::move(next);
      heard = co_await stream->Write(std::move(reply));
    } else if (told != given) {
      told = given;
      reply = LevelOf(tail, told);
      heard = co_await stream->Write(std::move(reply));
    } else {
      co_await listener.Wait();
    }
  }
  if (!heard) co_return base::Cancelled("the follower went away");
  co_return base::Unavailable("the archive is going away");
}

grpc::ServerUnaryReactor* ArchiveService::GetArchiveStats(grpc::CallbackServerContext* context,
                                                          const v1::GetArchiveStatsRequest*,
                                                          v1::ArchiveStats* reply) {
  return base::ServeUnary(context, executor_, [this, reply] { return DoStats(reply); });
}

ArchiveService::Done ArchiveService::DoStats(v1::ArchiveStats* reply) {
  auto stats = co_await base::OnPool(pool_, [this] { return archive_.Stats(); });
  if (!stats.ok()) co_return NoteDamage(std::move(stats).status());
  *reply = std::move(stats).value();
  co_return OkStatus();
}

}  // namespace signboard::archive
