// A worker's whole life: it is lent URLs, crawls them and says what came of each, until it is told
// to stop. Worker does so at our own frontier, GuestWorker at any other URLFrontier.
//
// Threads: all but connected on one serial executor.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace signboard::worker {

class WorkLoop {
 public:
  virtual ~WorkLoop() = default;
  // Returns once stopped and everything in flight is reported.
  virtual boost::asio::awaitable<void> Run() = 0;
  // Takes no more URLs.
  virtual void Stop() = 0;
  // After Stop: ends every crawl and gives its URL back.
  virtual void Abandon() = 0;
  // The frontier answers. Safe from any thread.
  virtual bool connected() const = 0;
};

}  // namespace signboard::worker
