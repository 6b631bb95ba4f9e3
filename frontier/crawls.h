// Crawls: the URLs of URLFrontier clients, put in and leased out, on the same records, queues and
// leases as what Signboard itself watches.
//
// A client says when a URL is due (a date, or at once) and that it is completed; nothing is learned
// and nothing admitted. Each crawl has queues of its own; one whose key is that of a queue of ours
// rests and is blocked with it, and ours rests when it is served, so that a site sees one crawler's
// politeness however it is asked.
//
// Threads: safe from any. Calls wait for disk; never call one on an io_context thread.
// Time:    passed in; whole seconds, as clients have them.
// Errors:  kUnavailable: the disk refused, retry. kDataLoss: a record does not decode, stop.
// Cost:    Put: one read of all its URLs, one write, one sync shared with all who put at the time.
//          Take: one seek for each queue that is ready and passes the gates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frontier/core.h"
#include "urlfrontier.pb.h"

namespace signboard::frontier {

class Transaction;

// What a client puts. `info` is taken apart.
struct ClientPut {
  urlfrontier::URLInfo* info = nullptr;
  bool known = false;
  uint64_t refetchable_from = 0;  // Of a known one; 0: completed.
};

using PutStatus = urlfrontier::AckMessage::Status;

// What a client asks for in one GetURLs, and how far that has come.
struct ClientAsk {
  std::vector<std::string> crawls{};  // Not yet asked.
  std::string key{};                  // Empty: any.
  size_t urls_per_queue = 1;
  size_t queues_left = 1;
  Millis lease{30'000};
  // What became ready later is for another ask: so a queue is served once.
  UnixTime began{};
};

class Crawls {
 public:
  explicit Crawls(Core& core) : core_(core) {}

  // One status each, in order; durable when it returns.
  std::vector<PutStatus> Put(const std::vector<ClientPut>& puts, UnixTime now);

  // The ask of a request: of one crawl or, where it names none, of each.
  ClientAsk Begin(const urlfrontier::GetParams& request, UnixTime now);
  // The next leases of an ask, durable when it returns. Empty: there are no more.
  StatusOr<std::vector<urlfrontier::URLInfo>> Take(ClientAsk& ask, UnixTime now);

 private:
  struct Item;
  // The queue a put belongs to. Null: the put is skipped.
  StatusOr<QueueState*> QueueFor(const ClientPut& put) REQUIRES_LOCK(core_.mutex);
  Status PutInto(Transaction& transaction, Item& item, UnixTime now) REQUIRES_LOCK(core_.mutex);
  Status PutAll(std::vector<Item>& items, UnixTime now) REQUIRES_LOCK(core_.mutex);

  Core& core_;
};

// "" is "DEFAULT".
std::string CrawlOf(std::string_view id);
// The key of a URL that has none: its host. Empty: it has none.
std::string KeyOfUrl(const std::string& url);
// Of a key or a crawl: in UTF-16 units, as clients count.
bool IsTooLong(std::string_view name);

}  // namespace signboard::frontier
