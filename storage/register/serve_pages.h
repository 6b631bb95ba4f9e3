// What the parts of RegisterService share: lists that are served page by page.
//
// Threads: the executor of the calls; reads on the pool.
#pragma once

#include <cstdint>
#include <utility>

#include "proto/base/pool.h"
#include "proto/base/rpc_serve.h"
#include "storage/register/page.h"

namespace signboard::registry {

// Damage needs a person: it is counted and logged wherever it is met.
Status Note(Status status);

inline Status ReaderGone() { return base::Cancelled("the reader went away"); }

// Every page that `read` gives, up to the request's limit. `go_on` makes the next request.
template <class Row, class Request, class Read, class GoOn>
boost::asio::awaitable<Status> WritePages(base::Pool* pool, base::ServerWriter<Row>* stream,
                                          Request request, Read read, GoOn go_on) {
  CO_ASSIGN_OR_RETURN(size_t left, ListLimit(request.limit()));
  while (left > 0) {
    request.set_limit(static_cast<uint32_t>(left));
    auto reading = base::OnPool(*pool, [&read, &request] { return read(request); });
    auto page = co_await std::move(reading);
    if (!page.ok()) co_return Note(std::move(page).status());
    for (Row& row : page->rows) {
      const bool heard = co_await stream->Write(std::move(row));
      if (!heard) co_return ReaderGone();
    }
    if (page->next.empty()) break;
    left -= page->rows.size();
    go_on(page->next, &request);
  }
  co_return OkStatus();
}

}  // namespace signboard::registry
