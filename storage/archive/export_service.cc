// ArchiveService::Export.
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "storage/archive/archive_service.h"
#include "storage/archive/export_walk.h"
#include "storage/archive/note_damage.h"
#include "storage/archive/snapshots.h"

namespace signboard::archive {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds kRoomWait{100};
constexpr int kRoomWaitsMax = 300;

using Stream = base::ServerWriter<v1::ExportChunk>;

boost::asio::awaitable<bool> WriteBytes(Stream* stream, const std::string* wire) {
  for (size_t at = 0; at < wire->size(); at += kChunkBytesMax) {
    v1::ExportChunk chunk;
    chunk.set_wire(wire->substr(at, kChunkBytesMax));
    const bool heard = co_await stream->Write(std::move(chunk));
    if (!heard) co_return false;
  }
  co_return true;
}

// Bytes that are damaged are not sent: their digest in the snapshot says that they are missing.
StatusOr<std::string> ReadWire(Archive& archive, const v1::Snapshot& snapshot) {
  auto wire = archive.ReadBody(snapshot, v1::GetRequest::WIRE);
  if (wire.status().code() != StatusCode::kDataLoss) return wire;
  NoteDamage(wire.status()).IgnoreError();
  return std::string();
}

}  // namespace

grpc::ServerWriteReactor<v1::ExportChunk>* ArchiveService::Export(
    grpc::CallbackServerContext* context, const v1::ExportRequest* request) {
  return base::ServeWrites<v1::ExportChunk>(
      context, executor_, [this, request](Stream* stream) { return DoExport(stream, request); });
}

ArchiveService::Done ArchiveService::DoExport(Stream* stream, const v1::ExportRequest* request) {
  ExportWalk walk(archive_, *request);
  while (true) {
    v1::Snapshot snapshot;
    auto stepping = base::OnPool(pool_, [&walk, &snapshot] { return walk.Next(&snapshot); });
    const auto more = co_await std::move(stepping);
    if (!more.ok()) co_return more.status();
    if (!*more) co_return OkStatus();
    std::string wire;
    std::optional<Budget::Taken> room;
    if (KeepsBody(snapshot)) {
      // An export gives way to others rather than fail half way.
      const uint64_t needed = snapshot.body_bytes() + snapshot.wire_bytes();
      for (int waits = 0; !(room = bytes_.Take(needed)); ++waits) {
        if (waits == kRoomWaitsMax) co_return Spent("too many bytes of captures are being read");
        asio::steady_timer timer(executor_, kRoomWait);
        co_await timer.async_wait(asio::use_awaitable);
      }
      auto reading =
          base::OnPool(pool_, [this, &snapshot] { return ReadWire(archive_, snapshot); });
      auto read = co_await std::move(reading);
      if (!read.ok()) co_return read.status();
      wire = std::move(*read);
    }
    v1::ExportChunk chunk;
    *chunk.mutable_snapshot() = std::move(snapshot);
    bool heard = co_await stream->Write(std::move(chunk));
    if (heard) heard = co_await WriteBytes(stream, &wire);
    if (!heard) co_return base::Cancelled("the reader went away");
  }
}

}  // namespace signboard::archive
