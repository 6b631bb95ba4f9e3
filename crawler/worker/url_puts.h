// UrlPuts sends URLs to a URLFrontier over one PutURLs stream and tells what became of each.
//
// The stream is kept up: when it breaks, when it ends too early, or when an ack does not come in
// time, another one is opened with growing waits, and what was not acknowledged is sent again. The
// frontier may ack in any order. FAIL means "again, later"; OK and SKIPPED are final.
//
// Sent again, a URL that was discovered counts as known if the first ack was lost. That is all a
// client can tell.
//
// Threads: one serial executor.
// Errors:  none end it: a frontier that is away is waited for. Cancelling a Put drops what of it
//          was not sent.
// Cost:    at most kInFlightMax items are held; the others are made when their turn comes.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "proto/base/rpc_client.h"
#include "urlfrontier.grpc.pb.h"

namespace signboard::worker {

class UrlPuts {
 public:
  using Item = urlfrontier::URLItem;
  using Ack = urlfrontier::AckMessage::Status;

  struct Options {
    Millis reconnect_min{200};
    Millis reconnect_max{5'000};
    Millis ack_wait{60'000};  // An ack that takes longer will not come any more.
    Millis fail_wait{500};    // Before an item that FAILed is sent again.
  };
  static constexpr size_t kInFlightMax = 500;

  UrlPuts(boost::asio::any_io_executor executor, std::shared_ptr<grpc::Channel> channel,
          Options options);

  // Until Stop.
  boost::asio::awaitable<void> Run();
  void Stop();

  // Sends `count` items, which `make` makes, and waits for all their acks: OK or SKIPPED, in order.
  boost::asio::awaitable<std::vector<Ack>> Put(size_t count, std::function<Item(size_t)> make);

 private:
  using Stream = base::ClientBidi<urlfrontier::URLItem, urlfrontier::AckMessage>;
  using Steady = std::chrono::steady_clock;

  // One Put that waits.
  struct Call {
    Call(boost::asio::any_io_executor executor, size_t count, std::function<Item(size_t)> make_in)
        : make(std::move(make_in)), acks(count), done(executor) {}
    std::function<Item(size_t)> make;
    std::vector<Ack> acks;
    boost::asio::steady_timer done;  // Cancelled when all are acknowledged.
    size_t sent = 0;
    size_t left = 0;
    bool dropped = false;  // Nobody waits any more.
  };
  struct InFlight {
    Item item;
    std::shared_ptr<Call> call;
    size_t index = 0;
    bool on_stream = false;
    Steady::time_point at;  // Sent then; not on the stream: to be sent again then.
  };

  boost::asio::awaitable<void> RunStream();
  boost::asio::awaitable<void> Send(std::shared_ptr<Stream> stream);
  // What is sent next; null: nothing now.
  InFlight* Next();
  bool AckIsLate() const;
  void OnAck(const urlfrontier::AckMessage& ack);

  boost::asio::any_io_executor executor_;
  const std::shared_ptr<grpc::Channel> channel_;
  const Options options_;
  boost::asio::steady_timer changed_;
  std::shared_ptr<Stream> stream_;
  std::deque<std::shared_ptr<Call>> calls_;  // With items that were never sent.
  std::map<uint64_t, InFlight> in_flight_;   // By ID.
  uint64_t last_id_ = 0;
  bool acked_ = false;  // Something, on this stream.
  bool stopping_ = false;
};

}  // namespace signboard::worker
