#include "crawler/extract/same_site.h"

#include "proto/base/slot.h"

namespace signboard::extract {

SameSite::SameSite(const base::Url& page_url)
    : site_(base::RegistrableDomain(page_url.host())) {}

bool SameSite::Holds(const std::string& url) {
  if (!origin_.empty() && url.starts_with(origin_)) return same_;
  const StatusOr<base::Url> parsed = base::Url::Parse(url);
  if (!parsed.ok()) return false;
  const bool same = base::RegistrableDomain(parsed->host()) == site_;
  // Up to the slash behind the host: what begins so has this host and no other.
  const size_t host = url.find("://");
  const size_t slash = host == std::string::npos ? host : url.find_first_of("/?#\\", host + 3);
  if (slash == std::string::npos || url[slash] != '/') return same;
  origin_ = url.substr(0, slash + 1);
  same_ = same;
  return same;
}

}  // namespace signboard::extract
