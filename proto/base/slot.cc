#include "proto/base/slot.h"

#include <libpsl.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "proto/base/digest.h"
#include "proto/base/public_suffix_list.h"
#include "proto/base/text.h"

namespace signboard::base {
namespace {

// Lives as long as the process.
const psl_ctx_t* Suffixes() {
  static const psl_ctx_t* const suffixes = [] {
    const std::string_view text = PublicSuffixListText();
    // fmemopen in mode "r" only reads; its parameter is not const for other modes.
    std::FILE* file = fmemopen(const_cast<char*>(text.data()), text.size(), "r");
    const psl_ctx_t* loaded = file == nullptr ? nullptr : psl_load_fp(file);
    if (file != nullptr) std::fclose(file);
    if (loaded == nullptr) {
      std::fputs("signboard: the built-in public-suffix list cannot be read\n", stderr);
      std::abort();
    }
    return loaded;
  }();
  return suffixes;
}

// What a domain can be made of. Anything else is no domain, and hashes whole.
bool LooksLikeDomain(std::string_view host) {
  return !host.empty() && host.find("..") == std::string_view::npos && host.front() != '.' &&
         std::all_of(host.begin(), host.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                  c == '.';
         });
}

Slot SlotOfText(std::string_view text) {
  return static_cast<Slot>(Fingerprint64(text) % kSiteSlotCount);
}

}  // namespace

std::string RegistrableDomain(std::string_view host) {
  std::string low = ToLowerAscii(host);
  if (low.size() > 1 && low.back() == '.') low.pop_back();
  if (IsIpv4(low) || !LooksLikeDomain(low)) return low;
  const char* found = psl_registrable_domain(Suffixes(), low.c_str());
  return found == nullptr ? low : std::string(found);
}

Slot SlotOfHost(std::string_view host) { return SlotOfText(RegistrableDomain(host)); }

Slot SlotOfUrl(const Url& url) {
  return url.host().empty() ? SlotOfText(url.href()) : SlotOfHost(url.host());
}

Slot SlotOfUrl(std::string_view url) {
  const StatusOr<Url> parsed = Url::Parse(url);
  return parsed.ok() ? SlotOfUrl(*parsed) : SlotOfText(url);
}

Slot SlotOfQueueKey(std::string_view key) {
  // A colon inside the brackets of an IPv6 address begins no port.
  const size_t colon = key.rfind(':');
  const size_t bracket = key.rfind(']');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || bracket < colon) &&
      key.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
  return SlotOfHost(has_port ? key.substr(0, colon) : key);
}

}  // namespace signboard::base
