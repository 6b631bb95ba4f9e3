#include "deploy/world/editions.h"

#include <algorithm>

namespace signboard::world {
namespace {

namespace fs = std::filesystem;

// Pages without an edit are as old as the world: 2025-10-01 00:00 Beijing time.
constexpr UnixTime kWorldBegan = FromMillis(1'759'248'000'000);
constexpr std::chrono::hours kBeijing{8};
constexpr size_t kInstantChars = 13;

// The parameters in `file_query` ("page=2&size=15") when `query` has them all.
std::optional<size_t> CountMatches(std::string_view file_query, const Query& query) {
  size_t count = 0;
  while (!file_query.empty()) {
    const std::string_view pair = file_query.substr(0, file_query.find('&'));
    file_query.remove_prefix(std::min(file_query.size(), pair.size() + 1));
    const size_t equals = pair.find('=');
    const std::string_view name = pair.substr(0, equals);
    const std::string_view value = equals == pair.npos ? "" : pair.substr(equals + 1);
    if (std::none_of(query.begin(), query.end(), [&](const auto& asked) {
          return asked.first == name && asked.second == value;
        }))
      return std::nullopt;
    ++count;
  }
  return count;
}

struct Candidate {
  size_t matches = 0;
  std::string name;
  Edition edition;
};

// True when `a` answers rather than `b`: more parameters, else the later edition of one name.
bool Beats(const Candidate& a, const Candidate& b) {
  if (a.matches != b.matches) return a.matches > b.matches;
  if (a.name != b.name) return a.name < b.name;
  return a.edition.since > b.edition.since;
}

}  // namespace

std::optional<UnixTime> ParseInstant(std::string_view text) {
  if (text.size() != kInstantChars || text[8] != 'T') return std::nullopt;
  for (size_t i = 0; i < text.size(); ++i)
    if (i != 8 && (text[i] < '0' || text[i] > '9')) return std::nullopt;
  const auto number = [&](size_t at, size_t count) {
    int value = 0;
    for (const char c : text.substr(at, count)) value = value * 10 + (c - '0');
    return value;
  };
  const std::chrono::year_month_day day{std::chrono::year(number(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(number(4, 2))),
                                        std::chrono::day(static_cast<unsigned>(number(6, 2)))};
  if (!day.ok() || number(9, 2) > 23 || number(11, 2) > 59) return std::nullopt;
  return std::chrono::sys_days(day) + std::chrono::hours(number(9, 2)) +
         std::chrono::minutes(number(11, 2)) - kBeijing;
}

std::optional<Edition> EditionOf(const fs::path& file, const Query& query, UnixTime now) {
  const std::string stem = file.filename().string();
  std::optional<Candidate> best;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(file.parent_path(), error)) {
    std::string name = entry.path().filename().string();
    if (!name.starts_with(stem)) continue;
    UnixTime since = kWorldBegan;
    if (const size_t at = name.find('@'); at != name.npos) {
      const auto instant = ParseInstant(std::string_view(name).substr(at + 1, kInstantChars));
      if (!instant || *instant > now) continue;
      since = *instant;
      name.resize(at);
    }
    const std::string_view rest = std::string_view(name).substr(stem.size());
    if (!rest.empty() && rest[0] != '?') continue;
    const auto matches = rest.empty() ? 0 : CountMatches(rest.substr(1), query);
    if (!matches || !entry.is_regular_file(error)) continue;
    Candidate candidate{*matches, std::move(name), {entry.path(), since}};
    if (!best || Beats(candidate, *best)) best = std::move(candidate);
  }
  if (!best || best->edition.file.extension() == ".gone") return std::nullopt;
  return best->edition;
}

StatusOr<std::vector<UnixTime>> EditionInstants(const fs::path& folder) {
  std::vector<UnixTime> instants;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    const size_t at = name.find('@');
    if (at == name.npos) continue;
    const std::string_view edition = std::string_view(name).substr(at + 1);
    const auto instant = ParseInstant(edition.substr(0, kInstantChars));
    const std::string_view rest = edition.substr(std::min(edition.size(), kInstantChars));
    if (!instant || (!rest.empty() && rest != ".gone"))
      return base::InvalidArgument(entry.path().string() +
                                   ": after '@' comes an instant as 20251118T0915, and .gone or "
                                   "nothing");
    instants.push_back(*instant);
  }
  std::sort(instants.begin(), instants.end());
  instants.erase(std::unique(instants.begin(), instants.end()), instants.end());
  return instants;
}

}  // namespace signboard::world
