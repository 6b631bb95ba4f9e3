// Which of the 256 slots a site lives in: SHA-256 of its registrable domain, first eight bytes,
// big-endian, mod 256.
//
// All hosts of a registrable domain ("jxja.gov.cn" is one, for gov.cn is a public suffix) share a
// slot, so a domain is never spread over shards. The public-suffix list is frozen in data/ and
// compiled in: a newer list would move data. Hosts without a registrable domain hash whole: IP
// addresses, "localhost", a bare public suffix.
//
// DO NOT CHANGE what these functions return: every key on disk begins with it.
//
// Threads: safe from any; the list is loaded at the first use.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/status.h"
#include "proto/base/url.h"

namespace signboard::base {

using Slot = uint16_t;  // As kv::Slot.
inline constexpr Slot kSiteSlotCount = 256;

// "www.jxja.gov.cn" -> "jxja.gov.cn". `host` as Url::host() gives it; upper case and a dot at the
// end are forgiven. A host without a registrable domain is given back in lower case.
std::string RegistrableDomain(std::string_view host);

Slot SlotOfHost(std::string_view host);
Slot SlotOfUrl(const Url& url);
// Of any exact URL, also one that is not the standard's: dns:a.cn, warcinfo:... hash whole.
Slot SlotOfUrl(std::string_view url);
// Of "host" or "host:port"; any other key hashes whole.
Slot SlotOfQueueKey(std::string_view key);

}  // namespace signboard::base
