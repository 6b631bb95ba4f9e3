// Frontier decides which URL is fetched next, and when. This is its face; the parts say how.
//
//   lending()    URLs out, reports in: states, leases, politeness            lending.h
//   recrawls()   one URL on demand, followed to its end                      recrawls.h
//   seeds()      what an operator asked for                                  seeds.h
//   queues()     how long a host rests, and why                              queues.h
//   clients()    the crawls of URLFrontier clients: URLs in and out          crawls.h
//                what is in them                                             crawl_book.h
//                what their clients change                                   crawl_desk.h
//
// URLs live on disk (schema.h), one small state per queue in memory. Everything acknowledged is
// synced. A restart reads queues, seeds and live leases, and goes on: no recovery pass.
//
// Threads: safe from any. Calls wait for disk; never call one on an io_context thread.
// Time:    passed in by the caller: the frontier reads no clock, so a test can last a year.
// Errors:  kUnavailable: the disk refused, retry. kDataLoss: a record does not decode, stop.
//          kFailedPrecondition: the store is of a newer program, or another process owns it.
#pragma once

#include <memory>
#include <string>

#include "frontier/core.h"
#include "frontier/crawl_book.h"
#include "frontier/crawl_desk.h"
#include "frontier/crawls.h"
#include "frontier/lending.h"
#include "frontier/options.h"
#include "frontier/queues.h"
#include "frontier/recrawls.h"
#include "frontier/seeds.h"

namespace signboard::frontier {

struct Clients {
  Crawls crawls;
  CrawlBook book;
  CrawlDesk desk;
};

class Frontier {
 public:
  // `space` outlives the frontier and was opened with FrontierFamilies().
  static StatusOr<std::unique_ptr<Frontier>> Open(kv::Space& space, FrontierOptions options);

  Lending& lending() { return lending_; }
  Recrawls& recrawls() { return recrawls_; }
  Seeds& seeds() { return seeds_; }
  Queues& queues() { return queues_; }
  Clients& clients() { return clients_; }

  // Everything but FrontierStats::workers.
  StatusOr<v1::FrontierStats> Stats(UnixTime now);
  // Why a URL is, or is not, due. kNotFound: unknown.
  StatusOr<v1::UrlExplanation> Explain(const std::string& url, UnixTime now);
  // The greatest epoch of its shards.
  uint64_t epoch() const;
  const FrontierOptions& options() const { return core_.options; }

  // At most one at a time; nullptr: nobody. Once this returns, the one before is told no more.
  void Observe(FrontierObserver* observer);

 private:
  Frontier(kv::Space& space, FrontierOptions options) : core_(space, options) {}

  Core core_;
  Lending lending_{core_};
  Recrawls recrawls_{core_};
  Seeds seeds_{core_};
  Queues queues_{core_};
  Clients clients_{Crawls(core_), CrawlBook(core_), CrawlDesk(core_)};
};

}  // namespace signboard::frontier
