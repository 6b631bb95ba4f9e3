#include "storage/archive/list_service.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "storage/archive/capture_list.h"
#include "storage/archive/compare.h"
#include "storage/archive/note_damage.h"

namespace signboard::archive {
namespace {

constexpr uint32_t kPageRows = 100;  // Read and sent at a time.

// Asks `read`, on the pool, for a page after the other, and `go_on` to have the next one begin
// behind a row.
template <class Row, class Request, class Read, class GoOn>
boost::asio::awaitable<Status> WritePages(base::Pool* pool, base::ServerWriter<Row>* stream,
                                          Request request, Read read, GoOn go_on) {
  CO_ASSIGN_OR_RETURN(uint32_t left, ListLimit(request.limit()));
  while (left > 0) {
    const uint32_t asked = std::min(left, kPageRows);
    request.set_limit(asked);
    auto reading = base::OnPool(*pool, [&read, &request] { return read(request); });
    auto page = co_await std::move(reading);
    if (!page.ok()) co_return NoteDamage(std::move(page).status());
    for (Row& row : *page) {
      go_on(row, &request);
      const bool heard = co_await stream->Write(std::move(row));
      if (!heard) co_return base::Cancelled("the reader went away");
    }
    if (page->size() < asked) break;
    left -= asked;
  }
  co_return OkStatus();
}

}  // namespace

grpc::ServerWriteReactor<v1::Version>* ListService::ListVersions(
    grpc::CallbackServerContext* context, const v1::ListVersionsRequest* request) {
  return base::ServeWrites<v1::Version>(
      context, executor_, [this, request](base::ServerWriter<v1::Version>* stream) {
        return WritePages(
            &pool_, stream, *request,
            [this](const v1::ListVersionsRequest& page) { return archive_.ListVersions(page); },
            [](const v1::Version& row, v1::ListVersionsRequest* next) {
              next->set_after_id(row.snapshot().id());
            });
      });
}

grpc::ServerWriteReactor<v1::UrlEntry>* ListService::ListUrls(
    grpc::CallbackServerContext* context, const v1::ListUrlsRequest* request) {
  return base::ServeWrites<v1::UrlEntry>(
      context, executor_, [this, request](base::ServerWriter<v1::UrlEntry>* stream) {
        return WritePages(
            &pool_, stream, *request,
            [this](const v1::ListUrlsRequest& page) { return archive_.ListUrls(page); },
            [](const v1::UrlEntry& row, v1::ListUrlsRequest* next) {
              next->set_after(row.cursor());
            });
      });
}

grpc::ServerWriteReactor<v1::CaptureEntry>* ListService::ListCaptures(
    grpc::CallbackServerContext* context, const v1::ListCapturesRequest* request) {
  return base::ServeWrites<v1::CaptureEntry>(
      context, executor_, [this, request](base::ServerWriter<v1::CaptureEntry>* stream) {
        return DoListCaptures(stream, *request);
      });
}

ListService::Done ListService::DoListCaptures(base::ServerWriter<v1::CaptureEntry>* stream,
                                              v1::ListCapturesRequest request) {
  auto read = [this](const v1::ListCapturesRequest& page) {
    return archive::ListCaptures(archive_, page);
  };
  if (!request.has_closest_ms()) {
    auto writing = WritePages(&pool_, stream, std::move(request), read,
                              [](const v1::CaptureEntry& row, v1::ListCapturesRequest* next) {
                                next->set_after(row.cursor());
                              });
    co_return co_await std::move(writing);
  }
  // An order that has no place to go on from.
  auto reading = base::OnPool(pool_, [&read, &request] { return read(request); });
  auto all = co_await std::move(reading);
  if (!all.ok()) co_return NoteDamage(std::move(all).status());
  for (v1::CaptureEntry& row : *all) {
    const bool heard = co_await stream->Write(std::move(row));
    if (!heard) co_return base::Cancelled("the reader went away");
  }
  co_return OkStatus();
}

grpc::ServerUnaryReactor* ListService::Compare(grpc::CallbackServerContext* context,
                                               const v1::CompareRequest* request,
                                               v1::CompareReply* reply) {
  return base::ServeUnary(context, executor_,
                          [this, request, reply] { return DoCompare(*request, reply); });
}

ListService::Done ListService::DoCompare(v1::CompareRequest request, v1::CompareReply* reply) {
  auto comparing =
      base::OnPool(pool_, [this, &request] { return archive::Compare(archive_, request); });
  auto compared = co_await std::move(comparing);
  if (!compared.ok()) co_return NoteDamage(std::move(compared).status());
  *reply = std::move(*compared);
  co_return OkStatus();
}

}  // namespace signboard::archive
