#include "deploy/world/world.h"

#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "proto/base/digest.h"

namespace signboard::world {
namespace {

namespace fs = std::filesystem;
using net::HttpServerRequest;
using net::HttpServerResponse;

constexpr size_t kFileBytesMax = 16u << 20;
// Pages without an edit are as old as the world: 2025-10-01 00:00 Beijing time.
constexpr UnixTime kWorldBegan = FromMillis(1'759'248'000'000);
constexpr std::chrono::hours kBeijing{8};

struct Page {
  fs::path file;
  UnixTime since;
};

// "20251118T0915" -> the instant, in Beijing time.
std::optional<UnixTime> ParseSince(std::string_view text) {
  if (text.size() != 13 || text[8] != 'T') return std::nullopt;
  for (size_t i = 0; i < text.size(); ++i)
    if (i != 8 && (text[i] < '0' || text[i] > '9')) return std::nullopt;
  const auto number = [&](size_t at, size_t count) {
    return std::stoi(std::string(text.substr(at, count)));
  };
  const std::chrono::year_month_day day{std::chrono::year(number(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(number(4, 2))),
                                        std::chrono::day(static_cast<unsigned>(number(6, 2)))};
  if (!day.ok()) return std::nullopt;
  return std::chrono::sys_days(day) + std::chrono::hours(number(9, 2)) +
         std::chrono::minutes(number(11, 2)) - kBeijing;
}

// The file that answers for `file` at `now`: the youngest of its editions that has begun.
std::optional<Page> EditionOf(const fs::path& file, UnixTime now) {
  std::optional<Page> best;
  std::error_code error;
  if (fs::is_regular_file(file, error)) best = Page{file, kWorldBegan};
  const std::string stem = file.filename().string() + "@";
  for (const auto& entry : fs::directory_iterator(file.parent_path(), error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(stem)) continue;
    const auto since = ParseSince(std::string_view(name).substr(stem.size(), 13));
    if (since && *since <= now && (!best || *since >= best->since))
      best = Page{entry.path(), *since};
  }
  if (best && best->file.extension() == ".gone") return std::nullopt;
  return best;
}

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

bool HasPrefix(const std::vector<std::string>& prefixes, std::string_view path) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& p) { return path.starts_with(p); });
}

std::string TypeOf(const Site& site, std::string_view path, const fs::path& file) {
  const std::string name = file.filename().string();
  const std::string plain = name.substr(0, name.find('@'));
  const std::string extension = fs::path(plain).extension().string();
  if (extension == ".css") return "text/css";
  if (extension == ".svg") return "image/svg+xml";
  if (extension == ".txt") return "text/plain";
  if (extension == ".xml") return "text/xml";
  if (extension == ".json") return "application/json";
  for (const auto& [prefix, type] : site.types)
    if (path.starts_with(prefix)) return type;
  return "text/html; charset=utf-8";
}

// A path below the root, or nothing for one that climbs out or names the site's own settings.
std::optional<fs::path> FileOf(const Site& site, const std::string& path) {
  if (path.empty() || path[0] != '/' || path.find('\0') != std::string::npos) return std::nullopt;
  if (path.find("/..") != std::string::npos || path.find('@') != std::string::npos)
    return std::nullopt;
  if (path == "/site.json") return std::nullopt;
  fs::path file = fs::path(site.root) / path.substr(1);
  std::error_code error;
  if (path.back() == '/' || fs::is_directory(file, error)) file /= "index.html";
  return file;
}

bool NotModified(const HttpServerRequest& request, const std::string& etag, UnixTime since) {
  if (const auto match = request.Header("If-None-Match")) return *match == etag;
  if (const auto modified = request.Header("If-Modified-Since")) {
    const auto at = base::ParseHttpDate(*modified);
    return at.ok() && since <= *at;
  }
  return false;
}

StatusOr<Site> ReadSite(const fs::path& folder) {
  const fs::path file = folder / "site.json";
  const auto text = ReadFile(file);
  if (!text) return base::NotFound("no site.json in " + folder.string());
  const auto json = nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("hosts") || !json["hosts"].is_array())
    return base::InvalidArgument(file.string() + " is not a JSON object with a list of hosts");
  Site site;
  site.root = folder.string();
  site.name = json.value("name", "");
  site.code = json.value("code", "");
  site.kind = json.value("kind", "");
  site.hosts = json["hosts"].get<std::vector<std::string>>();
  site.gzip = json.value("gzip", std::vector<std::string>{});
  site.types = json.value("types", std::map<std::string, std::string>{});
  if (site.hosts.empty()) return base::InvalidArgument(file.string() + " names no host");
  return site;
}

}  // namespace

StatusOr<World> World::Open(const std::string& directory, const Clock& clock) {
  std::vector<Site> sites;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (!entry.is_directory()) continue;
    ASSIGN_OR_RETURN(Site site, ReadSite(entry.path()));
    sites.push_back(std::move(site));
  }
  if (sites.empty()) return base::NotFound("no sample sites in " + directory);
  std::sort(sites.begin(), sites.end(),
            [](const Site& a, const Site& b) { return a.root < b.root; });
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
  const auto file = FileOf(*site, request.path);
  if (!file) return Plain(404, "404 Not Found");
  const auto page = EditionOf(*file, clock_->Now());
  if (!page) return Plain(404, "404 Not Found");
  auto bytes = ReadFile(page->file);
  if (!bytes) return Plain(404, "404 Not Found");

  HttpServerResponse answer;
  const std::string etag = "\"" + base::ToHex(base::Sha1(*bytes)).substr(0, 16) + "\"";
  answer.SetHeader("Content-Type", TypeOf(*site, request.path, page->file));
  answer.SetHeader("Last-Modified", base::FormatHttpDate(page->since));
  answer.SetHeader("ETag", etag);
  if (NotModified(request, etag, page->since)) {
    answer.status = 304;
    return answer;
  }
  const auto accepts = request.Header("Accept-Encoding");
  if (accepts && accepts->find("gzip") != std::string_view::npos &&
      HasPrefix(site->gzip, request.path)) {
    answer.SetHeader("Content-Encoding", "gzip");
    answer.SetHeader("Vary", "Accept-Encoding");
    answer.body = Gzip(*bytes);
  } else {
    answer.body = std::move(*bytes);
  }
  return answer;
}

UnixTime FastClock::Now() const {
  const double passed = static_cast<double>((base_.Now() - began_).count());
  return start_ + Millis(static_cast<int64_t>(passed * speed_));
}

}  // namespace signboard::world
