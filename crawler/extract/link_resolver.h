// Resolves the references of one page to canonical URLs.
//
// The answer is always what base::Url::Parse and base::Canonical give. Nearly all references of a
// page are plain, though: an absolute or relative path, or a URL of an origin that was met before,
// in characters that stay as they are. These are put together without a parser, an order faster.
//
// Threads: One page at a time.
// Errors:  None: what does not parse is no link.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/base/url.h"

namespace signboard::extract {

struct Resolved {
  std::string url;       // As base::Canonical gives it.
  bool is_trap = false;  // See IsTrap in links.h.
};

class LinkResolver {
 public:
  // `base` must outlive the resolver.
  explicit LinkResolver(const base::Url& base);

  // None: not http(s), no host, or nothing that a URL could be. Outer spaces do not matter.
  std::optional<Resolved> Resolve(std::string_view reference);

  // The same by way of the parser alone.
  static std::optional<Resolved> ResolveByParser(std::string_view reference,
                                                 const base::Url& base);

 private:
  struct Origin {
    std::string spelled;    // "HTTP://Host:80"
    std::string canonical;  // "http://host"; empty: no URL begins so.
  };
  // What stands behind the origin: path, query, fragment. None: only the parser knows.
  std::optional<Resolved> Join(std::string_view origin, std::string_view directory,
                               std::string_view rest) const;
  const Origin* FindOrigin(std::string_view spelled);

  const base::Url& base_;
  bool has_plain_base_ = false;
  std::string origin_;     // "http://host:port"
  std::string directory_;  // Canonical path of the base up to its last slash.
  std::vector<Origin> origins_;
};

}  // namespace signboard::extract
