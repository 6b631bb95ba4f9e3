#include "proto/net/cookie_jars.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <string_view>
#include <utility>

namespace signboard::net {
namespace {

// Domain, path and name of "domain tail path secure expires name value", between tabs. Empty: no
// cookie line.
std::string KeyOf(std::string_view line) {
  std::vector<std::string_view> fields;
  while (fields.size() < 6) {
    const size_t tab = line.find('\t');
    if (tab == std::string_view::npos) return "";
    fields.push_back(line.substr(0, tab));
    line.remove_prefix(tab + 1);
  }
  return std::string(fields[0]) + '\t' + std::string(fields[2]) + '\t' + std::string(fields[5]);
}

size_t BytesOf(const std::vector<std::string>& lines) {
  return std::accumulate(lines.begin(), lines.end(), size_t{0},
                         [](size_t sum, const std::string& line) { return sum + line.size(); });
}

}  // namespace

std::vector<std::string> CookieJars::Take(const std::string& site) {
  Trim();
  if (!jars_.contains(site)) return {};
  return Touch(site).lines;
}

void CookieJars::BringBack(const std::string& site, const std::vector<std::string>& taken,
                           const std::vector<std::string>& left) {
  const std::set<std::string> known(taken.begin(), taken.end());
  std::set<std::string> gone;  // Keys of what the transfer had, and no longer has.
  for (const std::string& line : taken) gone.insert(KeyOf(line));
  std::vector<std::string> fresh;
  for (const std::string& line : left) {
    const std::string key = KeyOf(line);
    if (key.empty()) continue;
    gone.erase(key);
    if (!known.contains(line)) fresh.push_back(line);
  }
  if (fresh.empty() && gone.empty()) return;
  std::vector<std::string>& lines = Touch(site).lines;
  for (const std::string& line : fresh) gone.insert(KeyOf(line));  // Replaced.
  std::erase_if(lines, [&](const std::string& line) { return gone.contains(KeyOf(line)); });
  lines.insert(lines.end(), fresh.begin(), fresh.end());
  size_t drop = lines.size() - std::min(lines.size(), kCookiesMax);
  size_t bytes = BytesOf(lines);
  for (size_t i = 0; i < lines.size() && (i < drop || bytes > kJarBytesMax); ++i) {
    bytes -= lines[i].size();
    drop = std::max(drop, i + 1);
  }
  lines.erase(lines.begin(), lines.begin() + static_cast<ptrdiff_t>(drop));
  Trim();
}

CookieJars::Jar& CookieJars::Touch(const std::string& site) {
  const auto [found, is_new] = jars_.try_emplace(site);
  Jar& jar = found->second;
  if (is_new) {
    jar.place = by_use_.insert(by_use_.end(), site);
  } else {
    by_use_.splice(by_use_.end(), by_use_, jar.place);
  }
  jar.used = options_.now();
  return jar;
}

void CookieJars::Trim() {
  const auto now = options_.now();
  while (!by_use_.empty()) {
    const auto oldest = jars_.find(by_use_.front());
    const bool over = now - oldest->second.used >= options_.session;
    if (!over && jars_.size() <= options_.jars_max) return;
    jars_.erase(oldest);
    by_use_.pop_front();
  }
}

}  // namespace signboard::net
