// SURT: a URL with its host reversed, "cn,gov,jingan)/col/1.html", the order of every index.
//
// The bytes are those of the Internet Archive's surt.py 0.3.1, which pywb, cdxj-indexer and so the
// CDX files of others use; tests/data/surt_pairs.tsv holds its true outputs. It folds what rarely
// names two pages (scheme, "www.", letter case, order of arguments, session ids), so the pages of a
// host and the hosts of a domain are neighbours.
//
// These bytes are in every key of the archive: they may never change.
//
// Threads: pure functions.
// Errors:  kInvalidArgument for an empty URL, one longer than kSurtInputBytesMax, or a zero byte.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/status.h"

namespace signboard::base {

// A URL, grown by the escapes that a parser adds.
inline constexpr size_t kSurtInputBytesMax = 32 * 1024;

// mailto:, dns:, warcinfo: and filedesc are kept verbatim.
StatusOr<std::string> Surt(std::string_view exact_url);

// "www.jingan.gov.cn" -> "cn,gov,jingan" and "1.2.3.4" -> "4,3,2,1": a SURT up to ':' or ')'.
std::string SurtHostPrefix(std::string_view host);

// What a lookup asks for, as the CDX API of the Wayback Machine and pywb have it.
enum class SurtMatch {
  kExact,   // This URL.
  kPrefix,  // URLs that begin so; a trailing '/' or '?' of the input counts.
  kHost,    // All URLs of the host, on its default port.
  kDomain,  // The host and all below it.
};

// SURTs in [first, end), in byte order.
struct SurtRange {
  std::string first;
  std::string end;
};
StatusOr<SurtRange> SurtRangeOf(std::string_view url, SurtMatch match);

}  // namespace signboard::base
