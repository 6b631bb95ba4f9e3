// Fetching: what asks the outside world as the settings say: client, fetcher, robots cache.
//
// Threads: one, the only running thread of the io_context.
// Errors:  Make: a setting that does not hold, named.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "crawler/fetch/fetcher.h"
#include "crawler/robots/robots_cache.h"
#include "deploy/signboard/settings.h"
#include "proto/base/url.h"

namespace signboard::cli {

// A body with its content coding removed, as far as it decodes, at most `most` bytes.
std::string DecodeBody(std::string_view wire, std::string_view coding, size_t most);

struct Fetching {
  std::unique_ptr<net::HttpClient> http;
  std::unique_ptr<fetch::Fetcher> fetcher;
  std::unique_ptr<robots::RobotsCache> robots;
  // May this host be fetched although no contact address is configured? Empty: every host may.
  std::function<bool(const Url&)> without_contact;

  // All three arguments must outlive what is made.
  static StatusOr<Fetching> Make(boost::asio::io_context& io, const Settings& settings,
                                 const Clock* clock);
};

}  // namespace signboard::cli
