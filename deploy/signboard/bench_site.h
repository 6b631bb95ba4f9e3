// The site that a benchmark crawls, in a process of its own, so that what serving costs is not
// counted.
//
// It answers on loopback for any host, in the clear and over TLS; all pages are made before Start
// returns. They are spread over some hosts of different domains, whose / lists what they have; any
// other host lists everything. There is no robots.txt. The process ends with its parent, and with
// this.
//
// Threads: one. Start forks: it comes before the first thread of the process.
// Errors:  Start: kNotFound, nothing to make pages of; kUnavailable, no process or no port.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "deploy/signboard/bench_directory.h"
#include "proto/base/status.h"

namespace signboard::cli {

struct BenchSiteOptions {
  std::string sites;  // Folder of the sample sites, which pages are made of.
  size_t pages = 0;   // Of each size, or of the corpus.
  std::vector<size_t> sizes;
  std::string corpus;  // A folder of real pages, served in place of made ones. Empty: none.
};

// "20k" for 20,000.
std::string BenchSizeName(size_t bytes);

// Pages that are measured together.
struct BenchSet {
  std::string name;                // "20k", "corpus"
  std::vector<std::string> paths;  // Page `number` is of BenchSite::HostOf(number).
};

class BenchSite {
 public:
  static StatusOr<std::unique_ptr<BenchSite>> Start(const BenchSiteOptions& options);
  ~BenchSite();
  BenchSite(const BenchSite&) = delete;
  BenchSite& operator=(const BenchSite&) = delete;

  const std::vector<BenchSet>& sets() const { return sets_; }
  uint16_t port() const { return port_; }
  uint16_t tls_port() const { return tls_port_; }
  std::string ca_file() const { return directory_->path() + "/ca.pem"; }  // Vouches for the site.
  static std::vector<std::string> UrlsOf(const BenchSet& set, bool tls);
  static std::string HostOf(size_t number);
  static std::vector<std::string> Hosts();

 private:
  BenchSite() = default;
  pid_t pid_ = -1;
  uint16_t port_ = 0;
  uint16_t tls_port_ = 0;
  std::vector<BenchSet> sets_;
  std::unique_ptr<BenchDirectory> directory_;
};

}  // namespace signboard::cli
