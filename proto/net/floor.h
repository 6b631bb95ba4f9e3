// What fetching costs when curl does it alone: the floor that benchmarks put under HttpClient.
//
// One handle, used again for every request, with its connections kept; no engine, no guard, no
// limits, no headers kept. Nothing but a benchmark has use for it.
//
// Threads: one.
// Errors:  kUnavailable names the URL that did not answer 200, and what curl said.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "proto/base/status.h"
#include "proto/net/connect_to.h"

namespace signboard::net {

class CurlFloor {
 public:
  // Every connection goes to `target`; over TLS what `ca_file` (PEM) vouches for is believed.
  CurlFloor(const ConnectTo& target, const std::string& ca_file);
  ~CurlFloor();
  CurlFloor(const CurlFloor&) = delete;
  CurlFloor& operator=(const CurlFloor&) = delete;

  // The body as it came over the wire, content coding kept. Valid until the next call.
  StatusOr<const std::string*> Get(const std::string& url);

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

}  // namespace signboard::net
