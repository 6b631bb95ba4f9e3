#include "deploy/world/world.h"

#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include "deploy/world/editions.h"
#include "proto/base/digest.h"

namespace signboard::world {
namespace {

namespace fs = std::filesystem;
using net::HttpServerRequest;
using net::HttpServerResponse;

constexpr size_t kFileBytesMax = 16u << 20;

std::optional<std::string> ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::stringstream bytes;
  bytes << in.rdbuf();
  if (bytes.str().size() > kFileBytesMax) return std::nullopt;
  return bytes.str();
}

std::string Gzip(const std::string& bytes) {
  z_stream z{};
  deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&z, static_cast<uLong>(bytes.size())), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

HttpServerResponse Plain(int status, std::string text) {
  HttpServerResponse answer;
  answer.status = status;
  answer.SetHeader("Content-Type", "text/html; charset=utf-8");
  answer.body = "<!DOCTYPE html><title>" + text + "</title><p>" + text + "</p>\n";
  return answer;
}

HttpServerResponse NotFound(const Site& site) {
  const auto body = site.not_found.body.empty() ? std::nullopt : ReadFile(site.not_found.body);
  if (!body) return Plain(404, "404 Not Found");
  HttpServerResponse answer;
  answer.status = site.not_found.status;
  answer.SetHeader("Content-Type", "text/html; charset=utf-8");
  answer.body = *body;
  return answer;
}

HttpServerResponse Challenged(const Challenge& challenge) {
  HttpServerResponse answer;
  answer.status = challenge.status;
  answer.SetHeader("Content-Type", "text/html; charset=utf-8");
  answer.SetHeader("Cache-Control", "no-store");
  for (const auto& [name, value] : challenge.headers) answer.SetHeader(name, value);
  answer.body = ReadFile(challenge.body).value_or("");
  return answer;
}

bool HasPrefix(const std::vector<std::string>& prefixes, std::string_view path) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& p) { return path.starts_with(p); });
}

// The site's word on this very path; then the file's name, without what selects it; then the site's
// word on the longest prefix.
std::string TypeOf(const Site& site, std::string_view path, const fs::path& file) {
  const std::string* said = nullptr;
  size_t longest = 0;
  for (const auto& [prefix, type] : site.types) {
    if (path == prefix) return type;
    if (!path.starts_with(prefix) || prefix.size() < longest) continue;
    said = &type;
    longest = prefix.size();
  }
  static const std::map<std::string, std::string> kByExtension = {
      {".css", "text/css"},   {".js", "text/javascript"}, {".json", "application/json"},
      {".png", "image/png"},  {".svg", "image/svg+xml"},  {".txt", "text/plain"},
      {".xml", "text/xml"}};
  const std::string name = file.filename().string();
  const auto by = kByExtension.find(fs::path(name.substr(0, name.find_first_of("?@"))).extension());
  if (by != kByExtension.end()) return by->second;
  return said == nullptr ? "text/html; charset=utf-8" : *said;
}

// A path below the root, or nothing for one that climbs out, that names the site's own settings, or
// that spells what only a file's name may: an edition, a query.
std::optional<fs::path> FileOf(const Site& site, const std::string& path) {
  if (path.empty() || path[0] != '/' || path.find('\0') != std::string::npos) return std::nullopt;
  if (path.find("/..") != std::string::npos || path.find_first_of("?@") != std::string::npos)
    return std::nullopt;
  if (path == "/site.json") return std::nullopt;
  fs::path file = fs::path(site.root) / path.substr(1);
  if (path.back() == '/') file /= "index.html";
  if (site.IsOwnBody(file.string())) return std::nullopt;
  return file;
}

std::optional<Edition> PageOf(const Site& site, const HttpServerRequest& request, UnixTime now) {
  const auto file = FileOf(site, request.path);
  if (!file) return std::nullopt;
  auto page = EditionOf(*file, request.query, now);
  if (!page) page = EditionOf(*file / "index.html", request.query, now);  // A folder's own page.
  return page;
}

bool NotModified(const HttpServerRequest& request, const std::string& etag, UnixTime since) {
  if (const auto match = request.Header("If-None-Match")) return *match == etag;
  if (const auto modified = request.Header("If-Modified-Since")) {
    const auto at = base::ParseHttpDate(*modified);
    return at.ok() && since <= *at;
  }
  return false;
}

HttpServerResponse Serve(const Site& site, const HttpServerRequest& request, const Edition& page,
                         std::string bytes) {
  HttpServerResponse answer;
  const std::string etag = "\"" + base::ToHex(base::Sha1(bytes)).substr(0, 16) + "\"";
  answer.SetHeader("Content-Type", TypeOf(site, request.path, page.file));
  answer.SetHeader("Last-Modified", base::FormatHttpDate(page.since));
  answer.SetHeader("ETag", etag);
  if (NotModified(request, etag, page.since)) {
    answer.status = 304;
    return answer;
  }
  const auto accepts = request.Header("Accept-Encoding");
  if (accepts && accepts->find("gzip") != std::string_view::npos &&
      HasPrefix(site.gzip, request.path)) {
    answer.SetHeader("Content-Encoding", "gzip");
    answer.SetHeader("Vary", "Accept-Encoding");
    answer.body = Gzip(bytes);
  } else {
    answer.body = std::move(bytes);
  }
  return answer;
}

}  // namespace

StatusOr<World> World::Open(const std::string& directory, const Clock& clock) {
  std::vector<Site> sites;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (!entry.is_directory()) continue;
    ASSIGN_OR_RETURN(Site site, ReadSite(entry.path().string()));
    RETURN_IF_ERROR(EditionInstants(site.root).status());
    sites.push_back(std::move(site));
  }
  if (sites.empty()) return base::NotFound("no sample sites in " + directory);
  std::sort(sites.begin(), sites.end(),
            [](const Site& a, const Site& b) { return a.root < b.root; });
  std::map<std::string, std::string> owners;
  for (const Site& site : sites) {
    for (const std::string& host : site.hosts) {
      const auto [owner, fresh] = owners.emplace(host, site.root);
      if (!fresh)
        return base::InvalidArgument(site.root + "/site.json: \"hosts\" has " + host +
                                     ", as has " + owner->second);
    }
  }
  return World(std::move(sites), clock);
}

const Site* World::SiteOf(std::string_view authority) const {
  const std::string host(authority.substr(0, authority.rfind(':')));
  for (const Site& site : sites_)
    if (std::find(site.hosts.begin(), site.hosts.end(), host) != site.hosts.end()) return &site;
  return nullptr;
}

HttpServerResponse World::Answer(const HttpServerRequest& request) const {
  const Site* site = SiteOf(request.authority);
  if (site == nullptr) return Plain(421, "no such site in this world");
  if (request.method != "GET") return Plain(405, "405 Method Not Allowed");
  const UnixTime now = clock_->Now();
  if (const Challenge* challenge = site->ChallengeOf(request.path, now))
    return Challenged(*challenge);
  if (const auto redirect = site->RedirectOf(request.target, now)) {
    HttpServerResponse answer = Plain(redirect->status, "moved");
    answer.SetHeader("Location", redirect->location);
    return answer;
  }
  const auto page = PageOf(*site, request, now);
  auto bytes = page ? ReadFile(page->file) : std::nullopt;
  if (!bytes) return NotFound(*site);
  return Serve(*site, request, *page, std::move(*bytes));
}

std::vector<UnixTime> World::Instants() const {
  std::vector<UnixTime> instants;
  for (const Site& site : sites_) {
    if (const auto editions = EditionInstants(site.root); editions.ok())
      instants.insert(instants.end(), editions->begin(), editions->end());
    for (const Redirect& redirect : site.redirects)
      if (redirect.from) instants.push_back(*redirect.from);
    for (const Challenge& challenge : site.challenges) {
      if (challenge.from) instants.push_back(*challenge.from);
      if (challenge.to) instants.push_back(*challenge.to);
    }
  }
  std::sort(instants.begin(), instants.end());
  instants.erase(std::unique(instants.begin(), instants.end()), instants.end());
  return instants;
}

UnixTime FastClock::Now() const {
  const double passed = static_cast<double>((base_.Now() - began_).count());
  return start_ + Millis(static_cast<int64_t>(passed * speed_));
}

}  // namespace signboard::world
