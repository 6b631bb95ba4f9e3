#include "deploy/world/site.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <sstream>

#include "deploy/world/editions.h"

namespace signboard::world {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// One object of the file. Every getter names the file and the key when the value is of another
// type than it should be, so that whoever mistyped it sees where.
class Settings {
 public:
  static StatusOr<Settings> Of(const json& value, std::string where,
                               std::initializer_list<std::string_view> keys) {
    if (!value.is_object()) return base::InvalidArgument(where + " must be an object");
    for (const auto& [key, unused] : value.items())
      if (std::find(keys.begin(), keys.end(), key) == keys.end())
        return base::InvalidArgument(where + ": \"" + key + "\" is not a key known here");
    return Settings(value, std::move(where));
  }
  std::string where(std::string_view key) const {
    return where_ + ": \"" + std::string(key) + "\"";
  }
  Status Wrong(std::string_view key, std::string_view must) const {
    return base::InvalidArgument(where(key) + " must be " + std::string(must));
  }
  const json* Find(const char* key) const {
    const auto at = value_->find(key);
    return at == value_->end() ? nullptr : &*at;
  }

  StatusOr<std::string> String(const char* key) const {
    const json* value = Find(key);
    if (value == nullptr) return std::string();
    if (!value->is_string()) return Wrong(key, "a string");
    return value->get<std::string>();
  }
  StatusOr<std::vector<std::string>> Strings(const char* key,
                                             std::vector<std::string> otherwise) const {
    const json* value = Find(key);
    if (value == nullptr) return otherwise;
    if (!value->is_array() || !std::all_of(value->begin(), value->end(),
                                           [](const json& v) { return v.is_string(); }))
      return Wrong(key, "a list of strings");
    return value->get<std::vector<std::string>>();
  }
  StatusOr<std::vector<std::string>> Paths(const char* key,
                                           std::vector<std::string> otherwise) const {
    ASSIGN_OR_RETURN(auto paths, Strings(key, std::move(otherwise)));
    for (const std::string& path : paths)
      if (!path.starts_with('/')) return Wrong(key, "a list of paths, each beginning with /");
    return paths;
  }
  StatusOr<std::map<std::string, std::string>> Map(const char* key) const {
    const json* value = Find(key);
    if (value == nullptr) return std::map<std::string, std::string>();
    if (!value->is_object() || !std::all_of(value->begin(), value->end(),
                                            [](const json& v) { return v.is_string(); }))
      return Wrong(key, "an object of strings");
    return value->get<std::map<std::string, std::string>>();
  }
  StatusOr<int> HttpStatus(const char* key, int first, int last, int otherwise) const {
    const json* value = Find(key);
    if (value == nullptr) return otherwise;
    const double status = value->is_number_integer() ? value->get<double>() : 0;
    if (status < first || status > last)
      return Wrong(key, "a status from " + std::to_string(first) + " to " + std::to_string(last));
    return static_cast<int>(status);
  }
  StatusOr<std::optional<UnixTime>> Instant(const char* key) const {
    ASSIGN_OR_RETURN(const std::string text, String(key));
    if (Find(key) == nullptr) return std::optional<UnixTime>();
    const auto instant = ParseInstant(text);
    if (!instant) return Wrong(key, "an instant as 20251118T0900");
    return instant;
  }
  // A file of the site.
  StatusOr<std::string> Body(const char* key, const fs::path& folder) const {
    ASSIGN_OR_RETURN(const std::string name, String(key));
    if (name.empty()) return Wrong(key, "the name of a file of the site");
    const fs::path file = folder / name;
    std::error_code error;
    if (name.find("..") != name.npos || name[0] == '/' || !fs::is_regular_file(file, error))
      return base::InvalidArgument(where(key) + " names " + name +
                                   ", which is no file of the site");
    return file.string();
  }

 private:
  Settings(const json& value, std::string where) : value_(&value), where_(std::move(where)) {}

  const json* value_;
  std::string where_;
};

StatusOr<Challenge> ReadChallenge(const json& value, const std::string& where,
                                  const fs::path& folder) {
  ASSIGN_OR_RETURN(const Settings settings,
                   Settings::Of(value, where,
                                {"kind", "status", "body", "headers", "paths", "from", "to"}));
  Challenge challenge;
  ASSIGN_OR_RETURN(challenge.kind, settings.String("kind"));
  if (challenge.kind.empty()) return settings.Wrong("kind", "the kind of challenge, as ruishu");
  ASSIGN_OR_RETURN(challenge.status, settings.HttpStatus("status", 200, 599, 412));
  ASSIGN_OR_RETURN(challenge.body, settings.Body("body", folder));
  ASSIGN_OR_RETURN(challenge.headers, settings.Map("headers"));
  ASSIGN_OR_RETURN(challenge.paths, settings.Paths("paths", {"/"}));
  ASSIGN_OR_RETURN(challenge.from, settings.Instant("from"));
  ASSIGN_OR_RETURN(challenge.to, settings.Instant("to"));
  if (challenge.from && challenge.to && *challenge.to <= *challenge.from)
    return settings.Wrong("to", "later than \"from\"");
  return challenge;
}

StatusOr<Redirect> ReadRedirect(const std::string& path, const json& value,
                                const std::string& where) {
  const json object = value.is_string() ? json{{"to", value}} : value;
  ASSIGN_OR_RETURN(const Settings settings, Settings::Of(object, where, {"to", "status", "from"}));
  if (!path.starts_with('/')) return base::InvalidArgument(where + " must begin with /");
  Redirect redirect;
  redirect.path = path;
  ASSIGN_OR_RETURN(redirect.to, settings.String("to"));
  ASSIGN_OR_RETURN(redirect.status, settings.HttpStatus("status", 301, 308, 301));
  ASSIGN_OR_RETURN(redirect.from, settings.Instant("from"));
  if (!redirect.to.starts_with('/') && !redirect.to.starts_with("http://") &&
      !redirect.to.starts_with("https://"))
    return settings.Wrong("to", "a path or an http URL");
  if (redirect.to == path) return settings.Wrong("to", "another page than the one asked for");
  redirect.subtree = path.ends_with("/*");
  if (redirect.subtree) {
    if (!redirect.to.ends_with("/*")) return settings.Wrong("to", "a path that ends in /* too");
    redirect.path.pop_back();
    redirect.to.pop_back();
  }
  return redirect;
}

Status ReadRules(const Settings& settings, const fs::path& folder, Site& site) {
  if (const json* value = settings.Find("redirects")) {
    if (!value->is_object()) return settings.Wrong("redirects", "an object");
    for (const auto& [path, rule] : value->items()) {
      const std::string where = settings.where("redirects") + " \"" + path + "\"";
      ASSIGN_OR_RETURN(Redirect redirect, ReadRedirect(path, rule, where));
      site.redirects.push_back(std::move(redirect));
    }
  }
  if (const json* value = settings.Find("not_found")) {
    ASSIGN_OR_RETURN(const Settings page, Settings::Of(*value, settings.where("not_found"),
                                                       {"status", "body"}));
    ASSIGN_OR_RETURN(site.not_found.status, page.HttpStatus("status", 200, 599, 404));
    ASSIGN_OR_RETURN(site.not_found.body, page.Body("body", folder));
  }
  if (const json* value = settings.Find("challenge")) {
    const json list = value->is_array() ? *value : json::array({*value});
    for (const json& one : list) {
      ASSIGN_OR_RETURN(Challenge challenge,
                       ReadChallenge(one, settings.where("challenge"), folder));
      site.challenges.push_back(std::move(challenge));
    }
  }
  return base::OkStatus();
}

}  // namespace

StatusOr<Site> ReadSite(const std::string& folder) {
  const std::string file = folder + "/site.json";
  std::ifstream in(file, std::ios::binary);
  if (!in) return base::NotFound("no site.json in " + folder);
  std::stringstream text;
  text << in.rdbuf();
  const auto value = json::parse(text.str(), nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) return base::InvalidArgument(file + " is not JSON");
  ASSIGN_OR_RETURN(const Settings settings,
                   Settings::Of(value, file, {"hosts", "name", "code", "kind", "seeds", "gzip",
                                              "types", "redirects", "not_found", "challenge"}));
  Site site;
  site.root = folder;
  ASSIGN_OR_RETURN(site.hosts, settings.Strings("hosts", {}));
  if (site.hosts.empty()) return settings.Wrong("hosts", "a list of at least one host");
  ASSIGN_OR_RETURN(site.name, settings.String("name"));
  ASSIGN_OR_RETURN(site.code, settings.String("code"));
  ASSIGN_OR_RETURN(site.kind, settings.String("kind"));
  ASSIGN_OR_RETURN(site.seeds, settings.Paths("seeds", {"/"}));
  for (std::string& seed : site.seeds) seed.insert(0, "http://" + site.hosts.front());
  ASSIGN_OR_RETURN(site.gzip, settings.Paths("gzip", {}));
  ASSIGN_OR_RETURN(site.types, settings.Map("types"));
  RETURN_IF_ERROR(ReadRules(settings, folder, site));
  return site;
}

const Challenge* Site::ChallengeOf(std::string_view path, UnixTime now) const {
  for (const Challenge& c : challenges) {
    if ((c.from && now < *c.from) || (c.to && now >= *c.to)) continue;
    if (std::any_of(c.paths.begin(), c.paths.end(),
                    [&](const std::string& prefix) { return path.starts_with(prefix); }))
      return &c;
  }
  return nullptr;
}

std::optional<Site::Target> Site::RedirectOf(std::string_view target, UnixTime now) const {
  const std::string_view path = target.substr(0, target.find('?'));
  const Redirect* exact = nullptr;
  const Redirect* subtree = nullptr;
  const auto longer = [](const Redirect& a, const Redirect* b) {
    return b == nullptr || a.path.size() > b->path.size();
  };
  for (const Redirect& r : redirects) {
    if (r.from && now < *r.from) continue;
    if (!r.subtree && (r.path == target || r.path == path) && longer(r, exact)) exact = &r;
    if (r.subtree && target.starts_with(r.path) && longer(r, subtree)) subtree = &r;
  }
  if (exact != nullptr) return Target{exact->to, exact->status};
  if (subtree == nullptr) return std::nullopt;
  return Target{subtree->to + std::string(target.substr(subtree->path.size())), subtree->status};
}

bool Site::IsOwnBody(std::string_view file) const {
  return file == not_found.body ||
         std::any_of(challenges.begin(), challenges.end(),
                     [&](const Challenge& c) { return file == c.body; });
}

}  // namespace signboard::world
