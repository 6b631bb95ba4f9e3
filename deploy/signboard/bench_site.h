// The site that a benchmark crawls, in a process of its own, so that what serving costs is not
// counted.
//
// It answers on loopback for any host. /<bytes>/<number>.html is page `number` of that size; all
// pages are made before Start returns. There is no robots.txt. The process ends with its parent,
// and with this.
//
// Threads: one. Start forks: it comes before the first thread of the process.
// Errors:  Start: kNotFound, nothing to make pages of; kUnavailable, no process or no port.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/status.h"

namespace signboard::cli {

struct BenchSiteOptions {
  std::string sites;  // Folder of the sample sites.
  size_t pages = 0;   // Of each size.
  std::vector<size_t> sizes;
};

class BenchSite {
 public:
  static StatusOr<std::unique_ptr<BenchSite>> Start(const BenchSiteOptions& options);
  ~BenchSite();
  BenchSite(const BenchSite&) = delete;
  BenchSite& operator=(const BenchSite&) = delete;

  uint16_t port() const { return port_; }
  // Where page `number` is: pages are spread over some hosts of different domains.
  static std::string UrlOf(size_t bytes, size_t number);

 private:
  BenchSite(pid_t pid, uint16_t port) : pid_(pid), port_(port) {}
  const pid_t pid_;
  const uint16_t port_;
};

}  // namespace signboard::cli
