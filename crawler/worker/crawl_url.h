// The story of one URL, from its lease to its report.
//
//   1. May we?    the open web needs a contact address; robots.txt needs to allow it
//   2. Fetch      one request, bounded, conditional where we know validators
//   3. Read       decode, parse, extract: pure, on the pool (page_reader.h); an app shell is
//                 rendered and read again (rendered_page.h)
//   4. Store      snapshot and findings, in one call, durable before it returns
//   5. Report     outcome, change, outlinks
//
// A crash between 4 and 5 fetches a page twice and loses none.
//
// Threads: the one io_context thread of the fetcher.
// Errors:  what a website did is in the report. No report (nullopt) means that the capture could
//          not be stored before the lease ran out: the URL will be lent again.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "crawler/extract/rule_set.h"
#include "crawler/extract/site_templates.h"
#include "crawler/fetch/fetcher.h"
#include "crawler/render/renderer.h"
#include "crawler/robots/robots_cache.h"
#include "crawler/worker/archive_client.h"
#include "crawler/worker/room.h"
#include "proto/base/pool.h"
#include "signboard/v1/scheduling.pb.h"

namespace signboard::worker {

// What every crawl of this process shares. Everything pointed to outlives the crawls.
struct Services {
  fetch::Fetcher* fetcher = nullptr;
  robots::RobotsCache* robots = nullptr;
  render::Renderer* renderer = nullptr;  // None: every page is read as it came.
  ArchiveClient* archive = nullptr;
  base::Pool* pool = nullptr;
  const Clock* clock = nullptr;
  std::string vantage = "default";
  std::string software;
  std::string robots_token = "Signboard";
  // May this host be fetched although no contact address is configured? Empty: every host may.
  std::function<bool(const Url&)> without_contact;
  std::shared_ptr<Room> room = std::make_shared<Room>(uint64_t{256} << 20);
  // Bytes: bodies of many megabytes. One alone always enters.
  std::shared_ptr<Room> large_bodies = std::make_shared<Room>(uint64_t{64} << 20);
  // Large bodies on the pool at once.
  std::shared_ptr<Room> heavy_reads = std::make_shared<Room>(1);
  std::shared_ptr<extract::SiteTemplates> templates = std::make_shared<extract::SiteTemplates>();
  double decode_ratio_max = 100;
  size_t body_bytes_max = size_t{100} << 20;
  size_t html_bytes_max = size_t{10} << 20;
  std::shared_ptr<const extract::RuleSet> rules = nullptr;  // None: those that are compiled in.
};

// Shows a waiting recrawl that something moves.
using ProgressSink = std::function<void(v1::JobState)>;

boost::asio::awaitable<std::optional<v1::Report>> CrawlUrl(const Services* services,
                                                           v1::Lease lease, ProgressSink progress);

}  // namespace signboard::worker
