// All replies of a streaming call, within bounds.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <utility>
#include <vector>

#include "proto/base/rpc_client.h"
#include "proto/base/status.h"

namespace signboard::gateway {

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

}  // namespace signboard::gateway
