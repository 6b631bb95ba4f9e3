// SameSite tells the links of a page that stay on its own site (registrable domain) from those that
// leave it. A list has hundreds of links to one host: the answer for the last origin is kept, so
// that only a link to another one is parsed.
//
// Threads: one; make one for each page.
#pragma once

#include <string>

#include "proto/base/url.h"

namespace signboard::extract {

class SameSite {
 public:
  explicit SameSite(const base::Url& page_url);

  // `url` is absolute. False for what is no URL.
  bool Holds(const std::string& url);

 private:
  const std::string site_;
  std::string origin_;  // "https://host:port/" of the last answer; empty: none.
  bool same_ = false;
};

}  // namespace signboard::extract
