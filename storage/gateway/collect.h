// Calls of the services: all replies of a streaming one, within bounds, or the one of another.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <utility>
#include <vector>

#include "proto/base/peer.h"
#include "proto/base/rpc_client.h"
#include "proto/base/status.h"
#include "proto/base/time.h"

namespace signboard::gateway {

inline constexpr Millis kCallTimeout{10'000};

// At most `count_max`; the rest is not read.
template <class T>
boost::asio::awaitable<StatusOr<std::vector<T>>> Collect(base::ClientReader<T> reader,
                                                         size_t count_max) {
  std::vector<T> all;
  T one;
  while (all.size() < count_max && co_await reader.Read(&one)) all.push_back(std::move(one));
  // Finish would read the rest.
  if (all.size() >= count_max) co_return all;
  const Status status = co_await reader.Finish();
  if (!status.ok()) co_return status;
  co_return all;
}

// Of a streaming call of `Service`, v1::Archive or another.
template <class Service, class Async, class Request, class Row>
boost::asio::awaitable<StatusOr<std::vector<Row>>> List(
    base::Peer peer,
    void (Async::*method)(grpc::ClientContext*, const Request*, grpc::ClientReadReactor<Row>*),
    Request request, size_t count_max) {
  const auto stub = Service::NewStub(peer.channel());
  base::ClientReader<Row> reader;
  reader.Start(stub->async(), method, std::move(request), kCallTimeout);
  auto all = Collect(std::move(reader), count_max);
  co_return co_await std::move(all);
}

template <class Service, class Async, class Request, class Reply>
boost::asio::awaitable<StatusOr<Reply>> Ask(
    base::Peer peer,
    void (Async::*method)(grpc::ClientContext*, const Request*, Reply*,
                          std::function<void(grpc::Status)>),
    Request request, Millis timeout) {
  const auto stub = Service::NewStub(peer.channel());
  Reply reply;
  auto calling = base::CallUnary(stub->async(), method, std::move(request), &reply, timeout);
  const Status status = co_await std::move(calling);
  if (!status.ok()) co_return status;
  co_return reply;
}

}  // namespace signboard::gateway
