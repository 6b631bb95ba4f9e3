#include "frontier/seed_book.h"

namespace signboard::frontier {

const v1::Seed* SeedBook::Find(const std::string& url) const {
  const auto found = seeds_.find(url);
  return found == seeds_.end() ? nullptr : &found->second;
}

void SeedBook::Put(const v1::Seed& seed) {
  Remove(seed.url());
  seeds_[seed.url()] = seed;
  by_host_[seed.scope().host()].insert(seed.url());
}

void SeedBook::Remove(const std::string& url) {
  const auto found = seeds_.find(url);
  if (found == seeds_.end()) return;
  const auto host = by_host_.find(found->second.scope().host());
  host->second.erase(url);
  if (host->second.empty()) by_host_.erase(host);
  seeds_.erase(found);
}

std::vector<const v1::Seed*> SeedBook::Around(const UrlFacts& url) const {
  std::vector<const v1::Seed*> out;
  // a.b.cn:81, then b.cn:81, then cn:81: the hosts a scope with subdomains can name.
  for (std::string_view host = url.queue; !host.empty();) {
    if (const auto found = by_host_.find(std::string(host)); found != by_host_.end()) {
      for (const std::string& seed_url : found->second) out.push_back(&seeds_.at(seed_url));
    }
    const size_t dot = host.find('.');
    host = dot == std::string_view::npos ? std::string_view() : host.substr(dot + 1);
  }
  return out;
}

const v1::Seed* SeedBook::Covering(const UrlFacts& url) const {
  const v1::Seed* paused = nullptr;
  for (const v1::Seed* seed : Around(url)) {
    if (RefusalOf(*seed, url)) continue;
    if (seed->state() == kSeedActive) return seed;
    paused = seed;
  }
  return paused;
}

const v1::Seed* SeedBook::Refusing(const UrlFacts& url) const {
  for (const v1::Seed* seed : Around(url)) {
    const auto refusal = RefusalOf(*seed, url);
    if (refusal && refusal->why != Refusal::Why::kHost) return seed;
  }
  return nullptr;
}

}  // namespace signboard::frontier
