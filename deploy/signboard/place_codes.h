// Which place a site is of, as the frontier's seeds say: what a lease tells the crawler.
//
// Threads: constant once it is loaded.
// Errors:  the frontier's.
#pragma once

#include <string>
#include <unordered_map>

#include "deploy/signboard/cli.h"

namespace signboard::cli {

class PlaceCodes {
 public:
  // Of all seeds that have a code.
  Status Load(const Context& context);
  // Of the seed with this host, or of one whose subdomains it is among; empty: there is none.
  std::string Of(const std::string& url) const;

 private:
  struct Code {
    std::string code;
    bool subdomains = false;
  };
  std::unordered_map<std::string, Code> by_host_;
};

}  // namespace signboard::cli
